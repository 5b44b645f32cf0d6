# hint: cleared exit-code
# after: repaired
runc delete mine
