# hint: killed wrong-value
# after: limited
sh -c 'head -c 50m /dev/zero | tail > /dev/null'; echo $?
