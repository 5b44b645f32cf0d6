#!/bin/sh
# A configuration file is served; a command of the registry's is run by it; anything else is run as it is.
set -e
case "$1" in
*.yaml | *.yml) set -- registry serve "$@" ;;
serve | garbage-collect | help | -*) set -- registry "$@" ;;
esac
exec "$@"
