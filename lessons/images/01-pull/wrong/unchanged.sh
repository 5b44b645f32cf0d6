# hint: shop image-unknown
# after: renamed
sh shop.sh
