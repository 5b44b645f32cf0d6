# Opens the shop.
docker run -d --name shop -p 8080:80 nginx:1.99
