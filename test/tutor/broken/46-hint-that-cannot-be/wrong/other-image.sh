# hint: greeting wrong-imge
docker run --name hello debian echo hello
