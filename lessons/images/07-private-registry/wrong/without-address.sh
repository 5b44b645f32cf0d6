# hint: pushed no-repository
# after: answers
docker pull busybox
docker tag busybox team/box:1.0
docker push team/box:1.0
