#!/usr/bin/env bats
# Translation in IPv6, where realms are not: only with a rule behind that ends the lookup.

load lib
load lab

FAR6=2001:db8:f::9

setup() {
	need_translation
	lab
	local host
	for host in in r o1 o2; do
		on "$host" sysctl -qw net.ipv6.conf.all.forwarding=1
	done
	ip -n in addr add fd00::4/64 dev eth0 nodad
	ip -n in addr add fd00::5/64 dev eth0 nodad
	ip -n r addr add fd00::1/64 dev eth1 nodad
	ip -n r addr add 2001:db8:1::1/64 dev eth2 nodad
	ip -n o1 addr add 2001:db8:1::2/64 dev eth0 nodad
	ip -n r addr add 2001:db8:2::1/64 dev eth3 nodad
	ip -n o2 addr add 2001:db8:2::2/64 dev eth0 nodad
	# A router asks for its neighbours from an address of the link.
	local link
	for link in eth1 eth2 eth3; do
		ip -n r addr add "fe80::${link#eth}/64" dev "$link" nodad
	done
	for host in in o1 o2; do
		ip -n "$host" addr add fe80::9/64 dev eth0 nodad
	done
	for host in o1 o2; do
		ip -n "$host" addr add $FAR6/128 dev lo nodad
		serve "$host" $FAR6
	done
	ip -n in -6 route add default via fd00::1
	ip -n r -6 route add default via 2001:db8:1::2
	ip -n o1 -6 route add default via 2001:db8:1::1
	ip -n o2 -6 route add default via 2001:db8:2::1
	need "a way through the lab in IPv6" flows in udp fd00::4 $FAR6 7
}

teardown() {
	unlab
	round_trips
}

@test "masq and valve, for one host and not for its neighbour" {
	on r iproute addrule pref 321 from fd00::4 reject
	on r iproute addrule pref 320 from fd00::4 route gw 2001:db8:2::2 masq valve
	sees udp fd00::4 2001:db8:2::1 $FAR6
	sees tcp fd00::4 2001:db8:2::1 $FAR6
	sees udp fd00::5 fd00::5 $FAR6
	fails on o2 ping -qc1 -W1 fd00::4
	on o2 ping -qc1 -W1 fd00::5
	output=$(on r iproute -6 -r)
	has "own gw 2001:db8:2::2 dev eth3 metric 1024 masq valve"
	on r iproute delrule pref 320 from fd00::4
	on r iproute delrule pref 321 from fd00::4
	sees udp fd00::4 fd00::4 $FAR6
	fails on r nft list table ip6 iproute
}

@test "nat both ways, with errors" {
	on r iproute addrule pref 321 from fd00::/64 reject
	on r iproute addrule pref 320 from fd00::/64 nat 2001:db8:7::/64 route gw 2001:db8:2::2
	on r iproute add 2001:db8:7::/64 nat fd00::/64
	sees udp fd00::4 2001:db8:7::4 $FAR6
	sees tcp fd00::5 2001:db8:7::5 $FAR6
	on o2 ping -qc1 -W1 2001:db8:7::4
	status 1 flows o2 udp 2001:db8:2::2 2001:db8:7::4 9
	has ECONNREFUSED
	status 1 flows in udp fd00::4 $FAR6 9
	has ECONNREFUSED
	output=$(on r iproute -6 show 2001:db8:7::/64)
	has "2001:db8:7::/64"
	has "nat fd00::/64"
	on r iproute del 2001:db8:7::/64 nat fd00::/64
	on r iproute delrule pref 320 from fd00::/64
	fails on r nft list table ip6 iproute
}

@test "log" {
	on r iproute addrule pref 321 from fd00::4 reject
	on r iproute addrule pref 320 from fd00::4 route gw 2001:db8:2::2 log
	ip netns exec r iproute monitor flows >"$BATS_TEST_TMPDIR/events" 3>&- &
	servers+=($!)
	sleep 0.3
	sees udp fd00::4 fd00::4 $FAR6
	on in ping -qc2 -i0.1 -W1 -I fd00::4 $FAR6
	sleep 0.1
	cat "$BATS_TEST_TMPDIR/events"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/events")" = 2 ]
	grep -qE '^rule 320: \[fd00::4\]:[0-9]+ -> \[2001:db8:f::9\]:7 udp in eth1 out eth3$' "$BATS_TEST_TMPDIR/events"
	grep -qxF 'rule 320: fd00::4 -> 2001:db8:f::9 icmpv6 in eth1 out eth3' "$BATS_TEST_TMPDIR/events"
}
