# hint: journal exit-3
# after: sealed
docker start journal
