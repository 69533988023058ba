#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Routes and rules of every kind, as we list them and as another program reads them: tests/peer/reader.c.

load lib

setup() {
	need "libnl-route-3" test -x "${top_builddir:?}/tests/peer/reader"
	need "jq" command -v jq
	lone n
}

# take LINE…: each by our own words.
take() {
	printf '%s\n' "$@" >"$BATS_TEST_TMPDIR/lines"
	on n iproute batch "$BATS_TEST_TMPDIR/lines"
}

@test "routes of IPv4" {
	on n ip nexthop add id 7 via 192.0.2.7 dev eth0
	take 'add 10.1.0.0/16 gw 192.0.2.2' 'add 10.2.0.0/16 dev eth1 metric 5 proto static' \
		'add 10.3.0.0/16 reject' 'add 10.4.0.0/16 drop class 9' 'add 10.5.0.0/16 prohibit metric 7' \
		'add 10.6.0.0/16 throw class 4294967295' 'add local 10.7.0.0/16 dev eth0' \
		'add broadcast 10.8.0.1 dev eth0' 'add multicast 239.0.0.0/8 dev eth0' \
		'add 10.9.0.0/16 gw 192.0.2.2 tos 10 src 192.0.2.1 scope site realm 3/5' \
		'add 10.10.0.0/16 gw 10.99.0.1 dev eth0 onlink' 'add 10.11.0.0/16 gw inet6 2001:db8:1::2 dev eth0' \
		'add 10.12.0.0/16 nexthop gw 192.0.2.2 weight 3 realm 5 nexthop gw 198.51.100.2 dev eth1 nexthop gw inet6 fe80::1 dev eth0' \
		'add 10.13.0.0/16 gw 192.0.2.2 mtu lock 1400 window 1000 irtt 100ms rttvar 50ms ssthresh 9 cwnd lock 4' \
		'add 10.14.0.0/16 gw 192.0.2.2 advmss 1360 reordering 5 hoplimit 9 initcwnd 10 rto_min 5ms initrwnd 20 quickack 1' \
		'add 10.15.0.0/16 gw 192.0.2.2 features ecn congctl reno fastopen_no_cookie 1 mtu lock 0' \
		'add 10.16.0.0/16 nhid 7' 'add default gw 192.0.2.254' 'add default gw 192.0.2.253 metric 9 class 100'
	libnl_agrees n
	[ "$(on n "${top_builddir:?}/tests/peer/reader" routes 4 | wc -l)" -gt 20 ]
}

@test "routes of IPv6" {
	take 'add 2001:db8:2::/64 gw 2001:db8:1::2' 'add 2001:db8:3::/64 gw fe80::2 dev eth0 metric 5 pref high' \
		'add 2001:db8:4::/64 reject' 'add 2001:db8:5::/64 drop class 9' 'add 2001:db8:6::/64 prohibit' \
		'add local 2001:db8:7::1 dev eth0' 'add anycast 2001:db8:8::1 dev eth0' \
		'add 2001:db8:9::/64 from 2001:db8:1::/64 gw 2001:db8:1::2' \
		'add 2001:db8:a::/64 nexthop gw 2001:db8:1::2 weight 2 nexthop gw 2001:db8:1::3' \
		'add 2001:db8:b::/64 gw 2001:db8:1::2 mtu lock 1400 hoplimit 9 proto static src 2001:db8:1::1' \
		'add 2001:db8:c::/64 gw 2001:db8:1::2 expires 600' '-6 add default gw 2001:db8:1::9 class 4000'
	libnl_agrees n
}

@test "rules" {
	take 'addrule pref 100 from 10.1.0.0/16 to 10.2.0.1 class 250' 'addrule pref 101 not tos 10 class 4294967295' \
		'addrule pref 102 fwmark 0x1/0xff dev eth0 oif eth9 drop' 'addrule pref 103 fwmark 5 reject' \
		'addrule pref 104 ipproto tcp sport 80 dport 1000-1999 prohibit' 'addrule pref 105 l3mdev' \
		'addrule pref 106 goto 200' 'addrule pref 107 nop proto static' 'addrule pref 108 from 10.4.0.0/16 action 200' \
		'addrule pref 109 uidrange 0-0 tun_id 3 class 10 suppress_prefixlength 0 suppress_ifgroup 7 realm 3/5' \
		'addrule pref 110 from 2001:db8::/32 class 10' 'addrule pref 111 to 2001:db8::1 tos b8 goto 300' \
		'addrule pref 112 from 10.3.0.0/16 route gw 192.0.2.2' '-6 addrule pref 113 fwmark 0/0xff reject'
	libnl_agrees n
	fails on n iproute addrule pref 114 dscp 46 sport 0x50/0xf0 class 10 || libnl_agrees n
	[ "$(on n "${top_builddir:?}/tests/peer/reader" rules 4 | wc -l)" -gt 12 ]
}

@test "what libnl sees differently is found" {
	on n iproute addrule pref 100 from 10.1.0.0/16 class 250
	PATH=$BATS_TEST_TMPDIR:$PATH fails libnl_disagrees
}

libnl_disagrees() {
	printf '#!/bin/sh\n%s "$@" | sed s/250/251/\n' "${top_builddir:?}/src/iproute" >"$BATS_TEST_TMPDIR/iproute"
	chmod +x "$BATS_TEST_TMPDIR/iproute"
	libnl_agrees n >/dev/null
}
