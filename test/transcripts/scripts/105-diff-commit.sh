# docker diff, commit, export and import

docker run --name d1 busybox sh -c 'echo x > /new; rm /bin/wget; mkdir -p /opt/a/b; echo y >> /etc/passwd; touch /tmp/t'; docker diff d1 | sort

docker diff nosuch

docker diff

docker diff d1 d1

docker create --name d0 busybox >/dev/null; docker diff d0

docker run --name dv -v /vol busybox touch /vol/x; docker diff dv

docker commit d1 | cut -c1-7

docker commit d1 my:1 | cut -c1-7; docker run --rm my:1 cat /new

docker commit -m 'a message' -a 'Ann <ann@example.com>' d1 my:2 | wc -c; docker image inspect -f '{{.Comment}}|{{.Author}}' my:2

docker commit -c 'CMD ["cat","/new"]' -c 'ENV A=b' --change 'EXPOSE 80' d1 my:3 >/dev/null; docker run --rm my:3; docker image inspect -f '{{.Config.Cmd}} {{.Config.ExposedPorts}}' my:3

docker commit -c 'RUN true' d1 my:4

docker commit -c 'NOSUCH x' d1 my:4

docker commit d1 My:Bad

docker commit nosuch my:5

docker commit

docker commit d1 a b

docker history my:2 --format '{{.CreatedBy}}|{{.Comment}}|{{.Size}}' | head -1

docker images my --format '{{.Repository}}:{{.Tag}}' | sort

docker export d1 | tar t | grep -E '^(new|etc/passwd|opt/a/b/|bin/wget)$'

docker export -o d1.tar d1; tar tf d1.tar | grep -c .  | awk '{print ($1 > 50)}'

docker export nosuch

docker export

docker export -o /nosuch/dir/x d1

docker import d1.tar flat:1 | cut -c1-7; docker run --rm flat:1 cat /new

docker run flat:1

docker import -c 'CMD ["echo","imported"]' -m 'from tar' d1.tar flat:2 >/dev/null; docker run --rm flat:2; docker history flat:2 --format '{{.CreatedBy}}|{{.Comment}}'

docker export d1 | docker import - flat:3 | cut -c1-7

docker image inspect -f '{{.Config.Env}} {{.Config.Cmd}} {{len .RootFS.Layers}}' flat:3

docker import nosuch.tar

docker import

echo garbage > g.tar; docker import g.tar junk:1

docker import d1.tar Bad:1

docker images flat --format '{{.Tag}}' | sort

docker run -d --name live busybox sleep 100 >/dev/null; docker commit --pause=false live livei | wc -c; docker commit -p live livei2 | wc -c
