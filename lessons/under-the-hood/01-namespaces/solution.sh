lsns
unshare --uts bash
#> hostname bubble
# terminal 2
hostname
sleep 1
# terminal 1
#> exit
# answer: uts
unshare --pid sh -c 'date; date'
# answer: fork
unshare --pid --fork --mount-proc sh -c 'echo I am $$; ps'
unshare --mount sh -c 'mount -t tmpfs tmpfs /mnt; echo secret > /mnt/note; ls /mnt'
# answer: net
unshare --net sh -c 'ip link set lo up; ping -c 1 127.0.0.1'
setpriv --reuid 1000 --regid 1000 --clear-groups unshare --user --map-root-user id
unshare --uts --pid --ipc --net --mount --fork --mount-proc bash
#> hostname mine
# terminal 2
until PID=$(lsns -n -t pid -o PID | sed -n 2p) && [ "$PID" ]; do sleep 0.2; done
sleep 1
nsenter --target $PID --uts --pid --ipc --net --mount ps
# terminal 1
#> exit
