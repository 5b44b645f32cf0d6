# shellcheck shell=sh
# Completion is loaded at the first Tab instead, by /etc/bash.bashrc: it takes half a second.
