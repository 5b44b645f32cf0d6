docker run --rm busybox echo hello
docker run -dit --name box busybox sh
# answer: crowd
docker ps
docker exec box ps
PID=$(docker inspect -f '{{.State.Pid}}' box)
ls -l /proc/$PID/ns/pid
ls -l /proc/$$/ns/pid
docker kill box
docker run -d --name web -p 8080:80 nginx
until curl -s localhost:8080; do sleep 0.3; done
docker rm -f web box
