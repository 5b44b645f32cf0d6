# hint: logged-in exit-2
# after: untrusted
mkdir -p /etc/docker/certs.d/registry.shop
cp certs/shop.crt /etc/docker/certs.d/registry.shop/ca.crt
