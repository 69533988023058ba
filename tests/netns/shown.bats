#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every command line that README.md and the manual pages show is run, and prints what they say: see shown.pl. Each section
# starts in a fresh namespace with eth0 192.0.2.1/24 and eth1 198.51.100.1/24. SHOWN_UPDATE=1 rewrites the pages.

load lib

# Reads a transcript; prints the same with the output of today.
transcript() {
	local line
	cd "$BATS_TEST_TMPDIR"
	while IFS= read -r line; do
		case $line in
		"== "*)
			lone r >/dev/null
			echo "$line"
			;;
		'$ '*)
			echo "$line"
			timeout 20 ip netns exec r bash -c "${line#\$ }" </dev/null 2>&1 || true
			;;
		esac
	done
}

# shown PAGE: it shows what happens.
shown() {
	local page=${top_srcdir:?}/$1
	perl "$top_srcdir/tests/netns/shown.pl" "$page" >"$BATS_TEST_TMPDIR/said"
	grep -q '^\$ iproute' "$BATS_TEST_TMPDIR/said"
	transcript <"$BATS_TEST_TMPDIR/said" >"$BATS_TEST_TMPDIR/done"
	[ -z "${SHOWN_UPDATE:-}" ] || perl "$top_srcdir/tests/netns/shown.pl" --update "$page" <"$BATS_TEST_TMPDIR/done"
	diff -u "$BATS_TEST_TMPDIR/said" "$BATS_TEST_TMPDIR/done"
}

@test "README.md" {
	shown README.md
}

@test "iproute(8)" {
	shown man/iproute.8.in
}

@test "iproute-words(5)" {
	shown man/iproute-words.5.in
}

@test "iproute-policy(7)" {
	shown man/iproute-policy.7.in
}

# Each verb's usage has two examples of the right words; what they mean here does not matter.
@test "the examples of -h" {
	local verb example count=0
	lone r
	cd "$BATS_TEST_TMPDIR"
	on r ip route add 10.0.0.0/8 via 192.0.2.2
	on r iproute save ./before
	echo 'add 10.9.0.0/16 dev eth0' >lines
	echo 'link eth0' >policy
	# shellcheck disable=SC2013 # verbs are single words
	for verb in $(iproute -h | sed -n '/^nodes/,/^options/s/^  \([a-z-]*\) .*/\1/p'); do
		[ "$(iproute "$verb" -h | grep -c '^  iproute ')" = 2 ] || { echo "$verb: not two examples"; return 1; }
		[ "$verb" != monitor ] || continue
		while read -r example; do
			count=$((count + 1))
			output=$(timeout 10 ip netns exec r bash -c "$example" </dev/null 2>&1) || {
				[ $? != 255 ] || { echo "$example: $output"; return 1; }
			}
		done < <(iproute "$verb" -h | grep '^  iproute ')
	done
	[ "$count" -gt 30 ]
}
