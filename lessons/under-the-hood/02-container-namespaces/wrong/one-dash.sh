# hint: box misspelt
docker run -d -name box busybox sleep 1000
