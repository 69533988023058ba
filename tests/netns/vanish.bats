#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel takes and drops without a word is an error: status 2, the word marked, nothing left
# behind; -force keeps the rest, with a warning. In ip's dialect too.

load lib

setup() {
	lone v
	before=$(state)
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	ln -s "${top_builddir:?}/src/iproute" "$BATS_TEST_TMPDIR/bin/ip"
	ip=$BATS_TEST_TMPDIR/bin/ip
}

state() {
	local command
	for command in '-d rule' '-d -6 rule' '-d mrule' '-d -6 mrule' '-d route show table all' '-d -6 route show table all'; do
		# shellcheck disable=SC2086 # options
		on v ip $command 2>&1
	done
}

untouched() {
	diff <(echo "$before") <(state)
}

# vanishes WORD words…: the kernel drops WORD of this line.
vanishes() {
	local word=$1
	shift
	status 2 on v iproute "$@"
	has "this kernel ignores \"$word\""
	has '-force lets that pass, with a warning'
	marked "$word"
	untouched
}

# kept WORD words… : with -force the line is done, and the loss told.
kept() {
	local word=$1
	shift
	status 0 on v iproute -force "$@"
	has "warning: this kernel ignores \"$word\""
	marked "$word"
	fails untouched
}

@test "rows of rules" {
	vanishes realm addrule from 2001:db8::/32 class 10 realm 5
	vanishes realms addrule from 2001:db8::/32 class 10 realms 3/5
	vanishes realm addrule from 2001:db8::/32 route gw 2001:db8:1::2 dev eth0 realm 5
	need "ipmr rules" on v ip mrule show
	vanishes tos addrule ipmr tos 10 class 10
	vanishes dscp addrule ipmr dscp 46 class 10
	vanishes realm addrule ip6mr dev eth0 realm 5 class 10
	vanishes dscp addrule ip6mr dev eth0 dscp 1/1 drop
}

@test "rows of routes" {
	vanishes scope add 2001:db8:2::/64 gw 2001:db8:1::2 scope link
	vanishes realm add 2001:db8:2::/64 gw 2001:db8:1::2 realm 5
	vanishes as add 10.0.0.0/8 gw 192.0.2.2 as 10.9.0.1
	vanishes as add 2001:db8:2::/64 gw 2001:db8:1::2 as 2001:db8:3::1
	vanishes expires add 10.0.0.0/8 gw 192.0.2.2 expires 60
	vanishes pref add 10.0.0.0/8 gw 192.0.2.2 pref high
	vanishes ttl-propagate add 10.0.0.0/8 gw 192.0.2.2 ttl-propagate disabled
	vanishes ttl-propagate add 2001:db8:2::/64 gw 2001:db8:1::2 ttl-propagate enabled
	vanishes attr add 10.0.0.0/8 gw 192.0.2.2 attr 55=0x01020304
	vanishes realm add 2001:db8:2::/64 nexthop gw 2001:db8:1::2 nexthop gw 2001:db8:1::3 realm 5
	vanishes as add 10.0.0.0/8 nexthop gw 192.0.2.2 nexthop gw 192.0.2.3 as 10.9.0.1
}

@test "a realm beside a nexthop object" {
	on v ip nexthop add id 7 via 192.0.2.2 dev eth0
	before=$(state)
	vanishes realm add 10.0.0.0/8 nhid 7 realm 5
	kept realm add 10.0.0.0/8 nhid 7 realm 5
}

@test "values that the kernel makes smaller" {
	status 2 on v iproute add 10.0.0.0/8 gw 192.0.2.2 mtu 65521
	has 'this kernel makes "mtu 65520" of "mtu 65521"'
	marked mtu
	status 2 on v iproute add 10.0.0.0/8 gw 192.0.2.2 mtu 1400 advmss lock 65535
	has 'this kernel makes "advmss lock 65495" of "advmss lock 65535"'
	untouched
	on v iproute add 10.0.0.0/8 gw 192.0.2.2 mtu 65520 advmss 65495
	# A value that says nothing is nothing lost.
	on v iproute replace 10.0.0.0/8 gw 192.0.2.2 quickack 0 realm 0
}

@test "what stood there before stands there again" {
	on v iproute add 10.0.0.0/8 gw 192.0.2.2 mtu 1400
	on v iproute add 2001:db8:2::/64 nexthop gw 2001:db8:1::2 nexthop gw 2001:db8:1::3
	on v iproute addrule pref 100 from 2001:db8::/32 class 9
	before=$(state)
	status 2 on v iproute replace 10.0.0.0/8 gw 192.0.2.3 mtu 70000
	untouched
	status 2 on v iproute append 10.0.0.0/8 gw 192.0.2.3 mtu 70000
	untouched
	status 2 on v iproute change 10.0.0.0/8 gw 192.0.2.3 pref low
	untouched
	status 2 on v iproute replace 2001:db8:2::/64 gw 2001:db8:1::2 scope link
	untouched
	status 2 on v iproute replacerule from 2001:db8::/32 class 10 realm 5
	untouched
	status 2 on v "$ip" route replace 10.0.0.0/8 via 192.0.2.3 mtu 70000
	untouched
}

@test "-force" {
	kept realm addrule pref 100 from 2001:db8::/32 class 10 realm 5
	[ "$(on v ip -6 rule show pref 100)" = "100:	from 2001:db8::/32 lookup 10" ]
	kept scope add 2001:db8:2::/64 gw 2001:db8:1::2 scope link
	kept expires add 10.0.0.0/8 gw 192.0.2.2 expires 60
	status 0 on v iproute -force add 10.1.0.0/16 gw 192.0.2.2 mtu 70000 advmss 70000
	has 'warning: this kernel makes "mtu 65520" of "mtu 70000"'
	has 'warning: this kernel makes "advmss 65495" of "advmss 70000"'
}

@test "of a batch nothing stays; with -force all" {
	printf '%s\n' 'add 10.1.0.0/16 gw 192.0.2.2' 'addrule pref 100 class 9' \
		'add 10.2.0.0/16 gw 192.0.2.2 mtu 70000' 'add 10.3.0.0/16 gw 192.0.2.2' >"$BATS_TEST_TMPDIR/lines"
	status 2 on v iproute batch "$BATS_TEST_TMPDIR/lines"
	has "lines:3: this kernel makes \"mtu 65520\" of \"mtu 70000\""
	marked mtu
	untouched
	sed -i '3s/.*/addrule from 2001:db8::\/32 realm 5 class 9/' "$BATS_TEST_TMPDIR/lines"
	status 2 on v iproute batch "$BATS_TEST_TMPDIR/lines"
	has 'lines:3: this kernel ignores "realm"'
	[ "$(grep -c ignores <<<"$output")" = 1 ]
	has 'lines: nothing was changed'
	untouched
	status 0 on v iproute -force batch "$BATS_TEST_TMPDIR/lines"
	has 'lines:3: warning: this kernel ignores "realm"'
	[ "$(on v ip route show root 10.0.0.0/8 | wc -l)" = 2 ]
	[ "$(on v ip -6 rule show from 2001:db8::/32 | wc -l)" = 1 ]
}

# rule_is_told FILE: a rule that comes and goes is in it.
rule_is_told() {
	on v ip rule add pref 77 nop
	on v ip rule del pref 77
	grep -q 77 "$1"
}

# A kernel that takes the rule without what it does not know would route by it at once.
@test "a rule that would lose something is never there" {
	local seen=$BATS_TEST_TMPDIR/seen
	timeout 600 ip -n v monitor rule >"$seen" 3>&- &
	local monitor=$!
	until_true 20 rule_is_told "$seen"
	status 2 on v iproute addrule pref 100 from 2001:db8::/32 class 10 realm 5
	on v iproute addrule pref 101 from 10.0.0.0/8 class 10 sport 80
	until_true 20 grep -q 'lookup 10' "$seen"
	kill "$monitor"
	wait "$monitor" || true
	grep -v 77 "$seen" >"$seen.own"
	cat "$seen.own"
	# What it was asked with does nothing, and is gone.
	[ "$(grep -c '4294967295:.* nop' "$seen.own")" = 4 ]
	[ "$(grep -c 'Deleted 4294967295' "$seen.own")" = 2 ]
	[ "$(grep -c lookup "$seen.own")" = 1 ]
	[ -z "$(on v ip -6 rule show pref 4294967295)$(on v ip rule show pref 4294967295)" ]
}

@test "under ip's name" {
	status 2 on v "$ip" -6 rule add from 2001:db8::/32 table 10 realms 5
	same 'Error: this kernel ignores "realms".'
	status 2 on v "$ip" route add 10.0.0.0/8 via 192.0.2.2 pref high
	same 'Error: this kernel ignores "pref".'
	status 2 on v "$ip" -6 route add 2001:db8:2::/64 via 2001:db8:1::2 scope link
	same 'Error: this kernel ignores "scope".'
	status 2 on v "$ip" -echo route add 10.0.0.0/8 via 192.0.2.2 mtu 70000
	same 'Error: this kernel makes "mtu 65520" of "mtu 70000".'
	untouched
	# As its users do: nothing is lost here.
	on v "$ip" route add 10.0.0.0/8 via 192.0.2.2 quickack 0 realm 0 tos 0
	on v "$ip" -6 route add 2001:db8:2::/64 via 2001:db8:1::2 scope global pref low
	status 0 on v "$ip" -echo rule add pref 100 dport 80 table 10
	same "100:	from all dport 80 lookup 10"
	status 0 on v "$ip" -force -6 rule add from 2001:db8::/32 table 10 realms 5
	same 'Warning: this kernel ignores "realms".'
	[ "$(on v ip -6 rule show table 10 | wc -l)" = 1 ]
}

@test "mrule under ip's name" {
	need "ipmr rules" on v ip mrule show
	local words
	for words in 'tos 0x10' 'dscp 46' 'realms 5' 'flowlabel 1'; do
		# shellcheck disable=SC2086 # words
		status 2 on v "$ip" mrule add $words table 10
		same "Error: this kernel ignores \"${words% *}\"."
	done
	untouched
}
