# hint: twice misspelt
# after: pulled
docker pull debian:bokworm
