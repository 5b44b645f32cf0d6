# hint: greeting wrong-image
docker run --name hello debian echo hello
