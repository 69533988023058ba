# Completion of iproute(8) for bash: the program itself knows what may come next.
# shellcheck shell=bash

_iproute() {
	mapfile -t COMPREPLY < <(iproute complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1)
}
complete -F _iproute iproute
