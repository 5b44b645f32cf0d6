# hint: box wrong-name
docker run --rm busybox echo hello
docker run -dit --name bux busybox sh
