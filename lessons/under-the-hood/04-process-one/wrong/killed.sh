# hint: quick exit-code
# after: orphanage
docker kill orphanage
