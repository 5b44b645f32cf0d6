# hint: reworded wrong-answer-text
# after: mended
docker cp web:/usr/share/nginx/html/index.html .
sed -i 's/Welcome to nginx/Welcome aboard/' index.html
docker cp index.html web:/usr/share/nginx/index.html
