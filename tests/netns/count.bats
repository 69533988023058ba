#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Counters: what a rule routed, with -s; other changes keep them.

load lib
load lab

setup() {
	need_translation
	lab
}

teardown() {
	unlab
	round_trips
}

# pings N FROM: N packets of 84 bytes.
pings() {
	on in ping -qc"$1" -i0.05 -W20 -I "$2" $FAR >/dev/null
}

# counted PREF PACKETS: the rule has counted that many.
counted() {
	[[ $(on r iproute -s showrules pref "$1") == *" packets $2 "* ]]
}

# counts PREF PACKETS BYTES: in words and in JSON.
counts() {
	until_true 5 counted "$1" "$2" || true
	output=$(on r iproute -s showrules pref "$1")
	[[ $output == *" packets $2 bytes $3" ]] || { echo "not packets $2 bytes $3: $output"; return 1; }
	output=$(on r iproute -s -j showrules pref "$1")
	has "\"packets\":$2,\"bytes\":$3}"
}

@test "each word for nftables counts what its rule routed; without -s nobody sees it" {
	on r iproute addrule pref 310 from 10.1.0.4 route gw 198.51.100.2 masq
	on r iproute addrule pref 320 from 10.1.0.5 route gw 198.51.100.2 count
	on r iproute addrule pref 330 from 10.1.0.6 nat 198.18.1.6 route gw 198.51.100.2
	on r iproute addrule pref 340 from 10.2.0.0/16 route gw 198.51.100.2 valve
	pings 3 10.1.0.4
	pings 2 10.1.0.5
	on in ping -qc1 -W1 -I 10.1.0.6 $FAR >/dev/null || true
	counts 310 3 252
	counts 320 2 168
	counts 330 1 84
	counts 340 0 0
	output=$(on r iproute -s -r)
	has "own gw 198.51.100.2 dev eth3 count packets 2 bytes 168"
	output=$(on r iproute showrules && on r iproute -j showrules && on r iproute -s save && on r iproute -s rule)
	lacks packets
	# The line that shows them can be given again.
	# shellcheck disable=SC2046 # words
	output=$(on r iproute -ensure addrule $(on r iproute -s showrules pref 320))
	same unchanged
}

@test "changes of other rules, of the rule's words and of its class keep the counters" {
	on r iproute add default gw 198.51.100.2 class 250
	on r iproute addrule pref 320 from 10.1.0.5 class 250 count
	on r iproute addrule pref 310 from 10.1.0.4 route gw 198.51.100.2 masq
	pings 2 10.1.0.4
	pings 1 10.1.0.5
	# Another rule comes, and another translating one.
	on r iproute addrule pref 500 from 10.7.0.0/16 class 77
	on r iproute addrule pref 510 from 10.8.0.0/16 route gw 198.51.100.2 masq log
	counts 310 2 168
	counts 320 1 84
	# It shares its class now: its selectors tell it apart, and it counts on.
	on r iproute addrule pref 330 from 10.1.0.6 class 250 valve retag
	pings 1 10.1.0.5
	counts 320 2 168
	pings 1 10.1.0.6
	counts 330 1 84
	# Alone again.
	on r iproute delrule pref 330
	counts 320 2 168
	pings 1 10.1.0.5
	counts 320 3 252
	on r iproute replacerule pref 320 from 10.1.0.5 class 250 log
	counts 320 3 252
	# nftables is written anew as a whole, because something of it is missing.
	on r nft flush chain ip iproute guard
	on r iproute -ensure delrule pref 999
	output=$(on r iproute showrules)
	lacks missing
	counts 310 2 168
	counts 320 3 252
	# What cannot be applied changes nothing.
	printf 'addrule from 10.9.0.0/16 route gw 198.51.100.2 masq\nadd 10.99.0.0/16 gw 10.77.7.7\n' >"$BATS_TEST_TMPDIR/bad"
	status 2 on r iproute batch "$BATS_TEST_TMPDIR/bad"
	counts 310 2 168
}

@test "IPv6, where selectors tell rules apart" {
	on in sysctl -qw net.ipv6.conf.all.forwarding=1
	on r sysctl -qw net.ipv6.conf.all.forwarding=1
	ip -n in addr add fd00::4/64 dev eth0 nodad
	ip -n r addr add fd00::1/64 dev eth1 nodad
	ip -n r addr add 2001:db8:2::1/64 dev eth3 nodad
	ip -n o2 addr add 2001:db8:2::2/64 dev eth0 nodad
	ip -n o2 route add fd00::/64 via 2001:db8:2::1
	ip -n in -6 route add default via fd00::1
	on in ping -qc1 -W20 fd00::1
	on r ping -qc1 -W20 2001:db8:2::2
	on r iproute addrule pref 321 from fd00::4 reject
	on r iproute addrule pref 320 from fd00::4 route gw 2001:db8:2::2 count
	on in ping -qc2 -i0.05 -W20 2001:db8:2::2
	counts 320 2 208
	on r iproute addrule pref 311 from fd00::7 reject
	on r iproute addrule pref 310 from fd00::7 route gw 2001:db8:2::2 count
	counts 320 2 208
	on in ping -qc1 -W20 2001:db8:2::2
	counts 320 3 312
	counts 310 0 0
}
