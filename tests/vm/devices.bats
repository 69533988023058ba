#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices that only a stock kernel has: dummy, VRF, tunnels, VLAN.
load ../netns/lib

setup() {
	[ -n "${IN_VM:-}" ] || skip "only under a stock kernel: make check-vm"
	fresh H
	ip -n H link add name d0 up type dummy
	ip -n H addr add 192.0.2.1/24 dev d0
}

# device NAME TYPE…: a device that is up, or the test is skipped.
device() {
	local name=$1
	shift
	need "$1" ip -n H link add name "$name" type "$@"
	ip -n H link set dev "$name" up
}

@test "dummy" {
	status 0 on H iproute add 10.0.0.0/8 gw 192.0.2.9
	status 0 on H iproute show 10.0.0.0/8
	same '10.0.0.0/8 gw 192.0.2.9 dev d0 class main'
}

@test "routes by tunnels without an address at the other end" {
	local i=0 type
	for type in ipip gre; do
		i=$((i + 1))
		device "t$i" "$type" local 192.0.2.1 remote 192.0.2.9
		status 0 on H iproute add "10.$i.0.0/16" dev "t$i"
		status 0 on H iproute show "10.$i.0.0/16"
		same "10.$i.0.0/16 dev t$i class main"
	done
	round_trip H
}

@test "a route through a gre device that is external" {
	device g0 gre external
	status 0 on H iproute add 10.1.0.0/16 dev g0 encap ip id 7 dst 192.0.2.9 key
	status 0 on H iproute show 10.1.0.0/16
	same '10.1.0.0/16 dev g0 class main encap ip id 7 dst 192.0.2.9 key'
	status 0 on H iproute get 10.1.2.3
	has 'dev g0'
}

@test "vlan" {
	need vlan ip -n H link add link d0 name d0.5 type vlan id 5
	ip -n H link set dev d0.5 up
	status 0 on H iproute add 10.0.0.0/8 dev d0.5
	status 0 on H iproute addrule dev d0.5 class 250
	status 0 on H iproute -r
	has 'd0.5'
}

@test "vrf: its class, and the rule that the kernel makes" {
	device v0 vrf table 100
	ip -n H link add name d1 up type dummy
	ip -n H link set dev d1 master v0
	ip -n H addr add 198.51.100.1/24 dev d1
	status 0 on H iproute show class 100 198.51.100.0/24
	same '198.51.100.0/24 dev d1 class 100 proto kernel src 198.51.100.1'
	diff -u <(on H ip rule show) <(on H iproute rule show)
	diff -u <(on H ip -j rule show) <(on H iproute -j rule show)
	on H iproute showrules | grep -q l3mdev
	status 0 on H iproute route add 10.0.0.0/8 vrf v0 via 198.51.100.9
	diff -u <(on H ip route show vrf v0) <(on H iproute route show vrf v0)
	diff -u <(on H ip route get 10.1.2.3 vrf v0) <(on H iproute route get 10.1.2.3 vrf v0)
	round_trip H
}
