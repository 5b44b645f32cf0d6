mkdir -p /tmp/union/old /tmp/union/new /tmp/union/upper /tmp/union/work /tmp/union/merged
cd /tmp/union
echo tomato > old/soup; echo white > old/bread
echo brown > new/bread
# answer: top
mount -t overlay overlay -o lowerdir=new:old,upperdir=upper,workdir=work merged
echo crusty > merged/bread
# answer: delete
rm merged/soup
sleep 1
umount merged
rm upper/soup
mount -t overlay overlay -o lowerdir=new:old,upperdir=upper,workdir=work merged
docker run -d --name box busybox sleep 1000
MERGED=$(docker inspect -f '{{.GraphDriver.Data.MergedDir}}' box)
echo hello > $MERGED/root/from-outside
docker exec box rm /bin/vi
UPPER=$(docker inspect -f '{{.GraphDriver.Data.UpperDir}}' box)
ls -l $UPPER/root $UPPER/bin
