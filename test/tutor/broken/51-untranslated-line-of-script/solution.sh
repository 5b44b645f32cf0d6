docker run --name hello busybox echo hello
docker rm hello
