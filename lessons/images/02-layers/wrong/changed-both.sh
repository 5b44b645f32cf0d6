# hint: apart exit-2
# after: counted
docker run -dit --name one debian
docker run -dit --name two debian
docker exec two sh -c 'echo mine > /etc/debian_version'
docker exec one sh -c 'echo mine > /etc/debian_version'
