docker run -d -p 5000:5000 --name registry registry:2
until curl -s localhost:5000/v2/; do sleep 0.3; done
docker pull busybox
docker tag busybox localhost:5000/team/box:1.0
# answer: where
docker push localhost:5000/team/box:1.0
docker rmi busybox localhost:5000/team/box:1.0
docker pull localhost:5000/team/box:1.0
curl -s localhost:5000/v2/_catalog
# answer: gone
docker rm -f registry
docker run -d -p 5000:5000 -v /srv/registry:/var/lib/registry --name registry registry:2
until curl -s localhost:5000/v2/; do sleep 0.3; done
docker push localhost:5000/team/box:1.0
sleep 1
docker rm -f registry
docker run -d -p 5000:5000 -v /srv/registry:/var/lib/registry --restart always --name registry registry:2
until curl -s localhost:5000/v2/; do sleep 0.3; done
