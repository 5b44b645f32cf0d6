#!/bin/sh
# Options or a configuration file are for redis-server, which runs as the user redis.
set -e
case "$1" in
-* | *.conf) set -- redis-server "$@" ;;
esac

if [ "$1" = redis-server ]; then
	if [ "$(id -u)" = 0 ]; then
		find . \! -user redis -exec chown redis {} +
		exec setpriv --reuid=redis --regid=redis --clear-groups "$0" "$@"
	fi
	# Whoever reaches the port of a container was let in by its network: there is no second door, unless one is asked for.
	case "$*" in
	*.conf* | *protected-mode*) ;;
	*) set -- "$@" --protected-mode no ;;
	esac
	[ "$(umask)" != 0022 ] || umask 0077
fi
exec "$@"
