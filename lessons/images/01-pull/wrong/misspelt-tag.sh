# hint: twice image-unknown
# after: pulled
docker pull debian:bokworm
