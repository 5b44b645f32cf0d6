# hint: tidy still-running
# after: fetched
docker rm web
