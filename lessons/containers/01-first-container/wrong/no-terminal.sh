# hint: box exited
# after: greeting
docker run --name box busybox sh
