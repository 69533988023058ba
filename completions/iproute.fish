# Completion of iproute(8) for fish: the program itself knows what may come next.
complete -c iproute -f -a '(set -l words (commandline -opc) (commandline -ct)
	iproute complete -- $words[2..-1] 2>/dev/null)'
