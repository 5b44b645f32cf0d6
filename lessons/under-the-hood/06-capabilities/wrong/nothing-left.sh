# hint: few exited
# after: dropped
docker run -d --name web --cap-drop ALL nginx
docker wait web
