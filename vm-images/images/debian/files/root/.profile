# ~/.profile: what a login shell starts with.
if [ "$BASH" ] && [ -f ~/.bashrc ]; then . ~/.bashrc; fi
