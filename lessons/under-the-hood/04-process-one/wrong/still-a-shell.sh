# hint: shop exit-2
# after: quick
docker rm -f shop
docker run -d --name shop --entrypoint sh nginx -c 'echo opening; nginx -g "daemon off;"; true'
