docker run -d --name shop busybox sh -c 'echo opening; slep 1000'
docker wait shop
