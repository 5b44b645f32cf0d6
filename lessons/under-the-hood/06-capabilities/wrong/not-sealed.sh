# hint: journal exit-2
# after: sealed
docker rm journal
docker run -d --name journal busybox sh -c 'while true; do date >> /tmp/journal || exit 1; sleep 1; done'
