# a first hour with docker run

docker run busybox echo hello world

docker run --name greet busybox echo hello; docker logs greet

docker ps

docker ps -a --format '{{.Image}} {{.Command}} {{.Names}} {{.State}}' | sed 's/[a-z]*_[a-z]*/NAME/'

docker run --name greet busybox echo again

docker rm greet; docker rm greet

docker run -d --name bg busybox sh -c 'while true; do echo tick; sleep 1; done' | wc -c

docker ps --format 'table {{.Names}}\t{{.Image}}\t{{.Command}}'

docker logs bg | head -1

docker stop -t 0 bg

docker ps -l --format '{{.Names}} {{.State}}'

docker ps -n 1 --format '{{.Names}}'

docker ps -n 0 -q | wc -l

docker ps -n -1 -q | wc -l

docker ps -lq | wc -c

docker start bg; docker ps --format '{{.Names}}'

docker rm bg

docker rm -f bg

docker rm -f bg bg2; echo rc=$?

docker rm nope1 nope2

docker run

docker run busybox:nosuchtag true

docker run --name Greet_2.x-y busybox true; docker rm Greet_2.x-y

docker run --name 'has space' busybox true

docker run --name -bad busybox true

docker run --name x busybox true

docker run BusyBox true

docker run --nope busybox true

docker run --memory busybox true

docker run -it busybox true

docker run --rm -i busybox cat < /etc/hostname | wc -l

docker run --rm busybox sh -c 'echo out; echo err >&2'

docker run --rm busybox ls /nosuch

docker run --rm -e busybox true

docker run --pull never nosuchimage true

docker run --pull sometimes busybox true

docker run --rm --pull always busybox echo pulled | tail -1

docker run -q --rm busybox echo quiet

docker run --detach --rm=false --name=long busybox sleep 1000 | wc -c

docker run -d --rm -it --name ttyc busybox | wc -c

docker container ls -a --no-trunc --format '{{.Names}} {{.Command}}' | grep -E '^(long|ttyc)' | sort

docker container stop -t 0 long ttyc

docker container rm long
