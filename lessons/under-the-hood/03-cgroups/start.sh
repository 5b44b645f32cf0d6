docker run -d --name baker -m 16m busybox sh -c 'echo heating the oven; head -c 24m /dev/zero | tail > /dev/null && echo the bread is done && sleep 1000'
docker wait baker
