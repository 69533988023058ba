#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A routing daemon, and an administrator with ip, work in a VRF while we work in the rest: nothing of theirs is touched.

load ../netns/lib
load ../daemons/ospf

setup() {
	[ -n "${IN_VM:-}" ] || skip "only under a stock kernel: make check-vm"
	need BIRD command -v bird
	lone r
	ip -n r link add red type vrf table 10
	ip -n r link set red up
	ip -n r link set eth1 master red
	# The device had the address before it was in the VRF: its routes move.
	ip -n r addr flush dev eth1
	ip -n r addr add 198.51.100.1/24 dev eth1
	ip -n r route add 10.77.0.0/16 via 198.51.100.2 vrf red proto static
	{
		echo 'router id 192.0.2.1; protocol device { }
			ipv4 table red4;
			protocol kernel { vrf "red"; kernel table 10; ipv4 { table red4; export all; }; }
			protocol static { vrf "red"; ipv4 { table red4; };'
		printf 'route 10.66.%d.0/24 via 198.51.100.2;\n' {0..49}
		echo '}'
	} >/run/r.conf
	ip netns exec r bird -f -c /run/r.conf -s /run/r.ctl >/run/r.out 2>&1 3>&- &
	echo $! >/run/r.pid
	until_true 120 is_filled
}

teardown() {
	daemons_end
	rm -f /run/*.pid
}

is_filled() {
	[ "$(ip -n r route show table 10 proto bird | wc -l)" = 50 ]
}

theirs() {
	ip -n r rule | grep l3mdev
	ip -n r -6 rule | grep l3mdev
	ip -n r route show table 10
}

@test "a VRF that BIRD fills is not disturbed by what is done in the rest; save says what it left out" {
	local before
	before=$(theirs)
	[ "$(wc -l <<<"$before")" -ge 53 ]
	ip netns exec r ip monitor route rule >/run/changes 2>&1 3>&- &
	echo $! >/run/monitor.pid
	sleep 1
	cat >/run/policy <<-'END'
		add default gw 192.0.2.9 class 250
		addrule from 10.1.0.0/16 class 250
		addrule from 10.2.0.0/16 route gw 192.0.2.9
	END
	on r iproute apply /run/policy
	status 0 on r iproute save
	has '50 routes or rules of routing daemons or DHCP are left out: 50 bird'
	on r iproute save >/run/saved 2>/run/said
	grep -q '10.77.0.0/16 .*class 10 ' /run/saved
	fails grep -q 10.66 /run/saved
	on r iproute add 10.67.0.0/16 gw 192.0.2.9
	on r iproute local-policy off
	on r iproute flush class 250
	on r iproute delrule from 10.1.0.0/16
	on r iproute restore /run/saved
	status 0 on r iproute restore /run/saved
	same unchanged
	on r iproute apply /dev/null
	on r iproute flush proto boot class main || true
	sleep 1
	kill "$(</run/monitor.pid)"
	rm /run/monitor.pid
	fails grep -E '10\.66|10\.77|l3mdev' /run/changes
	[ "$(theirs)" = "$before" ]
	# In the VRF only what is named goes.
	on r iproute flush vrf red proto static
	[ "$(ip -n r route show table 10 proto static)" = "" ]
	is_filled
}
