# Read by every interactive bash.
[ -n "$PS1" ] || return 0
shopt -s checkwinsize histappend
HISTCONTROL=ignoreboth
HISTSIZE=5000
HISTFILESIZE=5000
if [ "$EUID" -eq 0 ]; then
	PS1='\[\e[1;32m\]\u@\h\[\e[0m\]:\[\e[1;34m\]\w\[\e[0m\]\$ '
else
	PS1='\[\e[1;36m\]\u@\h\[\e[0m\]:\[\e[1;34m\]\w\[\e[0m\]\$ '
fi
case $TERM in
xterm*) PS1="\[\e]0;\u@\h: \w\a\]$PS1" ;;
esac
alias ls='ls --color=auto' ll='ls -l' la='ls -A' grep='grep --color=auto'
# Completion is loaded at the first Tab, which keeps a new shell's first prompt quick.
_load_completion() {
	complete -r -D
	unset -f _load_completion
	. /usr/share/bash-completion/bash_completion
	_completion_loader "$@"
}
complete -D -F _load_completion -o bashdefault -o default
