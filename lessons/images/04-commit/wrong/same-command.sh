# hint: command wrong-config
# after: first
docker commit kitchen tea:2
