# hint: inside exited
# after: listed
docker kill box
docker exec box ps
