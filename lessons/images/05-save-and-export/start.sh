docker run --name draft busybox sh -c 'echo Good morning > /etc/greeting'
docker commit -m 'a greeting' -c 'CMD ["cat", "/etc/greeting"]' draft greeter:1.0
docker run --name other greeter:1.0 sh -c 'echo You have found me > /etc/greeting'
docker commit -c 'CMD ["cat", "/etc/greeting"]' other lost:1
docker save -o /root/lost.tar lost:1
docker rm draft other
docker rmi lost:1
docker create --name box greeter:1.0
