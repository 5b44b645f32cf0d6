# hint: shop exit-2
# after: frozen
docker start shop
