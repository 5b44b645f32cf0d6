# hint: polite exit-code
# after: stubborn
docker run -d --name polite busybox sh -c 'trap "echo saving; exit 0" TERM; while true; do sleep 1; done'
docker kill polite
