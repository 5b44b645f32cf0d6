# hint: loaded exit-code
# after: saved
docker load -i greter.tar
