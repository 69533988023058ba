#!/usr/bin/env bash
# man/generate.sh PROGRAM VERSION <man/iproute.8.in >man/iproute.8
#
# Puts what the program's tables know in place of @VERBS@, @OPTIONS@, @ROUTE@, @NEXTHOP@, @RULE@, @PACKET@ and @ENCAP@.
set -euo pipefail

program=$1 version=$2
while IFS= read -r line; do
	case $line in
	@VERBS@ | @OPTIONS@ | @ROUTE@ | @NEXTHOP@ | @RULE@ | @PACKET@ | @ENCAP@)
		line=${line//@/}
		"$program" manual "${line,,}" | sed '/^\.It/ { n; s/^[a-z]/\u&/; }; /^\.Ss/ { n; s/^[a-z]/\u&/; }'
		;;
	*) printf '%s\n' "${line//@VERSION@/$version}" ;;
	esac
done
