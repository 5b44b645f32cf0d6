grep CapEff /proc/self/status
docker run --rm busybox sh -c 'grep CapEff /proc/self/status'
# answer: hostname
docker run --rm --cap-drop CHOWN busybox chown 1000 /tmp
docker run -d --name web --cap-drop ALL --cap-add CHOWN --cap-add SETGID --cap-add SETUID --cap-add NET_BIND_SERVICE nginx
docker run --rm --read-only busybox touch /tmp/something
# answer: journal
docker rm journal
docker run -d --name journal --read-only --tmpfs /tmp busybox sh -c 'while true; do date >> /tmp/journal || exit 1; sleep 1; done'
