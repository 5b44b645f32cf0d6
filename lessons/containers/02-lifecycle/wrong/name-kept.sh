# hint: shop exit-2
# after: frozen
docker run -d --name shop busybox sleep 1000
