# hint: orphanage exit-2
# after: zombies
sleep 1
