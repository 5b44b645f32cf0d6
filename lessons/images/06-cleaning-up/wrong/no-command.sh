# hint: made wrong-config
# after: seen
docker run --name cook busybox true
docker commit cook menu:today
