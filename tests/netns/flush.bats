#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# flush and flushrules: everything that fits, and nothing else.

load lib

setup() {
	lone r
}

lines() {
	wc -l <<<"$output"
}

@test "without a scope: refused, with a hint" {
	status 255 on r iproute flush
	has 'flush needs words that select routes'
	has 'flush all'
	status 255 on r iproute flushrules
	has 'flushrules all'
}

@test "flushrules: 4,000 rules leave exactly three" {
	seq 0 3999 | awk '{ print "rule add from 10.1." int($1 / 250) "." $1 % 250,
		"table", 100 + $1 % 3, "pref", 1000 + $1 }' | on r ip -batch -
	status 0 on r iproute -dry-run flushrules all
	[ "$(lines)" = 4001 ]
	has '# 4000 rules would be removed'
	status 0 on r iproute flushrules class 101
	same '1333 rules removed'
	status 0 on r iproute flushrules all
	same '2667 rules removed'
	status 0 on r ip rule
	same '0:	from all lookup local
32766:	from all lookup main
32767:	from all lookup default'
	status 0 on r iproute flushrules all
	same '0 rules removed'
}

@test "flushrules: a private class goes with its rule" {
	on r iproute addrule from 10.1.0.0/16 route gw 192.0.2.9
	on r iproute addrule from 10.2.0.0/16 route gw 192.0.2.8
	on r iproute addrule from 10.3.0.0/16 class 250
	on r iproute add default gw 192.0.2.9 class 250
	status 0 on r iproute flush all
	same '1 route removed'
	[ "$(on r ip route show table all | grep -c '^default')" = 2 ]
	status 0 on r iproute flushrules from root 10.0.0.0/8
	same '3 rules removed'
	[ "$(on r ip route show table all | grep -c '^default')" = 0 ]
}

@test "flushrules: the kernel's own rules only by their pref" {
	on r ip -6 rule add pref 5 table 200
	status 0 on r iproute -4 flushrules all
	same '0 rules removed'
	status 0 on r iproute flushrules class main
	same '0 rules removed'
	status 0 on r iproute flushrules class 200
	same '1 rule removed'
	status 0 on r iproute flushrules pref 32767
	same '1 rule removed'
	status 0 on r iproute -4 showrules
	same 'pref 0 class local
pref 32766 class main'
}

@test "flush: what fits, and never what the kernel made itself" {
	local before
	before=$(on r iproute -l)
	on r iproute add 10.1.0.0/16 gw 192.0.2.9 class 250
	on r iproute add 10.1.2.0/24 gw 192.0.2.9 class 250 static
	on r iproute add 10.2.0.0/16 dev eth1 class 251
	on r iproute add 10.3.0.0/16 reject
	on r iproute add 2001:db8:7::/48 gw 2001:db8:1::9
	status 0 on r iproute -dry-run flush root 10.1.0.0/16 class 250
	same 'del 10.1.2.0/24 gw 192.0.2.9 dev eth0 class 250 proto static
del 10.1.0.0/16 gw 192.0.2.9 dev eth0 class 250
# 2 routes would be removed'
	status 0 on r iproute -dry-run flush 203.0.113.9 root 10.0.0.0/8
	has '# 0 routes would be removed'
	status 0 on r iproute -dry-run flush 10.1.2.0/24 root 10.1.0.0/16 class 250
	has '# 2 routes would be removed'
	status 0 on r iproute flush class 250 proto static
	same '1 route removed'
	status 0 on r iproute flush dev eth1
	same '1 route removed'
	status 0 on r iproute flush reject
	same '1 route removed'
	status 0 on r iproute -6 flush all
	same '1 route removed'
	status 0 on r iproute flush class all
	same '1 route removed'
	status 0 on r iproute flush all
	has '0 routes removed'
	has 'the kernel made them itself; with `proto kernel` flush removes them'
	[ "$(on r iproute -l)" = "$before" ]
	status 0 on r iproute flush proto kernel dev eth1 class main
	same '1 route removed'
}

@test "flush: what stays is said, and what leaves by another device too" {
	on r ip route add 10.50.0.0/16 dev eth0 proto kernel table 5
	status 0 on r iproute flush class 5
	same '0 routes removed
# 1 stays: the kernel made it itself; with `proto kernel` flush removes it'
	status 0 on r iproute -dry-run flush class 5
	has '# 0 routes would be removed'
	status 0 on r iproute flush class 6
	same '0 routes removed'
	on r iproute add 10.51.0.0/16 class 7 nexthop gw 192.0.2.9 dev eth0 nexthop gw 198.51.100.9 dev eth1
	on r iproute add 10.52.0.0/16 class 7 nexthop gw 192.0.2.8 dev eth0 nexthop gw 192.0.2.9 dev eth0
	on r iproute add 10.53.0.0/16 class 7 gw 192.0.2.9
	status 0 on r iproute flush class 7 dev eth0
	same '3 routes removed
# 1 of these also had nexthops by other devices'
	on r iproute add 10.51.0.0/16 class 7 nexthop gw 192.0.2.9 dev eth0 nexthop gw 198.51.100.9 dev eth1
	status 0 on r iproute route flush table 7 dev eth1
	same 'Warning: 1 of these routes also had nexthops by other devices.'
	status 1 on r iproute show class 7
	on r ip route flush table 5
}

@test "flush: what somebody else removes meanwhile is no error" {
	heavy
	seq 0 19999 | awk '{
		print "route add 10." int($1 / 250) "." $1 % 250 ".0/24 dev eth0 table 77" }' |
		on r ip -batch -
	on r iproute flush class 77 >"$BATS_TEST_TMPDIR/one" &
	local first=$!
	status 0 on r iproute flush class 77
	wait "$first"
	[ -z "$(on r ip route show table 77 2>/dev/null)" ]
	# Each was counted once.
	[ "$(cat "$BATS_TEST_TMPDIR/one" - <<<"$output" | awk '{ n += $1 } END { print n }')" = 20000 ]
}
