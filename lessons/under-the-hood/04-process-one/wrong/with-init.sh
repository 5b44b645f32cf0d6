# hint: shop exit-3
# after: quick
docker rm -f shop
docker run -d --init --name shop --entrypoint sh nginx -c 'echo opening; nginx -g "daemon off;"; true'
