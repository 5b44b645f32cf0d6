# hint: logged-in exit-3
# after: untrusted
mkdir -p /etc/docker/certs.d/registry.shop:5000
cp certs/shop.crt /etc/docker/certs.d/registry.shop:5000/ca.cert
