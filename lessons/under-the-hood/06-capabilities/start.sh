docker run -d --name journal --read-only busybox sh -c 'while true; do date >> /tmp/journal || exit 1; sleep 1; done'
docker wait journal
