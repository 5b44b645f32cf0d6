# hint: pruned exit-2
# after: made
docker image prune -af
