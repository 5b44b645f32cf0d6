# hint: sockets exit-code
# after: worlds
WEB=$(docker inspect -f '{{.State.Pid}}' web)
nsenter --target $WEB --mount --net ss -ltn
