# hint: job exit-code
docker run --name job busybox true
