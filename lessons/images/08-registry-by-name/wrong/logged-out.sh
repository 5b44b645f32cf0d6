# hint: pushed no-repository
# after: logged-in
docker logout registry.shop:5000
docker push registry.shop:5000/box:1
