# hint: flat layer-count
# after: exported
docker tag greeter:1.0 greeter:flat
