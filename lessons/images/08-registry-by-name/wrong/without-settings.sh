# hint: guarded exit-2
# after: password
docker rm -f registry
docker run -d -p 5000:5000 --name registry -v /root/certs:/certs -v /root/auth:/auth registry:2
until curl -s localhost:5000/v2/; do sleep 0.3; done
