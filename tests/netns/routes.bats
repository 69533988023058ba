#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every type of route that the kernel takes: added in our words, listed in the same words and added again as
# listed; and what `ip` says of the state they left.

load lib
export read_by_libnl=1

setup() {
	lone h
}

iproute_h() {
	on h iproute "$@"
}

clear() {
	on h ip route flush table 77 2>/dev/null || true
	on h ip -6 route flush table 77 2>/dev/null || true
}

# kept LINE [LISTED]: `add LINE class 77` is listed as LISTED (LINE itself), which can be added as it stands.
kept() {
	local line=$1 listed=${2:-$1}
	# shellcheck disable=SC2086 # words
	status 0 iproute_h add class 77 $line
	status 0 iproute_h show class 77
	same "$listed"
	clear
	# shellcheck disable=SC2086
	status 0 iproute_h add $listed
	status 0 iproute_h show class 77
	same "$listed"
}

# as_ip: `route show` under ip's name gives what ip gives, in text and JSON.
as_ip() {
	local family options wanted
	for family in -4 -6; do
		for options in '-o -s' '-d -j' -N; do
			# shellcheck disable=SC2086 # words; a table that no route was ever in is no case for this test
			wanted=$(on h ip $family $options route show table 77 2>/dev/null) || continue
			# shellcheck disable=SC2086
			output=$(on h iproute $family $options route show table 77)
			same "$wanted"
		done
	done
}

# ip_says TEXT: what `ip` lists in table 77.
ip_says() {
	output=$(on h ip -d route show table 77; on h ip -6 -d route show table 77 2>/dev/null || true)
	has "$1"
	as_ip
	clear
}

@test "nexthops" {
	kept '10.0.0.0/8 nexthop gw 192.0.2.9 dev eth0 weight 2 nexthop via 198.51.100.9 dev eth1' \
		'10.0.0.0/8 class 77 nexthop gw 192.0.2.9 dev eth0 weight 2 nexthop gw 198.51.100.9 dev eth1 weight 1'
	ip_says 'nexthop via 192.0.2.9 dev eth0 weight 2'
	status 0 iproute_h add 10.0.0.0/8 nexthop gw 192.0.2.9 nexthop gw 198.51.100.9 class 77
	status 0 iproute_h -ensure add 10.0.0.0/8 nexthop gw 192.0.2.9 nexthop gw 198.51.100.9 class 77
	has unchanged
	status 2 iproute_h add 10.0.0.0/8 nexthop gw 192.0.2.9 nexthop gw 192.0.2.8 class 77
	has 'nexthop gw 192.0.2.9 dev eth0 weight 1 nexthop gw 198.51.100.9 dev eth1 weight 1'
	status 3 iproute_h del 10.0.0.0/8 nexthop gw 192.0.2.9 class 77
	# shellcheck disable=SC2016 # words of a message
	has 'name all of them, or none, to delete it; `replace` with the others removes one'
	status 0 iproute_h del 10.0.0.0/8 nexthop gw 192.0.2.9 nexthop gw 198.51.100.9 class 77
	kept '10.0.0.0/8 nexthop gw 203.0.113.1 dev eth0 onlink nexthop dev eth1 weight 256' \
		'10.0.0.0/8 class 77 nexthop gw 203.0.113.1 dev eth0 weight 1 onlink nexthop dev eth1 weight 256'
	ip_says 'nexthop via 203.0.113.1 dev eth0 weight 1 onlink'
	kept '10.0.0.0/8 nexthop gw 192.0.2.9 realms 3/5 nexthop gw 192.0.2.8 realm 4' \
		'10.0.0.0/8 class 77 nexthop gw 192.0.2.9 realms 3/5 dev eth0 weight 1 nexthop gw 192.0.2.8 realm 4 dev eth0 weight 1'
	ip_says 'nexthop via 192.0.2.9 realms 3/5 dev eth0 weight 1'
	kept '2001:db8:9::/48 nexthop gw 2001:db8:1::9 dev eth0 weight 3 nexthop gw fe80::1 dev eth1' \
		'2001:db8:9::/48 class 77 metric 1024 nexthop gw 2001:db8:1::9 dev eth0 weight 3 nexthop gw fe80::1 dev eth1 weight 1'
	ip_says 'nexthop via fe80::1 dev eth1 weight 1'
}

@test "a router of the other family" {
	kept '10.0.0.0/8 via inet6 2001:db8:1::9 dev eth0' '10.0.0.0/8 via inet6 2001:db8:1::9 dev eth0 class 77'
	ip_says '10.0.0.0/8 via inet6 2001:db8:1::9 dev eth0'
	kept '10.0.0.0/8 nexthop via inet6 fe80::1 dev eth0 nexthop gw 198.51.100.9' \
		'10.0.0.0/8 class 77 nexthop via inet6 fe80::1 dev eth0 weight 1 nexthop gw 198.51.100.9 dev eth1 weight 1'
	ip_says 'nexthop via inet6 fe80::1 dev eth0 weight 1'
}

@test "a nexthop object" {
	need "nexthop objects" ip -n h nexthop add id 7 via 192.0.2.9 dev eth0
	status 0 iproute_h add 10.0.0.0/8 nhid 7 class 77
	status 0 iproute_h show class 77
	same '10.0.0.0/8 nhid 7 class 77'
	status 0 iproute_h -d show class 77
	same '10.0.0.0/8 nhid 7 gw 192.0.2.9 dev eth0 class 77 proto boot scope global'
	status 2 iproute_h add 10.0.0.0/8 nhid 8 class 77
	marked 8
	status 255 iproute_h add 10.1.0.0/16 nhid 7 dev eth0 class 77
	marked 7
	status 0 iproute_h del 10.0.0.0/8 gw 192.0.2.9 class 77
	status 1 iproute_h show class 77
}

@test "realms" {
	kept '10.0.0.0/8 dev eth0 realm 3/5' '10.0.0.0/8 dev eth0 class 77 realms 3/5'
	ip_says 'realms 3/5'
}

@test "metrics" {
	kept '10.0.0.0/8 dev eth0 mtu lock 1400 window 16384 irtt 100ms rttvar 50ms ssthresh 64 cwnd 64 advmss lock 1400 reordering 5 hoplimit 32' \
		'10.0.0.0/8 dev eth0 class 77 mtu lock 1400 window 16384 irtt 100ms rttvar 50ms ssthresh 64 cwnd 64 advmss lock 1400 reordering 5 hoplimit 32'
	ip_says 'mtu lock 1400 window 16384 rtt 100ms rttvar 50ms ssthresh 64 cwnd 64 advmss lock 1400 reordering 5 hoplimit 32'
	kept '10.0.0.0/8 dev eth0 initcwnd 20 features ecn rto_min 5ms initrwnd 30 quickack 1 congctl lock reno fastopen_no_cookie 1' \
		'10.0.0.0/8 dev eth0 class 77 initcwnd 20 features ecn rto_min lock 5ms initrwnd 30 quickack 1 congctl lock reno fastopen_no_cookie 1'
	ip_says 'initcwnd 20 features ecn rto_min lock 5ms initrwnd 30 quickack 1 congctl lock reno'
	kept '2001:db8:9::/48 dev eth0 irtt 1.5s congctl cubic' '2001:db8:9::/48 dev eth0 class 77 metric 1024 irtt 1.5s congctl cubic'
	ip_says 'rtt 1.5s congctl cubic'
	status 2 iproute_h add 10.0.0.0/8 dev eth0 congctl nosuch
	marked nosuch
}

@test "what only IPv6 has" {
	kept '2001:db8:9::/48 from 2001:db8:8::/48 gw 2001:db8:1::9 pref high' \
		'2001:db8:9::/48 from 2001:db8:8::/48 gw 2001:db8:1::9 dev eth0 class 77 metric 1024 pref high'
	ip_says '2001:db8:9::/48 from 2001:db8:8::/48 via 2001:db8:1::9 dev eth0'
	status 0 iproute_h add 2001:db8:9::/48 dev eth0 expires 1000 class 77
	status 0 iproute_h show class 77
	[[ $output =~ ^'2001:db8:9::/48 dev eth0 class 77 metric 1024 expires '(999|1000)s$ ]]
	ip_says 'expires'
}

@test "every type" {
	local type
	for type in drop reject prohibit throw; do
		kept "$type 10.0.0.0/8" "$type 10.0.0.0/8 class 77"
		ip_says '10.0.0.0/8'
		kept "$type 2001:db8:9::/48" "$type 2001:db8:9::/48 dev lo class 77 metric 1024"
		ip_says '2001:db8:9::/48'
	done
	for type in local broadcast multicast anycast; do
		kept "$type 10.0.0.1 dev eth0" "$type 10.0.0.1 dev eth0 class 77"
		ip_says 'dev eth0'
		kept "$type 2001:db8:9::1 dev eth0" "$type 2001:db8:9::1 dev eth0 class 77 metric 1024"
		ip_says 'dev eth0'
	done
	kept "type nat 2001:db8:9::1 dev eth0" "type nat 2001:db8:9::1 dev eth0 class 77 metric 1024"
	ip_says 'nat 2001:db8:9::1'
}

@test "what ip refuses in a list of nexthops" {
	status 255 iproute_h route add default nexthop via 192.0.2.9 metric 5
	has '"nexthop" or end of line is expected instead of "metric"'
	status 255 iproute_h route add default nexthop
	has 'unexpected end of line after "nexthop"'
	status 255 iproute_h route add default nexthop via 192.0.2.9 weight 257
	status 255 iproute_h route add default nexthop via 192.0.2.9 dev nosuch
	has 'cannot parse nexthop'
}

@test "a rule's own route with nexthops" {
	status 0 iproute_h addrule from 10.1.0.0/16 route nexthop gw 192.0.2.9 nexthop gw 198.51.100.9 weight 3
	status 0 iproute_h showrules from 10.1.0.0/16
	has 'route nexthop gw 192.0.2.9 dev eth0 weight 1 nexthop gw 198.51.100.9 dev eth1 weight 3'
	status 0 iproute_h -r
	has 'own nexthop gw 192.0.2.9 dev eth0 weight 1 nexthop gw 198.51.100.9 dev eth1 weight 3'
	status 0 iproute_h delrule from 10.1.0.0/16 route nexthop gw 192.0.2.9 nexthop gw 198.51.100.9 weight 3
	status 1 on h bash -c 'ip route show table all | grep nexthop'
}

@test "a single nexthop is a plain route, and known again" {
	status 0 iproute_h add 10.0.0.0/8 nexthop gw 192.0.2.9 weight 5
	status 0 iproute_h -ensure add 10.0.0.0/8 nexthop gw 192.0.2.9 weight 5
	has unchanged
	status 0 iproute_h show 10.0.0.0/8
	same '10.0.0.0/8 gw 192.0.2.9 dev eth0 class main'
}

@test "the simple list says where the packets of several nexthops go" {
	status 0 iproute_h add default nexthop gw 192.0.2.9 nexthop gw 198.51.100.9
	for words in 'dev eth1' 'gw 192.0.2.9' 'gw 198.51.100.9 dev eth1' 'nexthop gw 198.51.100.9'; do
		# shellcheck disable=SC2086
		status 0 iproute_h show default $words
		has 'default class main nexthop gw 192.0.2.9 dev eth0 weight 1 nexthop'
	done
	status 1 iproute_h show default gw 192.0.2.9 dev eth1
	status 1 iproute_h show default nexthop gw 192.0.2.9 dev eth1
	status 0 iproute_h
	has '254 nexthop gw 192.0.2.9 dev eth0 weight 1 nexthop gw 198.51.100.9 dev eth1 weight 1'
	status 2 iproute_h add 10.0.0.0/8 nexthop gw 192.0.2.9 nexthop gw 203.0.113.9
	marked 203.0.113.9
}

@test "what the kernel forgets is undone, and named" {
	local line
	for line in '10.0.0.0/8 dev eth0 as 10.9.0.0' '10.0.0.0/8 dev eth0 expires 30' '10.0.0.0/8 dev eth0 pref low' \
		'10.0.0.0/8 dev eth0 ttl-propagate enabled' '10.0.0.0/8 dev eth0 attr 99=0x01' \
		'2001:db8:9::/48 dev eth0 realm 5' '2001:db8:9::/48 dev eth0 scope link' \
		'2001:db8:9::/48 dev eth0 as 2001:db8:9::' '2001:db8:9::/48 dev eth0 ttl-propagate disabled'; do
		# shellcheck disable=SC2086 # words
		status 2 iproute_h add $line
		read -ra word <<<"$line"
		has "\"${word[3]}\""
		status 1 iproute_h show "${word[0]}"
	done
}
