docker create --name job busybox sh -c 'echo working; sleep 1; exit 3'
docker start job
docker wait job
docker run --rm busybox nosuch; echo $?
docker run --rm busybox /etc; echo $?
docker run --nosuch busybox; echo $?
docker run -d --name stubborn busybox sleep 1000
# answer: stubborn
docker stop -t 1 stubborn
docker run -d --name polite busybox sh -c 'trap "echo saving; exit 0" TERM; while true; do sleep 1; done'
until docker logs polite >/dev/null && docker exec polite true; do sleep 0.2; done
docker stop polite
docker start polite
docker pause polite
docker unpause polite
# answer: shop
docker rm shop
docker run -d --name shop busybox sh -c 'echo opening; sleep 1000'
