# hint: runs not-published
docker run -d --name registry registry:2
