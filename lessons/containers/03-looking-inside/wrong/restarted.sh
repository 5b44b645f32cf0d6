# hint: mended wrong-status
# after: changed
docker restart -t 1 web
until curl -s localhost:8080; do sleep 0.3; done
