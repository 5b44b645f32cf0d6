# hint: speaks wrong-config
# after: flat
docker import box.tar greeter:flat
