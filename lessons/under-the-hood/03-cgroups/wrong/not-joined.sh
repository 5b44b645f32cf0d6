# hint: killed wrong-value
# after: limited
sh -c 'dd if=/dev/zero of=/dev/null bs=50M count=1'; echo $?
