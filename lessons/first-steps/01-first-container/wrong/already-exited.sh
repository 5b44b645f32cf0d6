# hint: inside exited
docker run --rm busybox echo hello
docker run -dit --name box busybox sh
docker ps
docker kill box
docker exec box ps
