# hint: inside exit-code
# after: spec
cd
runc run first
