mkdir /sys/fs/cgroup/demo
echo 20M > /sys/fs/cgroup/demo/memory.max
# answer: over
sh -c 'echo $$ > /sys/fs/cgroup/demo/cgroup.procs; dd if=/dev/zero of=/dev/null bs=50M count=1'; echo $?
echo 5 > /sys/fs/cgroup/demo/pids.max
sh -c 'echo $$ > /sys/fs/cgroup/demo/cgroup.procs; for i in 1 2 3 4 5 6 7 8; do sleep 0.3 & done; wait'
sleep 1
rmdir /sys/fs/cgroup/demo
docker run -d --name small -m 32m --cpus 0.25 --pids-limit 20 busybox sleep 1000
ID=$(docker inspect -f '{{.Id}}' small)
head /sys/fs/cgroup/docker/$ID/memory.max /sys/fs/cgroup/docker/$ID/cpu.max /sys/fs/cgroup/docker/$ID/pids.max
# answer: cpu
docker update --memory 64m --memory-swap 64m baker
docker start baker
until docker logs baker 2>&1 | grep 'bread is done'; do sleep 0.3; done
