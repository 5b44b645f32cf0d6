# hint: clean dangling-count
# after: pruned
docker image prune -f
