docker run --name kitchen busybox sh -c 'echo tea: 3 minutes > /recipe'
docker commit -m 'the recipe' kitchen tea:1
# answer: layers
# answer: cmd
docker commit -c 'CMD ["cat", "/recipe"]' kitchen tea:2
docker run --name messy tea:2 sh -c 'head -c 4000000 /dev/urandom > /cache; echo done > /result'
docker commit messy tea:3
docker run --name tidied tea:3 rm /cache
docker commit tidied tea:4
# answer: size
docker run --name careful tea:2 sh -c 'head -c 4000000 /dev/urandom > /cache; echo done > /result; rm /cache'
docker commit -c 'CMD ["cat", "/recipe"]' careful tea:5
