mkdir -p bundle/rootfs
cd bundle
docker create --name source busybox
docker export source | tar -C rootfs -xf -
runc spec
sleep 1
# answer: missing
runc run first
#> hostname
#> exit
jq '.process.args = ["sleep", "1000"] | .process.terminal = false | .hostname = "mine"' config.json > new.json
mv new.json config.json
runc run --detach mine
# answer: known
runc exec mine hostname
cd ~/broken
jq '.root.path = "/root/bundle/rootfs"' config.json > new.json
mv new.json config.json
runc run broken
runc kill mine KILL
until runc list | grep -q stopped; do sleep 0.2; done
runc delete mine
