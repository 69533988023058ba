# SPDX-License-Identifier: GPL-2.0-or-later
# The machine of the policy files in examples/, in network namespaces.
#
#   o 10.1.0.8 (.9: the printer) -- lan0 10.1.0.1 \     / eth0 192.0.2.1 ----- a 192.0.2.2
#   g 10.2.0.8 ------------------- lan1 10.2.0.1 -- r -- eth1 198.51.100.1 -- b 198.51.100.2
#                                                     \ wg0 10.8.0.1 ------- v 10.8.0.2
#
# a, b and v all have 203.0.113.9 and 2001:db8:f::9. The default route of r, in main, goes to a.
# shellcheck shell=bash

recipe_lab() {
	local host
	fresh o g r a b v
	for host in o g r a b v; do
		on "$host" sysctl -qw net.ipv6.conf.default.addr_gen_mode=1 net.ipv6.conf.default.accept_dad=0
	done
	wire o 10.1.0.8/24 r 10.1.0.1/24 eth0 lan0
	wire g 10.2.0.8/24 r 10.2.0.1/24 eth0 lan1
	wire r 192.0.2.1/24 a 192.0.2.2/24 eth0 eth0
	wire r 198.51.100.1/24 b 198.51.100.2/24 eth1 eth0
	wire r 10.8.0.1/24 v 10.8.0.2/24 wg0 eth0
	ip -n o addr add 10.1.0.9/24 dev eth0
	ip -n o route add default via 10.1.0.1
	ip -n g route add default via 10.2.0.1
	ip -n a route add default via 192.0.2.1
	ip -n b route add default via 198.51.100.1
	ip -n v route add default via 10.8.0.1
	ip -n r addr add 2001:db8:1::1/64 dev eth0
	ip -n r addr add 2001:db8:8::1/64 dev wg0
	ip -n a addr add 2001:db8:1::2/64 dev eth0
	ip -n v addr add 2001:db8:8::2/64 dev eth0
	for host in a b v; do
		ip -n "$host" addr add 203.0.113.9/32 dev lo
		ip -n "$host" addr add 2001:db8:f::9/128 dev eth0
	done
	on r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratemask=0 \
		net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	for host in eth0 eth1 wg0 lan0 lan1; do
		on r sysctl -qw "net.ipv4.conf.$host.rp_filter=0"
	done
	ip -n r route add default via 192.0.2.2
	ip -n r route add default via 2001:db8:1::2
	settled r
}

# recipe_lab6: adds IPv6 to o and g (fd00:1:0:1::8, fd00:1:0:2::8) and to b; a and b route nothing but what they know.
recipe_lab6() {
	local host
	for host in o g r a b; do
		on "$host" sysctl -qw net.ipv6.conf.all.forwarding=1
	done
	ip -n o addr add fd00:1:0:1::8/64 dev eth0 nodad
	ip -n r addr add fd00:1:0:1::1/64 dev lan0 nodad
	ip -n g addr add fd00:1:0:2::8/64 dev eth0 nodad
	ip -n r addr add fd00:1:0:2::1/64 dev lan1 nodad
	ip -n r addr add 2001:db8:2::1/64 dev eth1 nodad
	ip -n b addr add 2001:db8:2::2/64 dev eth0 nodad
	for host in lan0 lan1 eth0 eth1; do
		ip -n r addr add "fe80::1/64" dev "$host" nodad
	done
	for host in o g a b; do
		ip -n "$host" addr add fe80::9/64 dev eth0 nodad
	done
	ip -n o -6 route add default via fd00:1:0:1::1
	ip -n g -6 route add default via fd00:1:0:2::1
	ip -n a -6 route add default via 2001:db8:1::1
	ip -n b -6 route add default via 2001:db8:2::1
	ip -n r -6 route add default via 2001:db8:2::2 metric 2048
	settled r
}

# apply_recipe FILE [OPTION…]: plans, applies, and applies the file again, as a user would; with -confirm, confirms it.
apply_recipe() {
	local file=$1
	shift
	cp "${top_srcdir:?}"/examples/*.policy "$top_srcdir"/examples/*.lines .
	status 1 on r iproute plan "$file"
	status 0 on r iproute "$@" apply "$file"
	has ' added, 0 changed, 0 removed'
	[ $# = 0 ] || status 0 on r iproute confirm
	status 0 on r iproute plan "$file"
	same ''
	status 0 on r iproute apply "$file"
	same unchanged
}

# goes HOST FROM TO [PING-OPTION…]: FROM, a host of the lab, pings TO and HOST answers, within $limit seconds.
goes() {
	local host=$1 from=$2 to=$3 family='' before
	shift 3
	[[ $to != *:* ]] || family=6
	before=$(received "$host" $family)
	status 0 on "$from" ping -q -c1 -W "${limit:-20}" "$@" "$to"
	[ "$(received "$host" $family)" -gt "$before" ] ||
		{ echo "$to from $from ($*) is not seen by $host"; return 1; }
}

# refused FROM TO TEXT [PING-OPTION…]: instead of an answer FROM gets this text; "": no answer, or nothing is sent.
refused() {
	local from=$1 to=$2 text=$3 wait=20
	shift 3
	# That nothing comes is waited for shortly.
	[[ -n $text && $text != *loss* ]] || wait=1
	output=$(on "$from" ping -c1 -w "$wait" "$@" "$to" 2>&1) && { echo "$to answers $from: $output"; return 1; }
	has "$text"
}
