#!/bin/sh
# What is no command is for node: an option, or a file of JavaScript.
set -e
case "$1" in
-*) set -- node "$@" ;;
*) if [ -f "$1" ] || ! command -v "$1" >/dev/null; then set -- node "$@"; fi ;;
esac
exec "$@"
