docker images -f dangling=true
docker run --name cook busybox true
docker commit -c 'CMD ["echo", "fish"]' cook menu:today
# answer: old
docker image prune -f
# answer: held
docker container prune -f
docker image prune -f
# answer: volumes
docker volume prune -f
