# hint: certificate exit-3
# after: refused
mkdir certs
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 90 -subj /CN=registry.shop -keyout certs/shop.key -out certs/shop.crt
