#!/bin/sh
# Runs what the image's user has put into /docker-entrypoint.d, then the command.
set -e
if [ "$1" = nginx ]; then
	for script in /docker-entrypoint.d/*.sh; do
		if [ -x "$script" ]; then
			"$script"
		fi
	done
fi
exec "$@"
