# environment, env files, labels, cidfile, entrypoint

export FROM_HOST=yes; docker run --rm -e A=1 -e B='two words' -e FROM_HOST -e NOT_SET busybox env | grep -E '^(A|B|FROM_HOST|NOT_SET)=' | sort

printf '# comment\nX=1\nY=a b\nFROM_HOST\nEMPTY=\n\n  Z=lead\n' > e.env; docker run --rm --env-file e.env busybox env | grep -E '^(X|Y|Z|FROM_HOST|EMPTY)=' | sort

docker run --rm --env-file nosuch.env busybox true

printf 'bad name=1\n' > bad.env; docker run --rm --env-file bad.env busybox true

printf '=novalue\n' > bad2.env; docker run --rm --env-file bad2.env busybox true

docker run --rm -e =x busybox true

docker run --rm -e '' busybox true

docker run --rm --env-file e.env -e X=over busybox sh -c 'echo $X'

docker run --rm busybox env | cut -d= -f1 | sort

docker run --rm -t busybox env | tr -d '\r' | cut -d= -f1 | sort

docker run -d --name lb --label one --label two=2 -l three=a=b --label com.example.team="blue team" busybox sleep 100 >/dev/null; docker inspect -f '{{json .Config.Labels}}' lb

docker ps --filter label=two=2 --format '{{.Names}}: {{.Label "com.example.team"}}'

docker ps --filter label=one --filter label=nolabel -q | wc -l

printf 'lf=1\n#c\nlg\n' > l.txt; docker run --rm --label-file l.txt --name lf busybox true; docker create --label-file l.txt --name lf2 busybox >/dev/null; docker inspect -f '{{json .Config.Labels}}' lf2

docker run --rm --label-file nosuch busybox true

docker run --label '=x' --rm busybox true

docker run --cidfile c.id --name cid busybox true; wc -c < c.id

docker run --cidfile c.id --name cid2 busybox true

docker run --rm --entrypoint echo busybox hi there

docker run --rm --entrypoint '' busybox echo cleared

docker run --rm --entrypoint nosuch busybox a

docker run --rm --entrypoint /bin/sh busybox -c 'echo $0 $#' a b

docker inspect -f '{{range .Config.Env}}{{println .}}{{end}}' lb

docker inspect -f '{{index .Config.Labels "com.example.team"}}' lb

docker inspect -f '{{.Config.Labels.one}}|{{.Config.Labels.two}}|{{.Config.Labels.none}}' lb

docker exec lb env | cut -d= -f1 | sort

docker exec -e NEW=1 --env-file e.env lb env | grep -E '^(NEW|X|Z)=' | sort

docker ps --format '{{.Labels}}' -f name=lb
