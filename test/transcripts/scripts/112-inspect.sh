# docker inspect: types, sizes, templates

docker run -d --name web --hostname webhost -p 8080:80 -e A=1 -e B=2 -v data:/data -v /tmp:/host:ro --network bridge -l app=shop busybox sleep 1000 >/dev/null; docker network create net1 >/dev/null; docker network connect net1 web

docker inspect --type container -f '{{.Name}}' web

docker inspect --type network -f '{{.Name}} {{.Driver}}' net1

docker inspect --type volume -f '{{.Name}} {{.Driver}}' data

docker inspect --type image -f '{{index .RepoTags 0}}' busybox

docker inspect --type network web

docker inspect --type bogus web

docker inspect web busybox net1 data -f '{{if .Name}}{{.Name}}{{else}}{{.RepoTags}}{{end}}'

docker inspect --size -f '{{.SizeRw}} {{gt .SizeRootFs 1000}}' web

docker inspect -s --type image busybox -f '{{.Os}}'

docker inspect -f '{{.Id}}' web | wc -c

docker inspect -f '{{slice .Id 0 3}}' web | wc -c

docker inspect $(docker ps -q | cut -c1-4) -f '{{.Name}}'

docker inspect -f '{{range .Config.Env}}{{.}};{{end}}' web | sed 's/PATH=[^;]*;//'

docker inspect -f '{{range $i, $e := .Config.Env}}{{$i}}={{$e}} {{end}}' web | sed 's/PATH=[^ ]*/P/'

docker inspect -f '{{range $k, $v := .NetworkSettings.Networks}}{{$k}}={{$v.IPAddress}} {{end}}' web

docker inspect -f '{{json .NetworkSettings.Ports}}' web

docker inspect -f '{{(index (index .NetworkSettings.Ports "80/tcp") 0).HostPort}}' web

docker inspect -f '{{index .NetworkSettings.Ports "80/tcp"}}' web

docker inspect -f '{{.NetworkSettings.Ports}}' web

docker inspect -f '{{.HostConfig.PortBindings}}' web

docker inspect -f '{{.HostConfig.Binds}}' web

docker inspect -f '{{range .Mounts}}{{.Type}}:{{.Source}}:{{.Destination}}:{{.Mode}}:{{.RW}}{{println}}{{end}}' web | sort

docker inspect -f '{{json .Mounts}}' web | tr ',' '\n' | sort | head -3

docker inspect -f '{{len .Mounts}} {{.Config.Labels}} {{.Config.Volumes}} {{.Config.ExposedPorts}}' web

docker inspect -f '{{.State}}' web | cut -c1-9

docker inspect -f '{{.Created}}' web | grep -cE '^20[0-9-]+T[0-9:.]+Z$'

docker inspect -f '{{.State.StartedAt}} {{.State.FinishedAt}}' web | cut -d' ' -f2

docker inspect -f '{{eq .State.Status "running"}} {{and .State.Running (not .State.Paused)}} {{or .State.Dead "x"}}' web

docker inspect -f '{{.HostConfig.RestartPolicy}} {{.HostConfig.Privileged}} {{.HostConfig.NetworkMode}} {{.HostConfig.AutoRemove}}' web

docker inspect -f '{{.Config.Nope}}' web

docker inspect -f '{{index .Config.Labels "none"}}|{{.Config.Labels.none}}' web

docker inspect -f '{{index .Config.Env 99}}' web

docker inspect -f '{{.Config.Env.x}}' web

docker inspect -f '{{title "hello world"}} {{lower "ABC"}} {{pad "x" 2 2}}|{{truncate "abcdef" 3}}|{{join (split "a:b:c" ":") "-"}}' web

docker inspect -f '{{/* comment */}}{{- .Name -}}  ' web

docker inspect -f '{{println .Name}}{{print 1 2 "x"}} {{html "<a>"}} {{urlquery "a b"}} {{js "it'"'"'s"}}' web

docker inspect -f '{{with .Config.Healthcheck}}has{{else}}no health{{end}}' web

docker inspect -f '{{define "t"}}[{{.}}]{{end}}{{template "t" .Name}}' web

docker inspect --format='{{json .Config}}' web | cut -c1-30

docker inspect -f 'plain' web

docker inspect -f '' web | head -1

docker inspect -f '{{end}}' web

docker inspect -f '{{' web

docker inspect -f '{{.Name}}' nosuch web

docker inspect ''

docker inspect --format

docker container inspect web -f '{{.Path}} {{.Args}} {{.ResolvConfPath}}' | sed 's/[0-9a-f]\{64\}/ID/'

docker container inspect nosuch

docker container inspect -s web -f '{{.SizeRw}}'

docker network inspect net1 -f '{{len .Containers}} {{range .Containers}}{{.Name}}{{end}}'

docker volume inspect data -f '{{json .Labels}} {{json .Options}} {{.Mountpoint}}'

docker volume inspect data

docker image inspect busybox -f '{{.Config.Cmd}} {{.Architecture}} {{len .RootFS.Layers}} {{.GraphDriver.Name}}'

docker inspect -f '{{.GraphDriver.Name}} {{len .GraphDriver.Data}}' web

docker inspect -f '{{.AppArmorProfile}}|{{.ProcessLabel}}|{{.MountLabel}}|{{.ExecIDs}}|{{.Platform}}|{{.Driver}}' web
