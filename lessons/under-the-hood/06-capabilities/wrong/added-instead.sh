# hint: dropped exit-code
# after: masks
docker run --rm --cap-add CHOWN busybox chown 1000 /tmp
