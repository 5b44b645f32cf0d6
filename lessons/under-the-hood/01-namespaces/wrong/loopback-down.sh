# hint: net exit-code
# after: mnt
unshare --net ping -c 1 127.0.0.1
