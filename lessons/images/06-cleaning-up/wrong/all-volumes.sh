# hint: volumes exit-2
# after: clean
docker volume prune -af
