#!/bin/sh
# `serve` starts the web server, on $PORT if that is set; anything else is run as it is. As process 1 it has to hear SIGTERM itself.
[ "$1" = serve ] || exec "$@"
httpd -f -v -p "${PORT:-80}" -h /srv/web &
trap 'kill $!; exit 0' TERM INT
echo "web $(cat /srv/web/version) on $(hostname), port ${PORT:-80}"
wait
