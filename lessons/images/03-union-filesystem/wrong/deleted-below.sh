# hint: hidden exit-2
# after: copied
rm /tmp/union/old/soup
