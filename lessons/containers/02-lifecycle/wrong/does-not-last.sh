# hint: shop exit-3
# after: frozen
docker rm shop
docker run -d --name shop busybox sh -c 'echo opening'
