# hint: greeting no-command
docker run --rm busybox
