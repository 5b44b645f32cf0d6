# hint: gone exit-2
# after: apart
docker rm -f one two
docker rmi nginx debian
