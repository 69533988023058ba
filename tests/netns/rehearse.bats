#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# rehearse: apply, played in a copy of the network namespace; nothing changes here.

load lib

setup() {
	lone r
	cd "$BATS_TEST_TMPDIR"
	on r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth1.rp_filter=0
	ip -n r link add br0 type bridge
	ip -n r link set eth1p master br0
	ip -n r route add 10.1.0.0/16 dev eth1
	ip -n r route add 10.5.0.0/16 via 192.0.2.9 proto bird
	ip -n r rule add pref 7 from 10.77.0.0/16 table 7
	ip -n r -6 route add 2001:db8:5::/48 via 2001:db8:1::9
	on r iproute addrule from 10.6.0.0/16 pref 60 route gw 192.0.2.6 masq
	cat >policy <<-'EOF'
		add default gw 192.0.2.2 class 250
		addrule from 10.1.0.0/16 class 250 pref 200
		expect 203.0.113.9 from 10.1.0.1 iif eth1 via 192.0.2.2
		expect 203.0.113.9 from 10.6.0.1 iif eth1 via 192.0.2.6 masq
	EOF
}

state() {
	on r ip -d link
	on r ip addr
	on r ip rule
	on r ip -6 rule
	on r ip route show table all
	on r ip -6 route show table all
	on r nft list ruleset
}

@test "the packets that would be treated differently; nothing changes here" {
	state >before
	status 0 on r iproute rehearse policy
	has '# 2 added, 0 changed, 0 removed'
	has 'from 10.1.0.0/16: no route -> class 250 gw 192.0.2.2 dev eth0'
	lacks '10.5.0.0'
	lacks 'the copy lacks'
	state | diff before -
	status 0 on r iproute -j rehearse policy
	status 0 jq -r '.[] | select(.before == "no route") | .packets' <<<"$output"
	has 'from 10.1.0.0/16'
	status 0 on r iproute apply policy
	status 0 on r iproute rehearse policy
	same '# 0 added, 0 changed, 0 removed'
}

address_is_there() {
	on r ip -6 route show table local | grep -q '^local 2001:db8:1::1 '
}

# The kernel makes some routes in its own time, when it notices a carrier or an address.
@test "the copy has the routes that the kernel makes by itself, in the order in which the links came up" {
	local try
	ip -n r link set dev eth0 down
	ip -n r link set dev eth0 up
	settled r
	ip -n r addr add 2001:db8:1::1/64 dev eth0 nodad
	until_true 20 address_is_there
	output=$(on r ip -6 route show table local type multicast | grep -o 'eth[01] ')
	same $'eth1 \neth0 '
	: >empty
	for try in {1..5}; do
		status 0 on r iproute rehearse empty
		same '# 0 added, 0 changed, 0 removed'
	done
}

@test "the kernel's refusal, by the line; an expect line that does not hold" {
	state >before
	cp policy refused
	echo 'add 10.7.0.0/16 gw 10.99.0.1' >>refused
	status 2 on r iproute rehearse refused
	has 'refused:5: kernel: Nexthop has invalid gateway'
	marked 10.99.0.1
	sed -i 's/via 192.0.2.2$/via 192.0.2.3/' policy
	status 1 on r iproute rehearse policy
	has 'expect 203.0.113.9 from 10.1.0.1 iif eth1 via 192.0.2.3 does not hold'
	state | diff before -
}

@test "an ordinary user may rehearse where user namespaces are allowed" {
	every_user || skip 'one user only'
	setpriv --reuid 12345 --regid 12345 --clear-groups unshare -rn true 2>/dev/null ||
		skip 'no user namespaces'
	sed -i /masq/d policy
	on r iproute delrule pref 60
	status 0 on r setpriv --reuid 12345 --regid 12345 --clear-groups "$(command -v iproute)" rehearse - <policy
	has '# 2 added, 0 changed, 0 removed'
}

@test "what the copy lacks is said" {
	ip -n r route add 203.0.113.77 dev eth0
	ip -n r route add 10.9.0.0/16 via 203.0.113.77
	ip -n r route del 203.0.113.77
	status 0 on r iproute rehearse policy
	has 'warning: the copy lacks 1 routes or rules that cannot be made there'
}
