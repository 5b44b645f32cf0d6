# hint: few wrong-config
# after: dropped
docker run -d --name web --privileged nginx
