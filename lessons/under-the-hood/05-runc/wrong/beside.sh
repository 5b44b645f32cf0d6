# hint: root exit-2
mkdir -p bundle/rootfs
cd bundle
docker create --name source busybox
docker export source | tar -xf -
