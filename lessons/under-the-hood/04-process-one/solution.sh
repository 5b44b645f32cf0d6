docker run -d --name deaf busybox sleep 1000
# answer: kill
docker exec deaf kill -9 1
docker run -d --name orphanage busybox sh -c '(sleep 0.1 & sleep 0.1 &); exec sleep 1000'
until docker exec orphanage ps | grep '\[sleep\]'; do sleep 0.2; done
# answer: why
docker rm -f orphanage
docker run -d --init --name orphanage busybox sh -c '(sleep 0.1 & sleep 0.1 &); exec sleep 1000'
sleep 1
# answer: stop
docker stop orphanage
docker rm -f shop
docker run -d --name shop --entrypoint sh nginx -c 'echo opening; exec nginx -g "daemon off;"'
until docker exec shop cat /proc/1/comm | grep nginx; do sleep 0.2; done
