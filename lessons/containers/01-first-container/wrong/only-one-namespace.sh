# hint: namespaces too-few
# after: inside
ls -l /proc/$$/ns/pid
