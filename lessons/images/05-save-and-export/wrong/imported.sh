# hint: rescued wrong-config
# after: speaks
docker import lost.tar lost:1
