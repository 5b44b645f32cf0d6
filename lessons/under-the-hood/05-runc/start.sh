mkdir -p /root/broken
cd /root/broken
runc spec
jq '.root.path = "/root/bundle/rootfz" | .process.terminal = false | .process.args = ["echo", "It works"]' config.json > new.json
mv new.json config.json
