# Your own settings; /etc/bash.bashrc has been read before.
export EDITOR=nano PAGER=less LESS=-R
