docker logs --tail 3 web
# answer: denied
docker exec web ls -l /usr/share/nginx/html
# answer: root
docker top web
docker diff web
docker exec web chmod 644 /usr/share/nginx/html/index.html
curl -s localhost:8080 | grep '<h1>'
docker cp web:/usr/share/nginx/html/index.html .
sed -i 's/Welcome to nginx/Welcome aboard/' index.html
docker cp index.html web:/usr/share/nginx/html/index.html
# answer: dead
docker cp job:/tmp/report.txt .
