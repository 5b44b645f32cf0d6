# hint: box exited
docker run -d --name box busybox sh
docker wait box
