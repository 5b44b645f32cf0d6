# hint: web wrong-port
# after: left
docker run -d --name web -p 80:8080 nginx
