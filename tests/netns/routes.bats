#!/usr/bin/env bats
# Every sort of route that the kernel takes: added in our words, listed in the same words and added again as
# listed; and what `ip` says of the state they left.

load lib

setup() {
	lone h
}

iproute_h() {
	on h iproute "$@"
}

clear() {
	on h ip route flush table 77
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

# ip_says TEXT: what `ip` lists in table 77.
ip_says() {
	output=$(on h ip -d route show table 77; on h ip -6 -d route show table 77 2>/dev/null || true)
	has "$1"
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
	status 0 iproute_h del 10.0.0.0/8 nexthop gw 192.0.2.9 class 77
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
	status 2 iproute_h add 10.1.0.0/16 nhid 7 dev eth0 class 77
	marked 7
	status 0 iproute_h del 10.0.0.0/8 gw 192.0.2.9 class 77
	status 1 iproute_h show class 77
}

@test "realms" {
	kept '10.0.0.0/8 dev eth0 realm 3/5' '10.0.0.0/8 dev eth0 class 77 realms 3/5'
	ip_says 'realms 3/5'
}
