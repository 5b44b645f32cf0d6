# hint: baker exit-2
# after: found
docker rm baker
docker run -d --name baker busybox sh -c 'echo heating the oven; head -c 24m /dev/zero | tail > /dev/null && echo the bread is done && sleep 1000'
