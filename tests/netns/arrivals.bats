#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Packets that are really sent arrive where the model of the lookup says, or draw the ICMP error that it tells. ARRIVALS
# random policies (2), of 40 packets each; ARRIVALS_SEED.
#
#   in 10.1.0.2 --- 10.1.0.1 r eth1 --- a, eth2 --- b, eth3 --- c: a, b and c have all the destinations

load lib

setup() {
	fresh in r a b c
	local host i
	for host in in r a b c; do
		on "$host" sysctl -qw net.ipv6.conf.default.accept_dad=0 net.ipv6.conf.all.forwarding=1
	done
	wire in 10.1.0.2/24 r 10.1.0.1/24 eth0 inside
	wire r 192.0.2.1/24 a 192.0.2.2/24 eth1 eth0
	wire r 198.51.100.1/24 b 198.51.100.2/24 eth2 eth0
	wire r 10.77.0.1/24 c 10.77.0.2/24 eth3 eth0
	for i in 2 3 4 5; do
		ip -n in addr add "10.1.0.$i/24" dev eth0 2>/dev/null || true
		ip -n in addr add "10.2.0.$i/24" dev eth0
		ip -n in addr add "fd00:1::$i/64" dev eth0 nodad
		ip -n in addr add "fd00:2::$i/64" dev eth0 nodad
	done
	ip -n r addr add 10.2.0.1/24 dev inside
	ip -n r addr add fd00:1::1/64 dev inside nodad
	ip -n r addr add fd00:2::1/64 dev inside nodad
	ip -n in route add default via 10.1.0.1
	ip -n in -6 route add default via fd00:1::1
	on r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratemask=0 net.ipv6.icmp.ratelimit=0 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 net.ipv4.conf.all.send_redirects=0
	servers=()
	outside a 192.0.2 1
	outside b 198.51.100 2
	outside c 10.77.0 3
	settled in
	settled r
}

# outside HOST NETWORK NUMBER: has every destination, and says who it is.
outside() {
	local i there=()
	for i in 1 2 3 4; do
		there+=("203.0.113.$i" "198.18.0.$i" "2001:db8:9::$i" "2001:db8:a::$i")
		ip -n "$1" addr add "203.0.113.$i/32" dev lo
		ip -n "$1" addr add "198.18.0.$i/32" dev lo
		ip -n "$1" addr add "2001:db8:9::$i/128" dev lo nodad
		ip -n "$1" addr add "2001:db8:a::$i/128" dev lo nodad
	done
	ip -n r addr add "2001:db8:$3::1/64" dev "eth$3" nodad
	ip -n "$1" addr add "2001:db8:$3::2/64" dev eth0 nodad
	ip -n "$1" route add default via "$2.1"
	ip -n "$1" -6 route add default via "2001:db8:$3::1"
	on "$1" sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth0.rp_filter=0
	ready "$1" "$top_builddir/tests/netns/arrivals" serve "$1" "${there[@]}"
	servers+=($!)
}

teardown() {
	kill "${servers[@]}" 2>/dev/null || true
}

@test "packets of random policies arrive where explain says, or draw the error that it tells" {
	timeout 1200 "$top_srcdir/tests/netns/arrivals.pl" "${ARRIVALS:-2}" 40 "${ARRIVALS_SEED:-1}"
}
