docker search nginx
docker pull nginx
# answer: again
docker pull debian:12
docker pull debian:bookworm
# answer: latest
DIGEST=$(docker inspect -f '{{index .RepoDigests 0}}' nginx); echo $DIGEST
docker pull $DIGEST
docker tag nginx web:stable
# answer: untag
docker rmi nginx
# answer: errors
sed -i 's/nginx:1.99/nginx:latest/' shop.sh
sh shop.sh
