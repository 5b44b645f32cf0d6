# hint: light exit-2
# after: heavy
docker commit tidied tea:5
