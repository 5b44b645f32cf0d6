#!/bin/sh
# The one page: words for a terminal, HTML for a browser.
read -r version </srv/web/version
read -r colour </srv/web/colour
host=$(hostname)

# One more visit: counted by Redis where REDIS_HOST names one, else in a file of this container.
count() {
	if [ -n "$REDIS_HOST" ]; then
		printf 'INCR visits\r\nQUIT\r\n' | nc -w 3 "$REDIS_HOST" "${REDIS_PORT:-6379}" | sed -n 's/^:\([0-9]*\).*/\1/p'
	else
		# One visitor at a time: making a folder succeeds for one of them.
		until mkdir /data/.counting 2>/dev/null; do sleep 0.05; done
		visits=0
		[ ! -e /data/visits ] || read -r visits </data/visits
		visits=$((visits + 1))
		echo "$visits" >/data/visits
		rmdir /data/.counting
		echo "$visits"
	fi
}

visits=$(count)
[ -n "$visits" ] || visits="? ($REDIS_HOST does not answer)"

case "$HTTP_USER_AGENT" in
Mozilla*) ;;
*)
	printf 'Content-Type: text/plain; charset=utf-8\r\n\r\n'
	printf 'web %s on %s: visit %s\n' "$version" "$host" "$visits"
	exit
	;;
esac

case "$HTTP_ACCEPT_LANGUAGE" in
zh*) lang=zh-CN hello="容器 $host 为你服务" counted="第 $visits 次访问" named="版本 $version" ;;
*) lang=en hello="Container $host at your service" counted="Visit $visits" named="Version $version" ;;
esac

printf 'Content-Type: text/html; charset=utf-8\r\n\r\n'
cat <<HTML
<!doctype html>
<html lang="$lang">
	<head>
		<title>web $version</title>
		<meta name="viewport" content="width=device-width">
		<style>
			body { margin: 0; display: grid; place-items: center; min-height: 100vh; background: $colour; color: white; font: 1.25rem sans-serif; text-align: center }
			strong { display: block; font-size: 4rem }
		</style>
	</head>
	<body>
		<main>
			<p>$hello</p>
			<strong>$counted</strong>
			<p>$named</p>
		</main>
	</body>
</html>
HTML
