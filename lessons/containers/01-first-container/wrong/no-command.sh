# hint: greeting wrong-command
docker run --rm busybox
