# hint: layers no-container
# after: back
mkdir -p /tmp/box/root; echo hello > /tmp/box/root/from-outside
