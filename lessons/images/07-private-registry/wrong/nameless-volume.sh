# hint: kept exit-2
# after: asked
docker rm -f registry
docker run -d -p 5000:5000 --name registry registry:2
until curl -s localhost:5000/v2/; do sleep 0.3; done
docker push localhost:5000/team/box:1.0
