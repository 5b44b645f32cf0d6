# hint: box exited
docker run --rm busybox echo hello
docker run --name box busybox sh
