# hint: mended exit-2
# after: sockets
docker stop -t 1 web
