# hint: greeting wrong-image
docker run --rm debian echo hello
