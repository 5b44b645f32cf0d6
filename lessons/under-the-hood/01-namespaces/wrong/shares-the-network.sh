# hint: own exit-2
# after: user
unshare --uts --pid --ipc --mount --fork --mount-proc bash
# terminal 2
sleep 1
