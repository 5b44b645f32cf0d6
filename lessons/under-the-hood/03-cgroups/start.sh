docker run -d --name baker -m 16m busybox sh -c 'echo heating the oven; dd if=/dev/zero of=/dev/null bs=24M count=1 2> /dev/null && echo the bread is done && sleep 1000'
docker wait baker
