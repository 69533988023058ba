#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Killed or refused at any moment, the program leaves rules and nftables together: both sides or none; or the listing says
# which is missing, and -ensure mends it.

load lib
load lab

RULE="pref 320 from 10.1.0.4 masq route gw 192.0.2.2"

setup() {
	need_translation
	need strace strace -V
	lone r
	ip -n r addr add 10.1.0.4/32 dev lo
}

# Leaks cannot be looked for under strace.
# fault WHAT K WORDS…: the K-th thing that is sent meets WHAT (signal=KILL, error=EPERM): $met says how the program ended.
fault() {
	local what=$1 at=$2
	shift 2
	met=0
	on r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=sendto,sendmsg -e "inject=sendto,sendmsg:$what:when=$at" \
		iproute "$@" >/dev/null 2>&1 || met=$?
}

# whole: rules and nftables hold both or none, or the listing says what is missing.
whole() {
	local rule=no part=no listing
	listing=$(on r iproute showrules 2>&1)
	fails grep '^320:' <<<"$(ip -n r rule)" || rule=yes
	fails grep 'rule 320' <<<"$(on r nft list table ip iproute 2>/dev/null)" || part=yes
	state=$rule$part
	case $state in
	yesyes) [[ $listing == *"pref 320 from 10.1.0.4 route gw 192.0.2.2 dev eth0 masq"* ]] ;;
	nono) [[ $listing != *320* && $listing != *warning* ]] ;;
	yesno) [[ $listing == *"pref 320 "*"nft part missing"* ]] ;;
	noyes) [[ $listing == *"nftables still translates for what is gone: rule 320"* ]] ;;
	esac || { echo "rule $rule, part $part, but the listing says: $listing"; return 1; }
}

mended() {
	on r iproute -ensure addrule $RULE
	whole
	[ "$state" = yesyes ]
	on r iproute -ensure delrule pref 320
	whole
	[ "$state" = nono ]
}

# sends WORDS…: how many things that command sends.
sends() {
	on r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=sendto,sendmsg iproute "$@" >/dev/null
	grep -c '^send' "$BATS_TEST_TMPDIR/trace"
}

# faults WHAT COUNT: so often, at random among what is sent to add the rule, and to delete it.
faults() {
	local adding deleting turn states=""
	adding=$(sends addrule $RULE)
	deleting=$(sends delrule pref 320)
	for ((turn = 0; turn < $2; turn += 2)); do
		fault "$1" $((RANDOM % adding + 1)) addrule $RULE
		whole
		states+=" $state"
		mended
		on r iproute addrule $RULE
		fault "$1" $((RANDOM % deleting + 1)) delrule pref 320
		whole
		states+=" $state"
		mended
	done
	echo "# $adding and $deleting things sent; after $turn faults:$states"
}

@test "killed at random, ten times" {
	faults signal=KILL 10
}

@test "refused something at random, ten times" {
	faults error=EPERM 10
}

@test "the kernel refuses the rule's record: nftables goes back" {
	status 2 on r iproute addrule pref 320 from 10.1.0.4 masq route gw 203.0.113.1
	whole
	[ "$state" = nono ]
	on r iproute addrule pref 310 from 10.1.0.5 masq route gw 192.0.2.2
	local table
	table=$(on r nft list table ip iproute | sed /generation/d)
	status 2 on r iproute addrule pref 320 from 10.1.0.4 masq route gw 203.0.113.1
	output=$(on r nft list table ip iproute | sed /generation/d)
	same "$table"
}

owned() {
	on r nft list tables | grep -q "ip iproute"
}

@test "nftables refuses: no rule" {
	on r nft -f - <<<'table ip other { chain iproute { }; }'
	# Somebody else owns the table while they live.
	mkfifo "$BATS_TEST_TMPDIR/in"
	ip netns exec r nft -i <"$BATS_TEST_TMPDIR/in" >/dev/null 2>&1 3>&- &
	exec 4>"$BATS_TEST_TMPDIR/in"
	echo 'add table ip iproute { flags owner; }' >&4
	until_true 1 owned || skip "nft cannot own a table here"
	status 2 on r iproute addrule $RULE
	has nftables
	[ -z "$(ip -n r rule | grep 320)" ]
	exec 4>&-
	wait
	on r iproute addrule $RULE
	whole
	[ "$state" = yesyes ]
	on r nft list table ip other >/dev/null
}

# bytes: rules, routes and tables of r, as their own tools print them.
bytes() {
	ip -n r rule
	ip -n r -6 rule
	ip -n r route show table all
	on r nft list ruleset
}

# undone LINE…: these lines and one that the kernel refuses: nothing has changed, in bytes.
undone() {
	local before
	before=$(bytes)
	printf '%s\n' "$@" 'add 10.0.0.0/8 gw 10.77.7.7' >"$BATS_TEST_TMPDIR/lines"
	status 2 on r iproute batch "$BATS_TEST_TMPDIR/lines"
	has "nothing was changed"
	output=$(bytes)
	same "$before"
}

@test "a change of realms is undone: rule 32766 keeps its place" {
	undone 'addrule from 10.1.0.0/24 pref 310 class main masq retag'
	undone 'addrule from 10.1.0.0/24 pref 310 class 253 masq retag' 'addrule from 10.2.0.0/24 pref 311 class main masq retag'
	on r iproute addrule pref 220 from 10.1.0.5 class 250
	on r iproute addrule pref 330 from 10.1.0.6 class 250
	undone 'addrule pref 320 from 10.1.0.4 class 250 masq retag'
	on r iproute addrule pref 320 from 10.1.0.4 class 250 masq retag
	undone 'delrule pref 320'
	undone 'delrule pref 220' 'delrule pref 320' 'delrule pref 330'
	undone 'delrule pref 330' 'delrule pref 320' 'addrule pref 320 from 10.1.0.4 class main masq retag'
	undone 'replacerule pref 320 from 10.1.0.4 class 250'
	on r iproute addrule pref 400 from 10.3.0.0/24 class main masq retag
	undone 'delrule pref 400' 'delrule pref 320'
	undone 'flushrules all'
}

@test "a rule whose twin has more selectors comes back, too" {
	ip -n r rule add pref 100 lookup 250
	ip -n r rule add pref 100 from 10.1.0.0/16 lookup 250
	ip -n r rule add pref 101 lookup 251
	ip -n r rule add pref 101 tos 0x10 lookup 251
	ip -n r rule add pref 102 from 10.1.0.0/16 lookup 252
	ip -n r rule add pref 102 from 10.1.0.0/16 lookup 252 realms 7
	undone 'delrule all pref 100'
	undone 'delrule all pref 101' 'addrule pref 100 from 10.1.0.4 masq route gw 192.0.2.2'
	undone 'delrule all pref 102'
	undone 'flushrules all'
}

@test "a read that fails stops every write: the other rule keeps its masquerade" {
	local total at refusals=0
	on r iproute addrule pref 310 from 10.1.0.5 masq route gw 192.0.2.2
	total=$(sends addrule $RULE)
	on r iproute delrule pref 320
	for ((at = 1; at <= total; at++)); do
		fault error=ENOMEM "$at" addrule $RULE
		[ "$met" = 0 ] || refusals=$((refusals + 1))
		output=$(on r iproute showrules pref 310)
		same "pref 310 from 10.1.0.5 route gw 192.0.2.2 dev eth0 masq"
		on r iproute -ensure delrule pref 320
	done
	echo "$refusals of $total were refused"
	[ "$refusals" -gt 3 ]
}

@test "the nftables part can't be read: no change" {
	on r iproute addrule pref 310 from 10.1.0.5 masq route gw 192.0.2.2
	# Without the table's own word for what it holds, everything is read.
	on r nft flush set ip iproute state
	local total at refusals=0
	total=$(sends addrule $RULE)
	on r iproute delrule pref 320
	for ((at = 1; at <= total; at++)); do
		on r nft flush set ip iproute state
		if output=$(on r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=sendto,sendmsg \
			-e "inject=sendto,sendmsg:error=ENOMEM:when=$at" iproute addrule $RULE 2>&1); then
			on r iproute delrule pref 320
			continue
		fi
		refusals=$((refusals + 1))
		has 'Cannot allocate memory'
		output=$(on r iproute showrules)
		[[ $output != *'pref 320'* ]]
		has 'pref 310 from 10.1.0.5 route gw 192.0.2.2 dev eth0 masq'
	done
	[ "$refusals" -gt 10 ]
}
