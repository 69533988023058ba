#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Translation in IPv6, where realms are not: only with a rule behind that ends the lookup.

load lib
load lab

FAR6=2001:db8:f::9

setup() {
	need_translation
	lab
	lab6
	ip -n in addr add fd00::5/64 dev eth0 nodad
	local host
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
	on o2 ping -qc1 -W20 fd00::5
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
	sees udp fd00::4 2001:db8:7:0:cf40::4 $FAR6
	sees tcp fd00::5 2001:db8:7:0:cf40::5 $FAR6
	on o2 ping -qc1 -W20 2001:db8:7:0:cf40::4
	status 1 flows o2 udp 2001:db8:2::2 2001:db8:7:0:cf40::4 9
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

@test "what the router sends to its neighbours is not translated; its errors quote the address that the sender knows" {
	on r iproute addrule pref 321 from fd00::/64 reject
	on r iproute addrule pref 320 from fd00::/64 nat 2001:db8:7::/64 route gw 2001:db8:2::2
	on r iproute add 2001:db8:7::/64 nat fd00::/64
	# For a packet of its own, the kernel asks from the packet's source.
	on r ip -6 neigh flush all
	on in ip -6 neigh flush all
	on r ping -qc1 -W20 -I fd00::1 fd00::5
	output=$(on r iproute -s showrules pref 320)
	# The rule has routed the request (104 bytes), and not the solicitation (72).
	has "packets 1 bytes 104"
	ip -n r link set eth1 mtu 1300
	on o2 ping -M do -s 1400 -c 2 -i 0.1 -W20 2001:db8:7:0:cf40::4 || true
	output=$(ip -n o2 -6 route get 2001:db8:7:0:cf40::4)
	has "mtu 1300"
	output=$(on o2 ping -t 1 -c 1 -W20 2001:db8:7:0:cf40::5) || true
	has "Hop limit"
}

@test "nat of prefixes is RFC 6296: its example; another length; what has no equal does not leave" {
	ip -n in addr add fd01:203:405:1::1234/64 dev eth0 nodad
	ip -n in addr add fd01:203:405:ffff::1/64 dev eth0 nodad
	ip -n in addr add fd02:7:1:2::9/64 dev eth0 nodad
	ip -n r route add fd01:203:405::/48 dev eth1
	ip -n r route add fd02:7::/32 dev eth1
	on r iproute addrule pref 321 from fd01:203:405::/48 reject
	on r iproute addrule pref 320 from fd01:203:405::/48 nat 2001:db8:1::/48 route gw 2001:db8:2::2
	on r iproute add 2001:db8:1::/48 nat fd01:203:405::/48
	sees udp fd01:203:405:1::1234 2001:db8:1:d550::1234 $FAR6
	sees tcp fd01:203:405:1::1234 2001:db8:1:d550::1234 $FAR6
	on o2 ping -qc1 -W20 2001:db8:1:d550::1234
	fails on in ping -qc1 -W1 -I fd01:203:405:ffff::1 $FAR6
	output=$(on r iproute explain $FAR6 from fd01:203:405:1::1234 iif eth1)
	has "as 2001:db8:1:d550::1234 (nat)"
	on r iproute addrule pref 331 from fd02:7::/32 reject
	on r iproute addrule pref 330 from fd02:7::/32 nat 2001:dba::/32 route gw 2001:db8:2::2
	on r iproute add 2001:dba::/32 nat fd02:7::/32
	output=$(flows in tcp fd02:7:1:2::9 $FAR6 7)
	[[ $output == 2001:dba:1:*::9 ]]
	on o2 ping -qc1 -W20 "$output"
}

@test "masq as" {
	ip -n r addr add 2001:db8:2::7/128 dev eth3 nodad
	on r iproute addrule pref 321 from fd00::4 reject
	on r iproute addrule pref 320 from fd00::4 route gw 2001:db8:2::2 masq as 2001:db8:2::7 ports 3000-3010
	sees udp fd00::4 2001:db8:2::7 $FAR6
	sees tcp fd00::4 2001:db8:2::7 $FAR6
	sees udp fd00::5 fd00::5 $FAR6
}

@test "log" {
	on r iproute addrule pref 321 from fd00::4 reject
	on r iproute addrule pref 320 from fd00::4 route gw 2001:db8:2::2 log
	ip netns exec r iproute monitor flows >"$BATS_TEST_TMPDIR/events" 3>&- &
	servers+=($!)
	until_true 20 log_is_heard
	sees udp fd00::4 fd00::4 $FAR6
	on in ping -qc2 -i0.1 -W20 -I fd00::4 $FAR6
	until_true 20 grep -q icmpv6 "$BATS_TEST_TMPDIR/events"
	sleep 0.1
	cat "$BATS_TEST_TMPDIR/events"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/events")" = 2 ]
	grep -qE '^rule 320: \[fd00::4\]:[0-9]+ -> \[2001:db8:f::9\]:7 udp in eth1 out eth3$' "$BATS_TEST_TMPDIR/events"
	grep -qxF 'rule 320: fd00::4 -> 2001:db8:f::9 icmpv6 in eth1 out eth3' "$BATS_TEST_TMPDIR/events"
}
