# A web server from an image with nothing in it but the server: BusyBox under the name of one of its applets.
mkdir -p /tmp/tiny/www
docker create --name donor busybox
docker cp donor:/bin/busybox /tmp/tiny/httpd
docker rm donor
echo '<h1>Here I am</h1>' >/tmp/tiny/www/index.html
tar -C /tmp/tiny -c . | docker import --change 'CMD ["/httpd", "-f", "-p", "80", "-h", "/www"]' - tiny:1
rm -r /tmp/tiny
docker run -d --name web tiny:1
ip=$(docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' web)
until curl -s -m 1 "$ip" >/dev/null; do sleep 0.2; done
nsenter --target "$(docker inspect -f '{{.State.Pid}}' web)" --net ip link set eth0 down
