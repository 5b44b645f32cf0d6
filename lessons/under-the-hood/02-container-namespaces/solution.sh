docker run -d --name box busybox sleep 1000
PID=$(docker inspect -f '{{.State.Pid}}' box); echo $PID
grep NSpid /proc/$PID/status
lsns --task $PID
# answer: shared
WEB=$(docker inspect -f '{{.State.Pid}}' web); echo $WEB
nsenter --target $WEB --net ss -ltn
# answer: down
nsenter --target $WEB --net ip link set eth0 up
docker run --rm --pid container:web busybox ps
