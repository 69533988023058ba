# SPDX-License-Identifier: GPL-2.0-or-later
# Completion of iproute(8) for fish: the program itself knows what may come next.
function __iproute_complete
	set -l words (commandline -opc) (commandline -ct)
	for offer in (iproute complete -- $words[2..-1] 2>/dev/null)
		if test "$offer" = :files
			__fish_complete_path (commandline -ct)
		else
			echo $offer
		end
	end
end
# -k: in the program's order: selectors and actions of a rule come first.
complete -c iproute -f -k -a '(__iproute_complete)'
