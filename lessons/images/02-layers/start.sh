docker run -d --name reader busybox sleep 100000
docker run -d --name hoarder busybox sh -c 'mkdir -p /var/log; head -c 6m /dev/zero > /var/log/forgotten; sleep 100000'
docker run -d --name writer busybox sh -c 'echo started > /tmp/note; sleep 100000'
until [ "$(docker exec hoarder stat -c %s /var/log/forgotten)" = 6291456 ]; do sleep 0.2; done
