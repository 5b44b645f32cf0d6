# removing images and containers, prune
#: images busybox:latest hello-world:latest

docker rmi nosuch

docker rmi

docker rmi nosuch1 nosuch2

docker rmi -f nosuch; echo rc=$?

docker run --name u1 hello-world >/dev/null; docker rmi hello-world

docker rmi $(docker images -q hello-world)

docker rmi -f hello-world

docker ps -a --format '{{.Names}} {{.Image}}' | sed 's/[0-9a-f]\{12\}/ID/'

docker rm u1; docker images -q | wc -l

docker run -d --name r1 busybox sleep 1000 >/dev/null; docker rmi busybox

docker rmi -f $(docker images -q busybox)

docker tag busybox keep:1; docker rmi busybox; docker rmi -f keep:1

docker rm -f r1; docker images -a --format '{{.Repository}}:{{.Tag}}'

docker pull busybox | tail -2

docker image prune -f

printf 'FROM busybox\nRUN echo 1\n' | DOCKER_BUILDKIT=0 docker build -q -t p - >/dev/null; printf 'FROM busybox\nRUN echo 2\n' | DOCKER_BUILDKIT=0 docker build -q -t p - >/dev/null; docker images -f dangling=true -q | wc -l

docker image prune -f | sed 's/[0-9a-f]\{64\}/HASH/' | sort

docker image prune -af --filter label=nope

docker image prune -af --filter until=24h

docker image prune -f --filter bad=1

docker image prune -a -f | grep -c untagged

docker images -q | wc -l

docker pull -q busybox; docker create --name c1 busybox >/dev/null; docker run --name c2 busybox true; docker run -d --name c3 busybox sleep 1000 >/dev/null; docker container prune -f | sed 's/^[0-9a-f]\{64\}$/ID/' | sort

docker ps -a --format '{{.Names}}'

docker container prune -f

docker container prune -f --filter until=1h

docker container prune -f --filter foo=bar

docker container prune </dev/null; echo rc=$?

docker network create unused >/dev/null; docker volume create uv >/dev/null; docker system prune -f

docker system prune -f --volumes

docker volume prune -af

docker system prune --filter until=1h --volumes -f

docker system prune -a -f | grep -v -E 'HASH|sha256' | head -3

docker rm -f $(docker ps -aq); docker rm -f $(docker ps -aq)
