#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# man/generate.sh PROGRAM VERSION <man/PAGE.in >man/PAGE
#
# Puts the program's tables of words in place of @VERBS@, @OPTIONS@, @ROUTE@, @NEXTHOP@, @RULE@, @PACKET@ and @ENCAP@, and a
# file of examples/ in place of @EXAMPLE FILE@. What is shown literally can be copied from the page: roff would print
# other characters for - ' ` ^ ~.
set -euo pipefail

program=$1 version=$2
examples=$(dirname "${BASH_SOURCE[0]}")/../examples

# The lines of a file as an mdoc block, but for its licence.
example() {
	echo '.Bd -literal'
	sed '/^# SPDX-/d; s/\\/\\e/g; s/^[.'\'']/\\\&&/' "$examples/$1"
	echo '.Ed'
}

while IFS= read -r line; do
	case $line in
	@VERBS@ | @OPTIONS@ | @ROUTE@ | @NEXTHOP@ | @RULE@ | @PACKET@ | @ENCAP@)
		line=${line//@/}
		"$program" manual "${line,,}" | sed '/^\.It/ { n; s/^[a-z]/\u&/; }; /^\.Ss/ { n; s/^[a-z]/\u&/; }'
		;;
	"@EXAMPLE "*@)
		line=${line#@EXAMPLE }
		example "${line%@}"
		;;
	*) printf '%s\n' "${line//@VERSION@/$version}" ;;
	esac
done | awk '
	/^\.Ed/ { literal = 0 }
	literal || /^\.Dl / {
		gsub(/\\-/, "-")
		gsub(/-/, "\\-")
		gsub(/'\''/, "\\(aq")
		gsub(/`/, "\\(ga")
		gsub(/\^/, "\\(ha")
		gsub(/~/, "\\(ti")
	}
	/^\.Bd -literal/ { literal = 1 }
	{ print }'
