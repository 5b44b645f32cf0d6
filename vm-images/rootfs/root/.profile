# Read by login shells after /etc/profile.
if [ -n "$BASH" ] && [ -r ~/.bashrc ]; then
	. ~/.bashrc
fi
