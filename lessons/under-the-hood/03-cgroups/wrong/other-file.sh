# hint: limited wrong-value
mkdir /sys/fs/cgroup/demo
echo 20 > /sys/fs/cgroup/demo/pids.max
