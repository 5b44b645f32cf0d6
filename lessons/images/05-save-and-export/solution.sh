docker save -o greeter.tar greeter:1.0
docker rm -f box
docker rmi greeter:1.0
docker load -i greeter.tar
# answer: same
docker run --name box greeter:1.0 sh -c 'echo Hello from the box > /etc/greeting'
docker export -o box.tar box
docker import box.tar greeter:flat
# answer: run
docker import --change 'CMD ["cat", "/etc/greeting"]' box.tar greeter:flat
# answer: which
docker load -i lost.tar
