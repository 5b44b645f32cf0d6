# hint: listed exit-code
# after: logs
docker exec web ls -l /var/www/html
