# hint: changed no-container
docker run --rm --name kitchen busybox sh -c 'echo tea: 3 minutes > /recipe'
