# hint: box name-taken
# after: greeting
docker run --name box busybox true
docker run -dit --name box busybox sh
