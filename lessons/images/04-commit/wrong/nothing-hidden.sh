# hint: heavy not-hidden
# after: command
docker run --name messy tea:2 sh -c 'head -c 4000000 /dev/urandom > /cache; echo done > /result'
docker commit messy tea:3
docker commit messy tea:4
