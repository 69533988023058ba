# Completion of iproute(8) for bash: the program itself knows what may come next.
# shellcheck shell=bash

_iproute() {
	local line=${COMP_LINE:0:COMP_POINT} words
	# Not COMP_WORDS: that cuts IPv6 addresses at their colons.
	read -ra words <<<"$line"
	[[ $line != *[[:blank:]] ]] || words+=("")
	mapfile -t COMPREPLY < <("$1" complete -- "${words[@]:1}" 2>/dev/null | cut -f1)
}
complete -F _iproute iproute
