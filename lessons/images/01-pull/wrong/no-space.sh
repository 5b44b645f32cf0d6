# hint: pulled missing-space
# after: searched
docker pullnginx
