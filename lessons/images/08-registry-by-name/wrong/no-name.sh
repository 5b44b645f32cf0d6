# hint: refused mistake
docker run -d -p 5000:5000 --name registry registry:2
docker pull busybox
docker tag busybox registry.shop:5000/box:1
docker push registry.shop:5000/box:1
