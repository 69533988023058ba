#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# No batch takes more for each line because it has many lines: our own instructions for N lines and for 4 N, as valgrind
# counts them.

load lib

N=${LINEAR_LINES:-1000}

setup() {
	need valgrind valgrind --version
	lone r
	ip -n r addr add 192.168.0.1/24 dev eth0
}

# instructions FILE OPTIONS…: of a batch.
instructions() {
	local file=$1
	shift
	ip netns exec r valgrind --tool=callgrind --callgrind-out-file=/dev/null iproute "$@" batch "$file" </dev/null 2>&1 >/dev/null |
		sed -n 's/.*Collected : //p'
}

# lines COUNT TEXT: that many lines; @ counts them, % is that in two bytes (3.255).
lines() {
	awk -v count="$1" -v text="$2" 'BEGIN {
		for (i = 0; i < count; i++) {
			line = text
			gsub(/@/, i, line)
			gsub(/%/, int(i / 256) "." i % 256, line)
			print line
		}
	}'
}

# linear FIRST SECOND OPTIONS…: a batch of lines SECOND, after one of lines FIRST, takes at most 5 times as much for 4 times as many.
# $lost: nftables is emptied between them.
linear() {
	local first=$1 second=$2 count less more
	shift 2
	for count in "$N" "$((4 * N))"; do
		lines "$count" "$first" >"$BATS_TEST_TMPDIR/first"
		lines "$count" "$second" >"$BATS_TEST_TMPDIR/second"
		[ -z "$first" ] || on r iproute batch "$BATS_TEST_TMPDIR/first"
		[ -z "${lost:-}" ] || on r nft flush ruleset
		more=$(instructions "$BATS_TEST_TMPDIR/second" "$@")
		less=${less:-$more}
		on r iproute flushrules all >/dev/null
		on r iproute flush all >/dev/null
		ip -n r addr flush dev eth0
		ip -n r addr add 192.168.0.1/24 dev eth0
	done
	[ -n "$more" ]
	[ "$more" -lt "$((5 * less))" ] || { echo "$second: $less instructions for $N lines, $more for 4 times as many"; return 1; }
}

@test "rules of one preference are added and deleted" {
	linear '' 'addrule from 10.%.0/24 pref 500 class 250'
	linear 'addrule from 10.%.0/24 pref 500 class 250' 'delrule from 10.%.0/24 pref 500'
	linear 'addrule to 10.%.0/24 pref 500 class 250' 'delrule to 10.%.0/24 pref 500 class 250'
	linear 'addrule from 10.1.0.0/16 to 10.%.0/24 pref 500 class 250' 'delrule from 10.1.0.0/16 to 10.%.0/24 pref 500'
}

@test "rules of many preferences are deleted, one by one and all that match" {
	linear 'addrule from 10.%.0/24 class 250' 'delrule from 10.%.0/24'
	linear 'addrule from 10.%.0/24 class 250' 'delrule all from 10.%.0/24'
	linear 'addrule from 10.%.0/24 pref 500 class 250' 'replacerule from 10.%.0/24 pref 500 class 251'
}

@test "rules and routes that are not there" {
	linear 'addrule from 10.%.0/24 class 250' 'delrule from 11.%.0/24'
	linear 'addrule from 10.%.0/24 class 250' 'delrule from 11.%.0/24' -ensure
	linear 'add 10.%.0/24 gw 192.168.0.2' 'del 11.%.0/24'
	linear 'add 10.%.0/24 gw 192.168.0.2' 'del 11.%.0/24' -ensure
}

@test "routes of one prefix are added and deleted by their metric" {
	linear '' 'append 10.0.0.0/8 gw 192.168.0.2 metric @'
	linear 'add 10.0.0.0/8 gw 192.168.0.2 metric @' 'del 10.0.0.0/8 metric @'
	linear 'add 10.0.0.0/8 gw 192.168.0.2 metric @' 'replace 10.0.0.0/8 gw 192.168.0.3 metric @'
	linear 'add 2001:db8::/32 dev eth0 metric 1@' 'del 2001:db8::/32 metric 1@'
}

@test "routes of one prefix are found by their gateway" {
	N=400 linear 'append 10.0.0.0/8 gw 172.16.% dev eth0 onlink' 'del 10.0.0.0/8 gw 172.16.%'
	N=400 linear 'append 10.0.0.0/8 gw 172.16.% dev eth0 onlink metric 5' 'del 10.0.0.0/8 via 172.16.% metric 5'
	N=400 linear '' 'append 10.0.0.0/8 gw 172.16.% dev eth0 onlink
del 10.0.0.0/8 gw 172.16.%'
	N=400 linear 'add 2001:db8::/32 from 2001:db8:@::/48 dev eth0' 'del 2001:db8::/32 from 2001:db8:@::/48'
}

@test "a refused batch is undone" {
	linear 'addrule from 10.%.0/24 pref 500 class 250' 'addrule from 11.%.0/24 pref 500 class 250
add 11.0.0.0/8 gw 10.77.7.7 metric @'
}

@test "rules with a record of their own" {
	linear '' 'addrule from 10.%.0/24 route gw 192.168.0.2'
	linear 'addrule from 10.%.0/24 route gw 192.168.0.2' 'delrule from 10.%.0/24'
}

@test "rules with masq that share a class" {
	linear '' 'addrule from 10.%.0/24 class 250 masq'
	linear 'addrule from 10.%.0/24 class 250 masq' 'delrule from 10.%.0/24'
	linear 'addrule from 10.%.0/24 class 250 masq' 'replacerule from 10.%.0/24 class 251 masq'
	linear 'addrule from 10.%.0/24 pref 500 class 250 count' 'delrule from 10.%.0/24 pref 500'
	linear '' 'addrule from 10.%.0/24 class 1@ log'
	N=400 linear 'addrule from 10.%.0/24 class 250 masq' 'addrule from 10.%.0/24 class 250 masq' -ensure
	N=400 linear 'addrule from 10.%.0/24 class 250 masq' 'addrule from 10.%.0/24 class 250 masq
addrule from 11.%.0/24 class 250 masq' -ensure
	N=400 lost=1 linear 'addrule from 10.%.0/24 class 250 masq' 'addrule from 10.%.0/24 class 250 masq' -ensure
}

@test "IPv6 rules with masq" {
	N=400 linear '' 'addrule from 2001:db8:@::/48 pref 2000 class 250 masq
addrule from 2001:db8:@::/48 pref 3000 reject'
}

# policy COUNT LINE: a policy file of that many lines.
policy() {
	echo 'link eth0'
	echo 'addr 192.168.0.1/15 dev eth0'
	lines "$@"
	echo '# check: ignore long-scan'
}

# meaning LINE CHANGED: a check of so many lines, and what it means to change them.
meaning() {
	local count less='' more was=$BATS_TEST_TMPDIR/was is=$BATS_TEST_TMPDIR/is
	for count in "$((N / 4))" "$N"; do
		policy "$count" "$1" >"$was"
		policy "$count" "$2" >"$is"
		more=$(for words in "check $was" "diff $was $is"; do
			# shellcheck disable=SC2086 # words
			valgrind --tool=callgrind --callgrind-out-file=/dev/null iproute -4 $words 2>&1 >/dev/null
		done | awk '/Collected : / { sum += $4 } END { printf "%.0f", sum }')
		less=${less:-$more}
	done
	[ "$less" -gt 0 ]
	[ "$more" -lt "$((6 * less))" ] || { echo "$2: $less instructions for $((N / 4)) lines, $more for 4 times as many"; return 1; }
}

@test "policies of many rules and routes are checked and compared" {
	meaning 'addrule pref 1@ from 10.%.0/24 route gw 192.168.%' 'addrule pref 1@ from 10.%.0/24 route gw 192.169.%'
	meaning 'add 10.%.0/24 gw 192.168.%' 'add 10.%.0/24 gw 192.169.% metric 1'
}
