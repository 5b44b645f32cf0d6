docker pull debian
# answer: exists
docker pull nginx
docker history nginx
# answer: sum
docker system df
docker run -dit --name one debian
docker run -dit --name two debian
docker exec one sh -c 'echo mine > /etc/debian_version'
# answer: ground
sleep 1
docker rm -f one two
docker rmi debian
docker exec hoarder rm /var/log/forgotten
