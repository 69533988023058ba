#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What each action does to packets: an inside host, a router under test, two routers outside.
#
#   in 10.1.0.2 --- 10.1.0.1 r 192.0.2.1 --- 192.0.2.2 a (203.0.113.1 on lo)
#                              198.51.100.1 - 198.51.100.2 b (203.0.113.1 on lo)

load lib

setup() {
	fresh in r a b
	wire in 10.1.0.2/24 r 10.1.0.1/24 eth0 inside
	wire r 192.0.2.1/24 a 192.0.2.2/24 toa eth0
	wire r 198.51.100.1/24 b 198.51.100.2/24 tob eth0
	ip -n in addr add 10.2.0.2/24 dev eth0
	ip -n r addr add 10.2.0.1/24 dev inside
	ip -n in route add default via 10.1.0.1
	ip -n a route add default via 192.0.2.1
	ip -n b route add default via 198.51.100.1
	ip -n a addr add 203.0.113.1/32 dev lo
	ip -n b addr add 203.0.113.1/32 dev lo
	on r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratemask=0 net.ipv4.conf.all.rp_filter=0
}

# reaches A|B SOURCE [PING-OPTION…]: 203.0.113.1 answers, and it is that one.
reaches() {
	local host=$1 source=$2 before
	shift 2
	before=$(received "$host")
	on in ping -q -c1 -W20 -I "$source" "$@" 203.0.113.1 >/dev/null
	[ "$(received "$host")" = $((before + 1)) ]
}

# answer TEXT [SOURCE]: what ping hears instead of a reply.
answer() {
	output=$(on in ping -c1 -W20 -I "${2:-10.1.0.2}" 203.0.113.1 2>&1) && return 1
	has "$1"
}

@test "the rule's class decides the way" {
	on r iproute add default gw 192.0.2.2 class 100
	on r iproute add default gw 198.51.100.2 class 101
	on r iproute addrule from 10.1.0.0/24 class 100
	on r iproute addrule from 10.2.0.0/24 class 101
	reaches a 10.1.0.2
	reaches b 10.2.0.2
	on r iproute replacerule from 10.1.0.0/24 class 101
	reaches b 10.1.0.2
}

@test "no route in the class: the next rule" {
	on r iproute add 198.18.0.0/15 gw 192.0.2.2 class 100
	on r iproute addrule from 10.1.0.0/24 class 100
	on r iproute add default gw 198.51.100.2
	reaches b 10.1.0.2
}

@test "throw ends the class, and the next rule goes on" {
	on r iproute add default gw 192.0.2.2 class 100
	on r iproute addrule to 203.0.113.0/24 class 100
	on r iproute add default gw 198.51.100.2
	reaches a 10.1.0.2
	on r iproute add 203.0.113.0/24 throw class 100
	reaches b 10.1.0.2
}

@test "a route that rejects ends the lookup, with ICMP host unreachable on today's kernel" {
	on r iproute add default gw 198.51.100.2
	on r iproute add default reject class 100
	on r iproute addrule to 203.0.113.0/24 class 100
	answer 'Destination Host Unreachable'
}

@test "rules: reject, prohibit, drop" {
	on r iproute add default gw 192.0.2.2
	reaches a 10.1.0.2
	on r iproute addrule pref 100 from 10.1.0.0/24 to 203.0.113.0/24 reject
	answer 'Net Unreachable'
	on r iproute replacerule from 10.1.0.0/24 to 203.0.113.0/24 prohibit
	answer 'Packet filtered'
	on r iproute replacerule from 10.1.0.0/24 to 203.0.113.0/24 drop
	answer '100% packet loss'
	[[ $output != *"From 10.1.0.1"* ]]
	reaches a 10.2.0.2
	on r iproute delrule from 10.1.0.0/24 to 203.0.113.0/24
	reaches a 10.1.0.2
}

@test "TOS chooses the class, and the route in it" {
	on r iproute add default gw 192.0.2.2
	on r iproute add default gw 198.51.100.2 class 100
	on r iproute addrule tos 10 to 203.0.113.0/24 class 100
	reaches a 10.1.0.2
	reaches b 10.1.0.2 -Q 0x10
	on r iproute add 203.0.113.0/24 tos 8 gw 198.51.100.2
	reaches b 10.1.0.2 -Q 0x08
	reaches a 10.1.0.2 -Q 0x04
}

@test "the input device and the mark choose" {
	on r iproute add default gw 192.0.2.2
	on r iproute add default gw 198.51.100.2 class 100
	on r iproute addrule dev inside from 10.1.0.0/24 class 100
	reaches b 10.1.0.2
	reaches a 10.2.0.2
	on r iproute delrule dev inside from 10.1.0.0/24
	reaches a 10.1.0.2
	local before
	before=$(received b)
	on r iproute addrule fwmark 0x7/0xff class 100
	on r ping -q -c1 -W20 -m 7 203.0.113.1 >/dev/null
	[ "$(received b)" = $((before + 1)) ]
	on r ping -q -c1 -W20 -m 8 203.0.113.1 >/dev/null
	[ "$(received b)" = $((before + 1)) ]
}

@test "goto and nop" {
	on r iproute add default gw 192.0.2.2
	on r iproute add default gw 198.51.100.2 class 100
	on r iproute addrule pref 100 from 10.1.0.0/24 goto 200
	on r iproute addrule pref 150 to 203.0.113.0/24 class 100
	on r iproute addrule pref 200 nop
	reaches a 10.1.0.2
	reaches b 10.2.0.2
}

@test "a rule with its own class forwards" {
	on r iproute addrule from 10.1.0.0/24 route gw 192.0.2.2
	on r iproute addrule from 10.2.0.0/24 route gw 198.51.100.2 dev tob
	reaches a 10.1.0.2
	reaches b 10.2.0.2
	on r iproute replacerule from 10.1.0.0/24 route gw 198.51.100.2
	reaches b 10.1.0.2
	status 0 on r iproute -d classes
	[ "$(grep -c '^2147' <<<"$output")" = 2 ]
	on r iproute delrule from 10.1.0.0/24
	on r iproute delrule from 10.2.0.0/24
	answer 'Net Unreachable'
	status 0 on r iproute -d classes
	[ "$(grep -c '^2147' <<<"$output")" = 0 ]
}

@test "examples/ospf-classes: connected hosts stay reachable though their area class ends in reject" {
	on r sh -e "$top_srcdir/examples/ospf-classes"
	on a ping -q -c1 -W20 10.1.0.2
	# Not the area's routes by the default route of main, nor anything else of it.
	on r iproute add default gw 198.51.100.2
	on r iproute add default gw 192.0.2.2 class 253
	reaches a 10.1.0.2
	status 1 on a ping -c1 -w20 10.1.77.1
	has 'Destination Host Unreachable'
	on r iproute delrule class 254 suppress_prefixlength 0
	status 1 on a ping -c1 -w20 10.1.0.2
	has 'Destination Host Unreachable'
}
