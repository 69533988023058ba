#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Application 4, a class for each TOS, by packets: examples/sixteen-tos on a router r. Its gateways, 192.0.2.2 to .17,
# are MAC addresses of one host far, and it counts what each of them gets.

load lib

setup() {
	local i
	fresh in r far
	wire in 10.1.0.2/24 r 10.1.0.1/24 eth0 inside
	wire r 192.0.2.1/24 far 192.0.2.254/24 eth0 eth0
	ip -n in route add default via 10.1.0.1
	# Nothing but what the tests send.
	for i in r far; do
		on "$i" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
	done
	on r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0
	for i in {2..17}; do
		ip -n far link add link eth0 name "gw$i" address "02:00:00:00:00:$(printf %02x "$i")" type macvlan
		ip -n far link set "gw$i" up
		ip -n r neigh add "192.0.2.$i" lladdr "02:00:00:00:00:$(printf %02x "$i")" dev eth0
	done
}

# arrived: how many packets each gateway has got, one `NAME COUNT` a line.
arrived() {
	ip -n far -j -s link show type macvlan | jq -r '.[] | "\(.ifname) \(.stats64.rx.packets)"'
}

arrived_since() {
	[ "$(arrived)" != "$1" ]
}

# way TOS: to which gateway r sends a packet with this TOS byte.
way() {
	local before
	before=$(arrived)
	on in ping -q -c1 -W0.2 -Q "$1" 203.0.113.1 >/dev/null || true
	until_true 5 arrived_since "$before"
	comm -13 <(sort <<<"$before") <(arrived | sort) | cut -d ' ' -f 1
}

# took TOS GATEWAY
took() {
	local got
	got=$(way "$1")
	[ "$got" = "gw$2" ] || { echo "TOS $1 goes to '$got', not gw$2"; return 1; }
}

@test "sixteen classes for the sixteen values of RFC 1349" {
	need "nftables in this namespace" on r nft list ruleset
	on r sh -e "$top_srcdir/examples/sixteen-tos"
	local i
	for i in {0..15}; do
		took "$((2 * i))" "$((i + 2))"
	done
	# The precedence and the lowest bit decide nothing; what RFC 1349 doesn't know goes with 00.
	took $((0x29)) 6
	on r iproute delrule pref 104
	on r iproute delrule pref 83
	took 8 2
	took 6 4
}

@test "a TOS with ECN's bits is refused, with what to do" {
	status 2 on r iproute addrule tos 02 class 101
	marked 02
	has 'ECN bits must be 0'
	has 'the two lowest bits of a TOS belong to ECN'
	status 2 on r iproute add 10.0.0.0/8 tos 1e gw 192.0.2.2
	marked 1e
	has 'the two lowest bits of a TOS belong to ECN'
}

@test "a code point above TOS 1c: dscp, where the kernel has it" {
	status 255 on r iproute addrule tos b8 class 102
	has 'dscp 46'
	on r iproute add default gw 192.0.2.3 class 101
	on r iproute addrule class 101
	on r iproute add default gw 192.0.2.4 class 102
	if on r iproute addrule dscp 46 class 102; then
		took $((0xb8)) 4
		took $((0x18)) 3
	else
		# Linux before 6.13
		status 2 on r iproute addrule dscp 46 class 102
		has dscp
		took $((0xb8)) 3
	fi
}
