docker run -d --name web -p 8080:80 nginx
docker run -d --name job busybox sh -c 'echo counting; echo found 3 books > /tmp/report.txt; echo done'
docker wait job
until curl -s localhost:8080 >/dev/null; do sleep 0.3; done
docker exec web chmod 000 /usr/share/nginx/html/index.html
curl -s localhost:8080 >/dev/null
