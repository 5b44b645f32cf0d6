docker run -d --name shop --entrypoint sh nginx -c 'echo opening; nginx -g "daemon off;"; echo closed'
