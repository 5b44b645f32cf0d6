# hint: web not-published
# after: left
docker run -d --name web nginx
