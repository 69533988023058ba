#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Where nftables could not tell exactly what a rule routed, the rule is refused with status 3: what stands in the way, and
# the ways out.

load lib
load lab

setup() {
	need_translation
	lone r
	on r iproute add default gw 192.0.2.2 class 250
	before=$(ip -n r rule; ip -n r -6 rule)
}

# refuses TEXT… -- WORDS…: `iproute WORDS` is refused, saying each TEXT, and nothing is changed.
refuses() {
	local texts=() text
	while [ "$1" != -- ]; do
		texts+=("$1")
		shift
	done
	shift
	status 3 on r iproute "$@"
	for text in "${texts[@]}"; do
		has "$text"
	done
	[ "$(ip -n r rule; ip -n r -6 rule)" = "$before" ] || { echo "rules have changed"; return 1; }
	fails on r nft list table ip iproute
}

# add WORDS…: with the real ip; from then on that is how it was before.
add() {
	ip -n r "$@"
	before=$(ip -n r rule; ip -n r -6 rule)
}

@test "another rule looks up the class, without the realm" {
	add rule add pref 220 from 10.1.0.5 lookup 250
	refuses 'another rule looks up class 250, and nftables cannot tell its packets apart' \
		'in the way: pref 220 from 10.1.0.5 class 250' \
		'give the rule a record of its own (route gw ADDR dev DEV) instead of a class' \
		'or say "retag": the realm of the class goes on its other rules, too' -- addrule pref 320 from 10.1.0.4 class 250 masq
	refuses 'in the way: pref 32766 class 254' 'retag' -- addrule from 10.1.0.4 class main masq
	on r iproute addrule pref 320 from 10.1.0.4 class 250 masq retag
	[ "$(ip -n r rule | grep -c 'realms 32768')" = 2 ]
	on r iproute delrule pref 320
	[ "$(ip -n r rule)" = "$(head -n4 <<<"$before")" ]
}

@test "another rule of the class has a realm of the user's own" {
	add rule add pref 220 from 10.1.0.5 lookup 250 realms 7
	refuses 'in the way: pref 220 from 10.1.0.5 class 250 realm 7' 'a record of its own' -- \
		addrule pref 320 from 10.1.0.4 class 250 masq retag
}

@test "a rule of another class has the realm" {
	on r iproute addrule pref 320 from 10.1.0.4 class 250 masq
	add rule add pref 330 from 10.1.0.5 lookup 251 realms 32768
	status 3 on r iproute addrule pref 340 from 10.1.0.6 class 250 nat 198.18.0.6
	has 'a rule of another class has the same realm, 32768'
	has 'in the way: pref 330 from 10.1.0.5 class 251'
}

@test "realms that are in use are not taken" {
	add rule add pref 220 from 10.1.0.5 lookup 251 realms 32768
	on r iproute addrule pref 221 from 10.1.0.5 class 251 realm 32769/5
	add route add 10.9.0.0/16 via 192.0.2.2 realm 32770
	on r iproute addrule pref 320 from 10.1.0.4 class 250 masq
	[ "$(ip -n r rule | grep '^320:')" = "320:	from 10.1.0.4 lookup 250 realms 32771" ]
}

@test "a route of the class has a realm of its own" {
	add route add 10.9.0.0/16 via 192.0.2.3 realm 7 table 250
	refuses "a route that the rule would look up has a realm of its own, which takes the place of the rule's" \
		'in the way: 10.9.0.0/16 gw 192.0.2.3' ', or change that route' -- \
		addrule pref 320 from 10.1.0.4 class 250 masq
	refuses 'has a realm of its own' 'give the rule another record of its own' -- addrule pref 320 from 10.1.0.4 route gw 192.0.2.2 realm 7 masq
	ip -n r route replace 10.9.0.0/16 table 250 nexthop via 192.0.2.3 nexthop via 192.0.2.4 realm 7
	refuses 'has a realm of its own' -- addrule pref 320 from 10.1.0.4 class 250 masq
}

@test "a nexthop object serves two classes" {
	ip -n r nexthop add id 7 via 192.0.2.2 dev eth0 || skip "no nexthop objects here"
	add route add 10.9.0.0/16 nhid 7 table 250
	add route add 10.9.0.0/16 nhid 7 table 251
	refuses 'a nexthop object serves another class, too, and packets take the realm of whichever was first' \
		'in the way: 10.9.0.0/16 nhid 7' 'class 251' -- \
		addrule pref 320 from 10.1.0.4 class 250 masq
	ip -n r route del 10.9.0.0/16 table 251
	on r iproute addrule pref 320 from 10.1.0.4 class 250 masq
}

@test "a route that would take packets from a rule that translates" {
	on r iproute addrule pref 320 from 10.1.0.4 class 250 masq
	status 3 on r iproute add 10.9.0.0/16 gw 192.0.2.3 class 250 realm 7
	has 'a rule of class 250 translates by its realm, which a realm of the route would take the place of'
	on r iproute add 10.9.0.0/16 gw 192.0.2.3 class 251 realm 7
	ip -n r nexthop add id 7 via 192.0.2.2 dev eth0 || skip "no nexthop objects here"
	on r iproute add 10.8.0.0/16 nhid 7 class 250
	status 3 on r iproute add 10.8.0.0/16 nhid 7
	has 'the nexthop object 7 serves class 250, too, and a rule of one of them translates'
	# Objects of the tool's own are not made for its class.
	printf 'add 10.20.%d.0/24 gw 192.0.2.9 class 250\nadd 10.20.%d.0/24 gw 192.0.2.9\n' 1 1 2 2 |
		on r iproute -nexthops batch -
	[ "$(ip -n r route show table 250 10.20.1.0/24)" = "10.20.1.0/24 via 192.0.2.9 dev eth0 " ]
}

@test "a shared class, and a selector that nftables cannot see" {
	local words
	for words in "oif eth1" "uidrange 0-0" "fwmark 1" "tos 0x10" "ipproto tcp" "not"; do
		add rule flush table 250
		refuses "nftables cannot see \"${words%% *}\"" 'record of its own' -- addrule pref 320 from 10.1.0.4 $words class main masq retag
	done
	refuses 'nftables cannot see "dev lo" of a rule whose class others look up, too' -- addrule pref 320 from 10.1.0.4 dev lo class main masq retag
	# Alone in its class it may be whatever it likes.
	on r iproute addrule pref 320 from 10.1.0.4 oif eth1 uidrange 0-0 fwmark 1 class 250 masq
}

@test "a shared class, and an earlier rule of it that nftables cannot see" {
	add rule add pref 220 from 10.1.0.0/16 fwmark 1 lookup 250
	refuses '"fwmark" of an earlier rule of the same class' 'in the way: pref 220' -- \
		addrule pref 320 from 10.1.0.4 class 250 masq retag
	# One that none of its packets matches is in nobody's way; nor is a later one.
	on r iproute addrule pref 320 from 10.2.0.4 class 250 masq retag
	on r iproute addrule pref 210 from 10.1.0.4 class 250 masq retag
}

@test "a suppressor on the rule, or on an earlier one of its class" {
	refuses '"suppress_prefixlength"' -- \
		addrule pref 320 from 10.1.0.4 class main suppress_prefixlength 0 masq retag
	add rule add pref 220 lookup 250 suppress_prefixlength 0
	refuses '"suppress_prefixlength" of an earlier rule' 'in the way: pref 220' -- \
		addrule pref 320 from 10.1.0.4 class 250 masq retag
}

@test "a goto that jumps over the rule" {
	add rule add pref 20000 from 10.1.0.4 lookup 250
	add rule add pref 100 from 10.1.0.0/16 goto 20000
	refuses 'an earlier rule jumps over this one' 'in the way: pref 100 from 10.1.0.0/16 goto 20000' -- \
		addrule pref 320 from 10.1.0.4 class 250 masq retag
}

@test "an action without a class" {
	refuses 'for rules that route' 'class CLASS' -- addrule pref 320 from 10.1.0.4 drop masq
	refuses 'for rules that route' -- addrule pref 320 from 10.1.0.4 goto 32766 log
}

@test "realms are the tool's" {
	refuses 'use that themselves' -- addrule pref 320 from 10.1.0.4 class 250 realm 7 masq
	status 255 on r iproute addrule pref 320 from 10.1.0.4 class 250 realm 40000
}

@test "the class of a VRF" {
	ip -n r link add red type vrf table 250 || skip "no VRFs here"
	before=$(ip -n r rule; ip -n r -6 rule)
	refuses 'class 250 is that of the VRF red, whose packets the rule "l3mdev" routes, too' 'record of its own' -- addrule pref 320 from 10.1.0.4 class 250 masq
	on r iproute addrule pref 320 from 10.1.0.4 class 251 masq
}

@test "IPv6: nothing earlier may route the packets, and nothing later" {
	add -6 rule add pref 100 from 2001:db8::/32 lookup 251
	refuses 'IPv6 has no realms: an earlier rule may route the same packets, and nftables cannot tell' \
		'in the way: pref 100 from 2001:db8::/32 class 251' 'or let the one that translates be first: a pref below 100' -- addrule pref 320 from 2001:db8:7::/64 class 250 masq
	refuses 'IPv6 has no realms: where the class has no route, a later rule would route the packets, and nftables could not tell' \
		'let a rule of the same selectors refuse them; first:' 'iproute -6 addrule pref 51 from 2001:db8:7::/64 reject' -- \
		addrule pref 50 from 2001:db8:7::/64 class 250 masq
	add -6 rule add pref 51 from 2001:db8:7::/64 unreachable
	refuses '"fwmark" of an IPv6 rule' -- addrule pref 50 from 2001:db8:7::/64 fwmark 1 class 250 masq
	on r iproute addrule pref 50 from 2001:db8:7::/64 class 250 masq
	output=$(on r iproute -6 showrules pref 50)
	same "pref 50 from 2001:db8:7::/64 class 250 masq"
	# What it needs stays.
	status 3 on r iproute delrule pref 51 from 2001:db8:7::/64
	has 'a later rule would route the packets'
	status 3 on r iproute -6 addrule pref 40 class 252
	has 'an earlier rule may route the same packets'
	on r iproute delrule pref 50 from 2001:db8:7::/64
	on r iproute delrule pref 51 from 2001:db8:7::/64
}

@test "a plain rule that would come in the way later is refused, or takes the realm" {
	on r iproute addrule pref 320 from 10.1.0.0/16 class 250 masq
	status 3 on r iproute addrule pref 310 from 10.1.0.4 fwmark 1 class 250
	has '"fwmark" of an earlier rule of the same class'
	on r iproute addrule pref 310 from 10.1.0.5 class 250
	[ "$(ip -n r rule | grep -c 'realms 32768')" = 2 ]
	on r nft list table ip iproute | grep -q 'ip saddr 10.1.0.5 return'
	status 3 on r iproute addrule pref 100 from 10.1.0.0/24 goto 20000
	has 'an earlier rule jumps over this one'
	on r iproute delrule pref 310
	fails grep "10.1.0.5" <(on r nft list table ip iproute)
	on r iproute addrule pref 100 from 10.1.0.0/24 goto 20000
}

@test "the kernel's own NAT is never asked for" {
	on r iproute addrule pref 320 from 10.1.0.4 nat 198.18.0.4 class 250
	on r iproute add 198.18.0.4 nat 10.1.0.4
	output=$(ip -n r rule show pref 320)
	same "320:	from 10.1.0.4 lookup 250 realms 32768"
	[[ $(ip -n r route show table local 198.18.0.4) == "local 198.18.0.4 dev lo proto 97 scope host"* ]]
}

@test "a line of a batch is named, and nothing of it is done" {
	printf 'addrule pref 330 from 10.1.0.6 masq route gw 192.0.2.9\naddrule pref 331 from 10.1.0.7 class main masq\n' \
		>"$BATS_TEST_TMPDIR/lines"
	refuses "$BATS_TEST_TMPDIR/lines:2: another rule looks up class 254" "nothing was changed" -- \
		batch "$BATS_TEST_TMPDIR/lines"
}

@test "rules and routes of other tools that make a rule inexact are reported" {
	on r iproute addrule pref 320 from 10.1.0.4 class 250 masq
	fails grep exactly <(on r iproute -r 2>&1)
	ip -n r rule add pref 310 from 10.1.0.5 lookup 250
	output=$(on r iproute -r 2>&1)
	has 'the rule with pref 320 does not translate exactly what it routes: another rule looks up class 250'
	has 'in the way: pref 310 from 10.1.0.5 class 250'
	status 3 on r iproute -ensure addrule pref 320 from 10.1.0.4 class 250 masq
	has 'in the way: pref 310 from 10.1.0.5 class 250'
	has 'or say "retag"'
	on r iproute -ensure addrule pref 320 from 10.1.0.4 class 250 masq retag
	[ "$(ip -n r rule | grep -c 'realms 32768')" = 2 ]
	fails grep exactly <(on r iproute -r 2>&1)
	output=$(on r iproute -ensure addrule pref 320 from 10.1.0.4 class 250 masq)
	same unchanged
	on r iproute rule add pref 311 from 10.1.0.6 lookup 250
	output=$(on r iproute -r 2>&1)
	has 'in the way: pref 311 from 10.1.0.6 class 250'
	on r iproute delrule pref 311
	on r iproute route add 10.9.0.0/16 via 192.0.2.3 realm 7 table 250
	output=$(on r iproute showrules 2>&1)
	has 'the rule with pref 320 does not translate exactly what it routes: a route that the rule would look up has a realm of its own'
	status 3 on r iproute -ensure addrule pref 320 from 10.1.0.4 class 250 masq
	has 'in the way: 10.9.0.0/16 gw 192.0.2.3'
}

@test "-ensure: each line of a batch is checked as the lines before it leave the rules" {
	local lines=$'addrule pref 320 from 10.1.0.4 class 250 masq\naddrule pref 321 from 10.1.0.5 class 251 masq'
	on r iproute batch - <<<"$lines"
	ip -n r rule add pref 311 from 10.1.0.6 lookup 251
	status 3 on r iproute -ensure batch - <<<"$lines"
	lacks '-:1:'
	has '-:2: another rule looks up class 251'
	has 'in the way: pref 311 from 10.1.0.6 class 251'
	status 3 on r iproute -ensure batch - <<<"$lines"$'\ndelrule pref 311'
	status 0 on r iproute -ensure batch - <<<"${lines/$'\n'/$'\ndelrule pref 311\n'}"
	[ "$(ip -n r rule | grep -c 'lookup 25[01] realms')" = 2 ]
	ip -n r rule add pref 311 from 10.1.0.6 lookup 251
	status 0 on r iproute -ensure batch - <<<"$lines retag"$'\n'"$lines"
	[ "$(ip -n r rule | grep -c 'lookup 251 realms')" = 2 ]
	# What the batch itself puts in the way is refused, too; a rule of its own counts as one that is there.
	lines+=$'\naddrule pref 322 from 10.1.0.7 class 251 masq\naddrule pref 322 from 10.1.0.7 class 251 masq'
	status 3 on r iproute -ensure batch - <<<"$lines"$'\naddrule pref 312 from 10.1.0.0/16 tos 4 class 251'
	has 'nftables cannot see "tos" of an earlier rule of the same class'
	status 0 on r iproute -ensure batch - <<<"$lines"
	# One route in the way of two rules.
	on r iproute route add 10.9.0.0/16 via 192.0.2.3 realm 7 table 251
	status 3 on r iproute -ensure batch - <<<"$lines"
	lacks '-:1:'
	has '-:2: a route that the rule would look up has a realm of its own'
	has '-:3: a route that the rule would look up has a realm of its own'
}
