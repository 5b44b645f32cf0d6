# hint: tidy still-running
docker run --rm busybox echo hello
docker run -dit --name box busybox sh
docker ps
docker exec box ps
ls -l "/proc/$(docker inspect -f "{{.State.Pid}}" box)/ns/pid" /proc/$$/ns/pid
docker kill box
docker run -d --name web -p 8080:80 nginx
until curl -s localhost:8080; do sleep 0.3; done
docker rm web
