# hint: greeting image-unknown
docker run --rm busybx echo hello
