#!/usr/bin/env bats
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
	! ip -n r rule | grep -q '^320:' || rule=yes
	! on r nft list table ip iproute 2>/dev/null | grep -q 'rule 320' || part=yes
	state=$rule$part
	case $state in
	yesyes) [[ $listing == *"pref 320 from 10.1.0.4 route gw 192.0.2.2 dev eth0 masq"* ]] ;;
	nono) [[ $listing != *320* && $listing != *warning* ]] ;;
	yesno) [[ $listing == *"pref 320 "*"nft part missing"* ]] ;;
	noyes) [[ $listing == *"nftables translates for what is not there: rule 320"* ]] ;;
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
	table=$(on r nft list table ip iproute)
	status 2 on r iproute addrule pref 320 from 10.1.0.4 masq route gw 203.0.113.1
	output=$(on r nft list table ip iproute)
	same "$table"
}

@test "nftables refuses: no rule" {
	on r nft -f - <<<'table ip other { chain iproute { }; }'
	# Somebody else owns the table while they live.
	mkfifo "$BATS_TEST_TMPDIR/in"
	ip netns exec r nft -i <"$BATS_TEST_TMPDIR/in" >/dev/null 2>&1 3>&- &
	exec 4>"$BATS_TEST_TMPDIR/in"
	echo 'add table ip iproute { flags owner; }' >&4
	local try
	for try in {1..50}; do
		! on r nft list tables | grep -q "ip iproute" || break
		sleep 0.02
	done
	echo "after $try tries"
	on r nft list tables | grep -q "ip iproute" || skip "nft cannot own a table here"
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
