#!/bin/sh
# Runs what is in /docker-entrypoint.d when nginx is what is started, then the command itself.
set -e

say() {
	[ -n "${NGINX_ENTRYPOINT_QUIET_LOGS:-}" ] || echo "$0: $*"
}

if [ "$1" = nginx ] || [ "$1" = nginx-debug ]; then
	for script in /docker-entrypoint.d/*; do
		case "$script" in
		*.envsh)
			if [ -x "$script" ]; then
				say "Sourcing $script"
				# shellcheck source=/dev/null
				. "$script"
			else
				say "Leaving out $script, it is not executable"
			fi
			;;
		*.sh)
			if [ -x "$script" ]; then
				say "Launching $script"
				"$script"
			else
				say "Leaving out $script, it is not executable"
			fi
			;;
		*) [ ! -e "$script" ] || say "Leaving out $script" ;;
		esac
	done
	say "Configuration complete; ready for start up"
fi
exec "$@"
