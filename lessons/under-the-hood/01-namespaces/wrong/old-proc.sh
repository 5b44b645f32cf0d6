# hint: pid mistake
# after: broken
unshare --pid --fork sh -c 'echo I am $$; ps'
