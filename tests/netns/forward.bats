#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# NAT routes for ports: connections to them go to a host inside, from outside, from inside and from the router.
# shellcheck disable=SC2086 # words

load lib
load lab

setup() {
	need_translation
	lab
	lab6
	ip -n in addr add fd00::5/64 dev eth0 nodad
	ip -n in -6 route add default via fd00::1
	local address
	for address in 10.1.0.4 10.1.0.5 fd00::4 fd00::5; do
		serve in "$address"
	done
}

teardown() {
	unlab
	round_trips
}

# asks HOST udp|tcp FROM TO PORT WANTED: the server sees FROM as WANTED.
asks() {
	local got
	got=$(seen_as "$6" "$1" "$2" "$3" "$4" "$5") || true
	[ "$got" = "$6" ] || { echo "$1: $2 from $3 to $4 port $5: $got, not $6"; return 1; }
}

@test "from outside, from inside (hairpin), from the router; one port, a range, an address of its own" {
	local protocol
	for protocol in tcp udp; do
		on r iproute add 198.51.100.1 nat 10.1.0.4 ipproto $protocol dport 8080 to-port 7
		on r iproute add 198.51.100.1 nat 10.1.0.5 ipproto $protocol dport 5-9
		on r iproute add 198.51.100.77 nat 10.1.0.5 ipproto $protocol dport 8080-8090 to-port 7
		asks o2 $protocol 198.51.100.2 198.51.100.1 8080 198.51.100.2
		asks o2 $protocol 198.51.100.2 198.51.100.1 7 198.51.100.2
		asks o2 $protocol 198.51.100.2 198.51.100.77 8085 198.51.100.2
		# The server answers the router, not its neighbour.
		asks in $protocol 10.1.0.4 198.51.100.1 8080 10.1.0.1
		asks in $protocol 10.1.0.6 198.51.100.1 7 10.1.0.1
		asks r $protocol 198.51.100.1 198.51.100.1 8080 198.51.100.1
		# Ports beside them are the router's own.
		asks o2 $protocol 198.51.100.2 198.51.100.1 8081 ECONNREFUSED
	done
	on o2 ping -qc1 -W20 198.51.100.1
	output=$(on r iproute show 198.51.100.77)
	same "198.51.100.77 dev lo class local nat 10.1.0.5 ipproto tcp dport 8080-8090 to-port 7
198.51.100.77 dev lo class local nat 10.1.0.5 ipproto udp dport 8080-8090 to-port 7"
	output=$(on r iproute -j show 198.51.100.1 nat 10.1.0.4 ipproto tcp)
	same '[{"dst":"198.51.100.1","dev":"lo","class":255,"nat":"10.1.0.4","ipproto":"tcp","dport":8080,"to-port":7}]'
	# Through another address of the same rules, translation by a rule is another matter.
	on r iproute addrule pref 320 from 10.1.0.0/24 to 203.0.113.0/24 route gw 198.51.100.2 masq
	sees tcp 10.1.0.4 198.51.100.1
	asks o2 tcp 198.51.100.2 198.51.100.1 8080 198.51.100.2
}

# explained FROM TO SOURCE SERVER: explain says that a packet to port 8080 leaves as SOURCE, and the server sees that.
explained() {
	status 0 on r iproute explain "$2" from "$1" iif eth1 ipproto tcp dport 8080
	has "sent to $4 on eth1, as $3 (hairpin)
replies: in eth1, local, then to $1 on eth1, as $2 (nat)
the kernel agrees"
	output=$(on r iproute -j explain "$2" from "$1" iif eth1 ipproto tcp dport 8080)
	has "\"translated\":{\"from\":\"$3\",\"by\":\"hairpin\"}"
	asks in tcp "$1" "$2" 8080 "$3"
}

@test "explain shows the source of a hairpin, and packets have it" {
	local words
	ip -n r addr add 10.3.0.1/24 dev eth1
	ip -n in addr add 10.3.0.4/24 dev eth0
	serve in 10.3.0.4
	on r iproute add 198.51.100.1 nat 10.1.0.4 ipproto tcp dport 8080 to-port 7
	on r iproute add 198.51.100.77 nat 10.3.0.4 ipproto tcp dport 8080 to-port 7
	on r iproute add 2001:db8:2::1 nat fd00::4 ipproto tcp dport 8080 to-port 7
	explained 10.1.0.6 198.51.100.1 10.1.0.1 10.1.0.4
	explained 10.3.0.4 198.51.100.1 10.1.0.1 10.1.0.4
	# The address in the server's network.
	explained 10.1.0.6 198.51.100.77 10.3.0.1 10.3.0.4
	explained fd00::5 2001:db8:2::1 fd00::1 fd00::4
	# It comes before what the rule does that routes the packet.
	on r iproute addrule pref 310 from 10.1.0.6 dev eth1 route dev eth1 masq as 10.3.0.1 log
	explained 10.1.0.6 198.51.100.1 10.1.0.1 10.1.0.4
	lacks logged
	on r iproute delrule pref 310
	# From outside, from this host, and of a NAT route without ports: none.
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	for words in '198.51.100.1 from 203.0.113.9 iif eth2' '198.51.100.1' '198.18.1.4 from 10.1.0.6 iif eth1'; do
		status 0 on r iproute explain $words ipproto tcp dport 8080
		has 'rewritten to 10.1.0.4'
		lacks hairpin
		status 0 on r iproute -j explain $words ipproto tcp dport 8080
		lacks translated
	done
}

@test "IPv6" {
	local protocol
	for protocol in tcp udp; do
		on r iproute add 2001:db8:2::1 nat fd00::4 ipproto $protocol dport 8080 to-port 7
		on r iproute add 2001:db8:2::1 nat fd00::5 ipproto $protocol dport 5-9
		asks o2 $protocol 2001:db8:2::2 2001:db8:2::1 8080 2001:db8:2::2
		asks o2 $protocol 2001:db8:2::2 2001:db8:2::1 7 2001:db8:2::2
		asks in $protocol fd00::5 2001:db8:2::1 8080 fd00::1
		asks r $protocol 2001:db8:2::1 2001:db8:2::1 8080 2001:db8:2::1
		asks o2 $protocol 2001:db8:2::2 2001:db8:2::1 8081 ECONNREFUSED
	done
	output=$(on r iproute -6 show 2001:db8:2::1 ipproto udp dport 8080)
	same "2001:db8:2::1 dev lo class local nat fd00::4 ipproto udp dport 8080 to-port 7"
}

@test "what is forwarded passes a valve, and nothing else" {
	on r iproute addrule pref 310 from 10.1.0.0/24 to 10.1.0.0/24 class main
	on r iproute addrule pref 320 from 10.1.0.0/24 route gw 198.51.100.2 dev eth3 masq valve
	fails on o2 ping -qc1 -W1 10.1.0.4
	on r iproute add 198.51.100.1 nat 10.1.0.4 ipproto tcp dport 8080 to-port 7
	asks o2 tcp 198.51.100.2 198.51.100.1 8080 198.51.100.2
	asks o2 udp 198.51.100.2 10.1.0.4 7 EAGAIN
	asks o2 tcp 198.51.100.2 10.1.0.5 7 EINPROGRESS
	asks in tcp 10.1.0.4 198.51.100.1 8080 10.1.0.1
	on r iproute add 2001:db8:2::1 nat fd00::4 ipproto tcp dport 8080 to-port 7
	on r iproute addrule pref 321 from fd00::/64 reject
	on r iproute addrule pref 320 from fd00::/64 route gw 2001:db8:2::2 dev eth3 valve
	fails on o2 ping -qc1 -W1 fd00::4
	asks o2 tcp 2001:db8:2::2 2001:db8:2::1 8080 2001:db8:2::2
}

@test "with reply: through the uplink that is not the default" {
	on r iproute add 198.51.100.1 nat 10.1.0.4 ipproto tcp dport 8080 to-port 7
	asks o2 tcp $FAR 198.51.100.1 8080 EINPROGRESS
	on r iproute addrule pref 100 dev eth3 reply route gw 198.51.100.2 dev eth3
	asks o2 tcp $FAR 198.51.100.1 8080 $FAR
}

@test "replace, del, refusals; a flow of the old way is forgotten; nothing is left" {
	on r iproute add 198.51.100.1 nat 10.1.0.4 ipproto udp dport 8000-8010 to-port 7
	asks o2 udp 198.51.100.2 198.51.100.1 8005 198.51.100.2
	status 3 on r iproute add 198.51.100.1 nat 10.1.0.5 ipproto udp dport 8010-8020
	has "another NAT route takes these packets: route 198.51.100.1 ipproto udp dport 8000-8010 to-port 7 nat 10.1.0.4"
	has "delete that, or choose other ports"
	status 3 on r iproute add 198.51.100.0/24 nat 10.1.0.0/24
	has "another NAT route takes these packets"
	on r iproute add 198.51.100.1 nat 10.1.0.5 ipproto tcp dport 8010-8020
	status 2 on r iproute add 198.51.100.1 nat 10.1.0.5 ipproto udp dport 8000
	has "another NAT route is in its place: nat 10.1.0.4"
	output=$(on r iproute -ensure add 198.51.100.1 nat 10.1.0.4 ipproto udp dport 8000-8010 to-port 7)
	same unchanged
	on r iproute replace 198.51.100.1 nat 10.1.0.5 ipproto udp dport 8000-8010 to-port 7
	asks o2 udp 198.51.100.2 198.51.100.1 8005 198.51.100.2
	status 1 on r iproute del 198.51.100.1 nat 10.1.0.4 ipproto udp dport 8000-8010
	status 2 on r iproute -ensure add 198.51.100.1 nat 10.1.0.5 ipproto udp dport 8000-8005 to-port 7
	has "another NAT route is in its place"
	on r iproute del 198.51.100.1 ipproto udp dport 8000-8010
	asks o2 udp 198.51.100.2 198.51.100.1 8005 ECONNREFUSED
	on r iproute del 198.51.100.1 nat 10.1.0.5
	fails on r nft list table ip iproute
	output=$(ip -n r route show table local 198.51.100.1)
	lacks "proto 97"
	on o2 ping -qc1 -W20 198.51.100.1
}

@test "nftables is flushed: listings say so, -ensure mends" {
	on r iproute add 198.51.100.1 nat 10.1.0.4 ipproto tcp dport 8000-8010 to-port 7
	on r nft flush ruleset
	output=$(on r iproute show 198.51.100.1)
	has "ipproto tcp dport 8000 nft part missing"
	on r iproute -ensure add 198.51.100.1 nat 10.1.0.4 ipproto tcp dport 8000-8010 to-port 7
	output=$(on r iproute show 198.51.100.1)
	has "nat 10.1.0.4 ipproto tcp dport 8000-8010 to-port 7"
	lacks missing
	asks o2 tcp 198.51.100.2 198.51.100.1 8007 198.51.100.2
	on r nft flush chain ip iproute ports
	output=$(on r iproute show 198.51.100.1)
	has "nft part missing"
	on r nft flush ruleset
	on r iproute del 198.51.100.1 ipproto tcp dport 8000
}
