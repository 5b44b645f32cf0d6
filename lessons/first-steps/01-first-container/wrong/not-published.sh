# hint: web not-published
docker run --rm busybox echo hello
docker run -dit --name box busybox sh
docker ps
docker exec box ps
ls -l "/proc/$(docker inspect -f "{{.State.Pid}}" box)/ns/pid" /proc/$$/ns/pid
docker kill box
docker run -d --name web nginx
