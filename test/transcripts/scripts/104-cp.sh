# docker cp, both ways

docker run -d --name box busybox sh -c 'mkdir -p /data/sub; echo one > /data/a.txt; echo two > /data/sub/b.txt; ln -s a.txt /data/link; ln -s /nosuch /data/broken; sleep 1000' >/dev/null; sleep 0.5

docker cp box:/data/a.txt .; cat a.txt

docker cp box:/data/a.txt renamed.txt; ls

docker cp box:/data .; find data | sort

docker cp box:/data/. here; find here | sort

mkdir d2; docker cp box:/data d2; ls d2

docker cp box:/data/link lnk; ls -l lnk | cut -c1,2-10

docker cp -L box:/data/link lnk2; cat lnk2

docker cp box:/data/nosuch .

docker cp box:/data/a.txt nosuchdir/

docker cp box:/data/a.txt nosuchdir/x

docker cp nosuch:/etc/hosts .

docker cp nosuchfile box:/tmp

echo hi > up.txt; docker cp up.txt box:/tmp; docker exec box cat /tmp/up.txt

docker cp up.txt box:/tmp/other; docker exec box ls -l /tmp/other | cut -c1-10

docker cp up.txt box:/tmp/newdir/; echo rc=$?

docker cp up.txt box:/nodir/x

docker cp data box:/copied; docker exec box find /copied | sort

docker cp data box:/copied; docker exec box find /copied | sort | tail -3

docker cp data/. box:/copied2; docker exec box ls /copied2

docker cp data box:/tmp/up.txt

docker cp up.txt box:/data/link; docker exec box cat /data/a.txt

docker cp box:/data/a.txt - | tar tv | awk '{print $1,$2,$6}'

docker cp box:/data - | tar t | sort

tar c up.txt | docker cp - box:/var; docker exec box cat /var/up.txt

tar c up.txt | docker cp - box:/var/nosuch

echo nottar | docker cp - box:/var

docker cp box:/data/a.txt box:/tmp/x

docker cp a.txt b.txt

docker cp box:/data

docker cp

docker cp box: .

chmod 751 up.txt; docker cp -a up.txt box:/tmp/arch; docker exec box stat -c '%a %u:%g' /tmp/arch

docker stop -t 0 box >/dev/null; docker cp up.txt box:/tmp/stopped; docker cp box:/tmp/stopped back; cat back

docker cp -q up.txt box:/tmp/q

docker create --name never busybox >/dev/null; docker cp up.txt never:/made; docker cp never:/made - | tar t

docker cp never:/etc/hostname hn; wc -c < hn

docker cp box:data/a.txt rel.txt; cat rel.txt

docker cp ./up.txt box:tmp/rel2; docker cp box:/tmp/rel2 - | tar t

docker cp box:/proc/cpuinfo .
