# hint: renamed exit-2
# after: exact
docker rmi -f $(docker images -q nginx)
