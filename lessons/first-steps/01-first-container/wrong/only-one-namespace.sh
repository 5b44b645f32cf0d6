# hint: namespaces too-few
docker run --rm busybox echo hello
docker run -dit --name box busybox sh
docker ps
docker exec box ps
ls -l /proc/$$/ns/pid
