#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Encapsulations for which a kernel needs modules, and options of tunnels: Linux 6.18 hangs when it tells
# those, so all of this runs in a guest only (make check-vm).
load ../netns/lib

setup() {
	[ -n "${IN_VM:-}" ] || skip "only under a stock kernel: make check-vm"
	fresh H
	ip -n H link add name d0 up type dummy
	ip -n H addr add 192.0.2.1/24 dev d0
	ip -n H addr add 2001:db8:1::1/64 dev d0 nodad
}

# encaps: of a listing the destination and encapsulation, without what stands behind.
encaps() {
	sed 's/ dev d0 .*//'
}

# kept DEST WORDS…: the route is added and listed with exactly these words, and ip reads the same from it.
kept() {
	local destination=$1
	shift
	status 0 on H iproute add "$destination" "$@" dev d0
	status 0 on H iproute show "$destination"
	has " $*"
	diff -u <(on H ip -"${family:-4}" -s route show "$destination" | encaps) \
		<(on H iproute -"${family:-4}" -s route show "$destination" | encaps)
}

@test "mpls" {
	need mpls_iptunnel modprobe mpls_iptunnel
	kept 10.1.0.0/16 encap mpls 100
	kept 10.2.0.0/16 encap mpls 100/200/300 ttl 5
	status 0 on H iproute add 10.3.0.0/16 nexthop gw 192.0.2.8 encap mpls 100 nexthop gw 192.0.2.9 encap mpls 200
	status 0 on H iproute show 10.3.0.0/16
	has 'gw 192.0.2.8 dev d0 weight 1 encap mpls 100 nexthop gw 192.0.2.9 dev d0 weight 1 encap mpls 200'
	diff -u <(on H ip route show 10.3.0.0/16) <(on H iproute route show 10.3.0.0/16)
	family=6 kept 2001:db8:9::/48 encap mpls 1048575
	round_trip H
}

@test "mpls: a label that is reserved" {
	need mpls_iptunnel modprobe mpls_iptunnel
	status 2 on H iproute add 10.1.0.0/16 encap mpls 3 dev d0
	marked mpls
	status 1 on H iproute show 10.1.0.0/16
}

@test "options of tunnels" {
	need vxlan modprobe vxlan
	need geneve modprobe geneve
	kept 10.1.0.0/16 encap ip id 1 dst 192.0.2.9 geneve_opts 258:128:00000001
	kept 10.2.0.0/16 encap ip id 1 dst 192.0.2.9 geneve_opts 258:128:00000001,1:2:0011223344556677
	kept 10.3.0.0/16 encap ip id 1 dst 192.0.2.9 vxlan_opts 456
	kept 10.4.0.0/16 encap ip id 1 dst 192.0.2.9 erspan_opts 1:123:0:0
	kept 10.5.0.0/16 encap ip id 1 dst 192.0.2.9 erspan_opts 2:0:1:63
	kept 10.6.0.0/16 encap ip6 id 1 dst 2001:db8::9 geneve_opts 258:128:00000001
	round_trip H
}

@test "xfrm" {
	modprobe xfrm_interface
	need "encap xfrm" on H ip route add 10.9.0.0/16 dev d0 encap xfrm if_id 7
	on H ip route del 10.9.0.0/16
	kept 10.1.0.0/16 encap xfrm if_id 7
	kept 10.2.0.0/16 encap xfrm if_id 7 link_dev d0
	family=6 kept 2001:db8:9::/48 encap xfrm if_id 4294967295
	round_trip H
}

@test "seg6 with a key" {
	need "keys of seg6" on H bash -c 'echo secret | ip sr hmac set 7 sha256'
	family=6 kept 2001:db8:9::/48 encap seg6 mode encap segs 2001:db8:1::8 hmac 7
	status 0 on H iproute show 2001:db8:9::/48
	has 'hmac 7'
	round_trip H
}

@test "seg6local with a VRF's class" {
	need vrf ip -n H link add name v0 type vrf table 100
	ip -n H link set dev v0 up
	on H sysctl -qw net.vrf.strict_mode=1
	local action
	for action in End.DT4 End.DT6 End.DT46; do
		family=6 kept 2001:db8:9::/48 encap seg6local action "$action" vrftable 100
		status 0 on H iproute del 2001:db8:9::/48
	done
}

@test "types that a kernel may not have: kept, or refused under the word" {
	local words got
	for words in 'rpl segs 2001:db8:1::8,2001:db8:1::9' \
		'ioam6 freq 1/1 mode inline trace prealloc type 0x800000 ns 1 size 12' \
		'ioam6 freq 1/2 mode encap tundst 2001:db8:1::9 trace prealloc type 0x800000 ns 0 size 4' \
		'ila 2001:db8:0:1 csum-mode no-action ident-type luid hook-type output'; do
		got=0
		output=$(eval "on H iproute add 2001:db8:9::/48 encap $words dev d0" 2>&1) || got=$?
		if [ "$got" = 0 ]; then
			status 0 on H iproute show 2001:db8:9::/48
			has "encap $words"
			status 0 on H iproute del 2001:db8:9::/48
		else
			[ "$got" = 2 ]
			has 'not supported'
			marked "${words%% *}"
		fi
	done
}
