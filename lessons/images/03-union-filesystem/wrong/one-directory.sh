# hint: mounted exit-2
mkdir -p /tmp/union/old /tmp/union/new /tmp/union/upper /tmp/union/work /tmp/union/merged
cd /tmp/union
echo tomato > old/soup; echo white > old/bread
echo brown > new/bread
mount -t overlay overlay -o lowerdir=new,upperdir=upper,workdir=work merged
