#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What show and showrules select.

load lib

setup() {
	lone r
	on r ip nexthop add id 5 via 198.51.100.9 dev eth1
	local line
	while read -r line; do
		# shellcheck disable=SC2086 # words
		on r iproute add $line
	done <<-'END'
		10.1.0.0/16 gw 192.0.2.9 class 250 metric 5
		10.1.2.0/24 gw 198.51.100.9 class 250 proto static
		10.1.2.3 dev eth0 class 251 scope host src 192.0.2.1
		10.2.0.0/16 nexthop gw 192.0.2.7 weight 3 nexthop gw 198.51.100.7
		10.3.0.0/16 reject
		10.4.0.0/16 dev eth1 tos 10 realm 3/5
		10.5.0.0/16 nhid 5
		10.6.0.0/16 via inet6 2001:db8:1::9
		2001:db8:5::/48 gw 2001:db8:1::9
		2001:db8:6::/48 nexthop gw 2001:db8:1::7 nexthop gw 2001:db8:1::8
	END
}

# selects "DST…" WORDS…: show lists just these destinations.
selects() {
	local wanted=$1
	shift
	status "$([ -n "$wanted" ] && echo 0 || echo 1)" on r iproute show "$@"
	[ -n "$wanted" ] || return 0
	output=$(on r iproute -j show "$@" | grep -o '"dst":"[^"]*"' | cut -d'"' -f4 | tr '\n' ' ')
	[ "$output" = "$wanted " ] || { echo "show $*: '$output'"; return 1; }
}

@test "show: destinations" {
	selects '10.1.0.0/16' 10.1.0.0/16
	selects '10.1.0.0/16' exact 10.1.0.0/16
	selects '10.1.0.0/16 10.1.2.0/24 10.1.2.3' root 10.1.0.0/16
	selects '10.1.0.0/16 10.1.2.0/24 10.1.2.3' match 10.1.2.3
	selects '10.1.2.0/24 10.1.2.3' root 10.1.2.0/24 match 10.1.2.3
	selects '10.1.0.0/16 10.1.2.0/24' match 10.1.2.0/24 root 10.0.0.0/8
	selects '10.1.0.0/16' root 10.1.0.0/16 match 10.1.0.0/16
	# A prefix alone gives both halves, as in ip; root and match then replace one of them.
	selects '10.1.0.0/16 10.1.2.0/24' 10.1.2.0/24 root 10.0.0.0/8
	selects '10.1.0.0/16 10.1.2.0/24' exact 10.1.2.0/24 root 10.0.0.0/8
	selects '10.1.0.0/16 10.1.2.0/24 10.1.2.3' 10.1.0.0/16 match 10.1.2.3
	selects '10.1.0.0/16 10.1.2.0/24 10.1.2.3' to exact 10.1.0.0/16 match 10.1.2.3
	selects '' 203.0.113.9 root 10.0.0.0/8
	selects '10.1.0.0/16' 10.1.0.0/16 root 10.1.0.0/16
	selects '2001:db8:5::/48' 2001:db8:5::1 root 2001:db8::/32
	status 255 on r iproute show 10.1.2.0/24 root 10.0.0.0/8 match 10.1.2.3
	marked match
	status 255 on r iproute show 10.1.2.0/24 root 10.0.0.0/8 root 10.1.0.0/16
	marked root
	status 255 on r iproute show 10.1.2.0/24 match 10.1.2.3 exact 10.1.0.0/16
	marked exact
	status 255 on r iproute show root 10.0.0.0/8 root 10.1.0.0/16
	marked root
	status 255 on r iproute show match 10.1.2.3 10.1.0.0/16
	marked 10.1.0.0/16
	has 'the destination is given already'
	selects '' 10.1.0.0/17
	selects '2001:db8:5::/48 2001:db8:6::/48' root 2001:db8:4::/46
}

@test "show: classes and families" {
	selects '10.1.0.0/16 10.1.2.0/24' class 250
	selects '10.1.2.3' table 251
	selects '' class 252
	[ "$(on r iproute show class all | wc -l)" -gt "$(on r iproute show | wc -l)" ]
	[ "$(on r iproute show all)" = "$(on r iproute show class all)" ]
	[ "$(on r iproute -l | wc -l)" = "$(($(on r iproute -4 show all | wc -l) + 2))" ]
	selects '127.0.0.0/8 127.0.0.1 127.255.255.255 ::1' class local dev lo
	status 0 on r iproute -6 show
	has 2001:db8
	fails grep '^10\.' <<<"$output"
	status 0 on r iproute -4 show
	has 10.1.0.0/16
	fails grep '^2001' <<<"$output"
}

@test "show: devices and gateways, also those of one nexthop among several" {
	selects '10.1.2.0/24 10.2.0.0/16 10.5.0.0/16' via 198.51.100.0/24
	selects '10.1.2.0/24 10.5.0.0/16' gw 198.51.100.9
	selects '10.2.0.0/16' via 198.51.100.7
	selects '10.2.0.0/16' via 198.51.100.7 dev eth1
	selects '' via 198.51.100.7 dev eth0
	selects '10.1.2.0/24 10.2.0.0/16 10.4.0.0/16 10.5.0.0/16 198.51.100.0/24' dev eth1
	selects '2001:db8:5::/48' via 2001:db8:1::9
	selects '10.6.0.0/16 2001:db8:5::/48' via inet6 2001:db8:1::9
	selects '2001:db8:5::/48 2001:db8:6::/48' via 2001:db8:1::/64
	selects '10.6.0.0/16 2001:db8:5::/48 2001:db8:6::/48' via inet6 2001:db8:1::/64
	selects '2001:db8:6::/48' nexthop gw 2001:db8:1::8
	selects '10.5.0.0/16' nhid 5
}

@test "show: everything else" {
	selects '10.1.2.0/24' proto static
	selects '10.3.0.0/16' reject
	selects '10.3.0.0/16' type unreachable
	selects '10.1.2.3' scope host dev eth0
	selects '10.1.2.3 192.0.2.0/24' src 192.0.2.1
	selects '10.1.2.3 192.0.2.0/24' src 192.0.2.0/24
	selects '10.4.0.0/16' tos 10
	selects '10.4.0.0/16' realm 3/5
	selects '10.1.0.0/16' metric 5
	selects '' cache
	status 255 on r iproute show via 198.51.100.1/24
	marked 198.51.100.1/24
}

@test "show cache: what the kernel learnt" {
	fresh s t
	wire s 203.0.113.1/24 r 203.0.113.2/24
	wire s 203.0.114.1/24 t 203.0.114.2/24
	settled r
	on s sysctl -qw net.ipv4.ip_forward=1
	ip -n s link set dev t mtu 1000
	on r ip route add 203.0.114.0/24 via 203.0.113.1
	on t ip route add default via 203.0.114.1
	fails on r ping -c 2 -i 0.2 -W 20 -M do -s 1300 203.0.114.2
	status 0 on r iproute show cache 203.0.114.2
	has '203.0.114.2 gw 203.0.113.1 dev s class main'
	has 'mtu 1000'
	[ "$(wc -l <<<"$output")" = 1 ]
	status 255 on r iproute flush cache
	has route.flush
	ip netns del s
	ip netns del t
}

# rules "PREF…" WORDS…
rules() {
	local wanted=$1
	shift
	output=$(on r iproute -j showrules "$@" | grep -o '"pref":[0-9]*' | cut -d: -f2 | tr '\n' ' ')
	[ "$output" = "$wanted${wanted:+ }" ] || { echo "showrules $*: '$output'"; return 1; }
}

@test "showrules: every selector selects" {
	need "dscp in rules" on r iproute addrule pref 99 dscp 1 nop
	on r iproute delrule pref 99
	local line pref=100
	while read -r line; do
		# shellcheck disable=SC2086
		on r iproute addrule pref $pref $line
		pref=$((pref + 1))
	done <<-'END'
		from 10.1.0.0/16 class 7
		to 10.2.0.0/16 class 8
		from 10.1.2.0/24 tos 10 class 7
		fwmark 1/3 prohibit
		dev eth0 goto 32766
		oif eth1 nop
		not from 10.9.0.0/16 class 9 proto static
		ipproto tcp sport 1-99 dport 80 class 7
		uidrange 0-0 dscp EF class 7
		class main suppress_prefixlength 0
		from 10.7.0.0/16 route gw 192.0.2.9
	END
	rules '100' from 10.1.0.0/16
	rules '100 102' from root 10.1.0.0/16
	rules '100 102 107 108' from match 10.1.2.0/24 class 7
	rules '101' to 10.2.0.0/16
	rules '102' tos 10
	rules '103' fwmark 1/3
	rules '103' prohibit
	rules '104' dev eth0
	rules '104' goto 32766
	rules '105' oif eth1
	rules '105' nop
	rules '106' not
	rules '106' proto static
	rules '107' ipproto tcp
	rules '107' sport 1-99
	rules '107' dport 80
	rules '108' uidrange 0-0
	rules '108' dscp EF
	rules '109' suppress_prefixlength 0
	rules '109 32766' -4 class main 2>/dev/null || rules '109 32766 32766' class main
	rules '110' route gw 192.0.2.9
	rules '100 102 107 108' class 7
	rules '' class 77
}
