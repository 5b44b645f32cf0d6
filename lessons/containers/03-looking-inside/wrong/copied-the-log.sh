# hint: rescued wrong-content
# after: reworded
docker logs job > report.txt
