# hint: greeting misspelt
docker rnu --rm busybox echo hello
