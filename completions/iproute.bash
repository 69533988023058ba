# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of iproute(8) for bash: the program itself knows what may come next.
# shellcheck shell=bash

_iproute() {
	local line=${COMP_LINE:0:COMP_POINT} words word offers typed cut
	# Not COMP_WORDS: that cuts IPv6 addresses at their colons.
	read -ra words <<<"$line"
	[[ $line != *[[:blank:]] ]] || words+=("")
	mapfile -t offers < <("$1" complete -- "${words[@]:1}" 2>/dev/null | cut -f1 |
		awk '!seen[$0]++')
	typed=${words[-1]}
	COMPREPLY=()
	for word in "${offers[@]}"; do
		if [[ $word = :files ]]; then
			compopt -o filenames
			mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -f -- "$typed")
		else
			COMPREPLY+=("$word")
		fi
	done
	# bash replaces only what is behind the last colon of the word.
	if [[ $COMP_WORDBREAKS = *:* && $typed = *:* ]]; then
		cut=${typed%"${typed##*:}"}
		COMPREPLY=("${COMPREPLY[@]#"$cut"}")
	fi
	# In the program's order: selectors and actions of a rule come first.
	compopt -o nosort 2>/dev/null || true
}
complete -F _iproute iproute
