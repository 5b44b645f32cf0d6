# hint: box wrong-name
# after: greeting
docker run -dit --name bux busybox sh
