# hint: freed exit-2
# after: gone
docker rm -f hoarder
