# hint: back exit-2
# after: hidden
echo leek > /tmp/union/merged/soup
