# hint: mine exit-2
# after: inside
cd ~/bundle
jq '.process.args = ["sleep", "1000"] | .process.terminal = false' config.json > new.json
mv new.json config.json
runc run --detach mine
