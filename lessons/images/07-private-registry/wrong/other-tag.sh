# hint: pushed no-tag
# after: answers
docker pull busybox
docker tag busybox localhost:5000/team/box
docker push localhost:5000/team/box
