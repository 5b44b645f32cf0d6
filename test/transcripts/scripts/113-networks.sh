# networks: create, connect with aliases, disconnect, remove

docker network create app-net | wc -c

docker network create --driver bridge --subnet 172.28.0.0/16 --ip-range 172.28.5.0/24 --gateway 172.28.5.254 br0 >/dev/null; docker network inspect br0 -f '{{json .IPAM}}'

docker network ls --format '{{.Name}}\t{{.Driver}}' | sort

docker network ls --format 'table {{.Name}}\t{{.Scope}}\t{{.Internal}}' | sort

docker network ls --format json --filter name=app-net | sed 's/"CreatedAt":"[^"]*"/T/;s/"ID":"[^"]*"/I/'

docker network ls --no-trunc -q --filter name=app-net | wc -c

docker network ls --filter name=net --filter driver=bridge -q | wc -l

docker network ls --filter scope=local --format '{{.Name}}' | sort

docker network ls --filter dangling=true --format '{{.Name}}' | sort

docker network ls --filter type=custom --format '{{.Name}}' | sort

docker network ls --filter type=x

docker network ls --filter driver=nosuch

docker network ls x

docker run -d --name db --network app-net --network-alias database busybox sleep 1000 >/dev/null; docker run -d --name api busybox sleep 1000 >/dev/null; docker network connect --alias backend --alias rest app-net api; docker exec db ping -c 1 -W 1 backend | head -1

docker exec db ping -c 1 -W 1 rest | head -1; docker exec api ping -c 1 -W 1 database | head -1

docker inspect -f '{{json (index .NetworkSettings.Networks "app-net").Aliases}} {{json (index .NetworkSettings.Networks "app-net").DNSNames}}' api | sed 's/[0-9a-f]\{12\}/ID/'

docker network connect --ip 172.28.5.77 br0 api; docker inspect -f '{{.NetworkSettings.Networks.br0.IPAddress}} {{.NetworkSettings.Networks.br0.Gateway}} {{.NetworkSettings.Networks.br0.IPPrefixLen}}' api

docker exec api ip -o -4 addr | awk '{print $2, $4}'

docker network connect --ip 172.28.5.77 br0 db

docker network connect --ip 10.1.1.1 br0 db

docker network connect --ip bad br0 db

docker network connect --ip 172.20.0.9 app-net api

docker network connect app-net api

docker network disconnect bridge api; docker inspect -f '{{range $k,$v := .NetworkSettings.Networks}}{{$k}} {{end}}' api

docker network disconnect bridge api

docker network disconnect nosuch api

docker network disconnect app-net nosuch

docker network disconnect app-net

docker network connect

docker network rm app-net

docker network rm app-net br0 nosuch

docker network disconnect -f app-net api; docker network disconnect app-net db; docker exec db ip -o -4 addr | awk '{print $2}'

docker network rm app-net; docker network rm br0

docker network disconnect br0 api; docker network rm br0

docker network create a b

docker network create

docker network create ''

docker network create --driver host h2

docker network create --driver null n2

docker network create --driver overlay ov

docker network create --subnet 172.17.0.0/16 clash

docker network create --subnet 10.0.0.0/8 --ip-range 11.0.0.0/24 badrange

docker network create --gateway 10.9.0.1 nosub

docker network create --subnet 10.9.0.1/16 hostbits; docker network inspect hostbits -f '{{json .IPAM.Config}}'

docker network create --internal -o com.docker.network.bridge.enable_icc=false --label x=y opt >/dev/null; docker network inspect opt -f '{{json .Options}} {{.Internal}} {{.Labels}} {{.Attachable}} {{.Ingress}}'

docker network create --attachable att >/dev/null; docker network inspect att -f '{{.Attachable}} {{.Scope}}'

docker create --name off busybox sleep 1000 >/dev/null; docker network connect att off; docker network inspect att -f '{{len .Containers}}'; docker start off; docker inspect -f '{{range $k,$v := .NetworkSettings.Networks}}{{$k}} {{end}}' off

docker run --rm --network att --ip 172.18.0.77 busybox true

docker run --rm --network bridge --network-alias x busybox true

docker run --rm --network host --network-alias x busybox true

docker run --rm --network att --network opt busybox sh -c 'ip -o -4 addr | wc -l'

docker run --rm --network name=att,alias=zed busybox ping -c 1 zed | head -1

docker run --rm --network name=att,bogus=1 busybox true

docker run --rm --network att --link off:friend busybox ping -c 1 friend | head -1

docker network prune -f | sort

docker network prune --filter until=1h -f

docker network prune </dev/null

docker network inspect

docker network inspect nosuch1 nosuch2

docker network inspect bridge host -f '{{.Name}} {{.Driver}}'

docker port api

docker network frob
