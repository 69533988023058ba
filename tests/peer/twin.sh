#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs lines of ip's command line through one program, and tells what came of each.
#
#   tests/peer/twin.sh PEER PROGRAM... <LINES
#
# A line is what stands behind `ip`; `| filter` and `> file` are the shell's. `state` shows what the kernel
# holds as PEER, the real ip, reads it; `peer WORDS` and `! command` prepare something. $scratch is the name of a file. Blank lines and
# those that begin with # are left out.
set -uo pipefail

peer=$1
shift
# shellcheck disable=SC2034 # in run()
program=("$@")
errors=$(mktemp)
scratch=$(mktemp)
trap 'rm -f "$errors" "$scratch"' EXIT

run() {
	eval "\"\${program[@]}\" $1" 2>"$errors"
}

state() {
	local family
	for family in -4 -6; do
		"$peer" -d "$family" route show table all
		"$peer" -d "$family" rule show
	done
}

while IFS= read -r line; do
	case $line in
	'' | '#'*) continue ;;
	esac
	echo "\$ $line"
	case $line in
	state) state ;;
	'peer '*) eval "\"$peer\" ${line#peer }" ;;
	'! '*) eval "${line#! }" ;;
	*)
		run "$line"
		status=$?
		[ $status = 0 ] || echo "[$status]"
		# A usage is known by its first word.
		while IFS= read -r text && [ "${text#Usage:}" = "$text" ]; do
			[ -z "$text" ] || echo "2> $text"
		done <"$errors"
		[ "${text#Usage:}" = "$text" ] || echo '2> Usage:'
		;;
	esac
done
exit 0
