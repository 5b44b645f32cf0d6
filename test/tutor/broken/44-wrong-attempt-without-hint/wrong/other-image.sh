docker run --name hello debian echo hello
