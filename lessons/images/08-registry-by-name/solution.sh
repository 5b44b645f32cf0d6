echo '172.17.0.1 registry.shop' >> /etc/hosts
docker run -d -p 5000:5000 --name registry registry:2
docker pull busybox && docker tag busybox registry.shop:5000/box:1
until curl -s localhost:5000/v2/; do sleep 0.3; done
# answer: plain
docker push registry.shop:5000/box:1
mkdir certs
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj /CN=registry.shop -addext subjectAltName=DNS:registry.shop -keyout certs/shop.key -out certs/shop.crt
mkdir auth
docker run --rm httpd:2 htpasswd -Bbn ada anchor > auth/htpasswd
docker rm -f registry
docker run -d -p 5000:5000 --name registry --env-file registry.env -v /root/certs:/certs -v /root/auth:/auth registry:2
until curl -sk https://registry.shop:5000/v2/; do sleep 0.3; done
# answer: trust
docker login -u ada registry.shop:5000
#> anchor
mkdir -p /etc/docker/certs.d/registry.shop:5000
cp certs/shop.crt /etc/docker/certs.d/registry.shop:5000/ca.crt
docker login -u ada registry.shop:5000
#> anchor
# answer: stored
docker push registry.shop:5000/box:1
docker rmi busybox registry.shop:5000/box:1
docker pull registry.shop:5000/box:1
