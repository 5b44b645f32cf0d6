# hint: box name-taken
docker run --rm busybox echo hello
docker run --name box busybox true
docker run -dit --name box busybox sh
