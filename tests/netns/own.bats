#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Ten thousand rules with a gateway each, ten by each command, by two shells at once.

load lib

# many HOST NET: 5000 rules of 10.NET.x.y, each with its own gateway, ten by each command.
many() {
	# shellcheck disable=SC2016 # expanded inside
	on "$1" bash -c '
		for ((i = 0; i < 5000; i += 10)); do
			for ((j = i; j < i + 10; j++)); do
				echo "addrule pref $((30000 - j)) from 10.$1.$((j / 250)).$((j % 250)) route gw 192.0.2.$((2 + j % 200))"
			done | iproute batch - || exit
		done' bash "$2"
}

private_classes() {
	on r iproute -d -N show | sed -n 's/^default .* class \(2147[0-9]*\).*/\1/p'
}

@test "10,000 rules with a gateway each, by two loops at once" {
	heavy
	lone r
	many r 1 &
	local first=$!
	many r 2
	wait "$first"
	[ "$(on r iproute showrules from root 10.0.0.0/8 | grep -c ' route gw 192.0.2.')" = 10000 ]
	[ "$(on r iproute -r | grep -c ' own gw 192.0.2.')" = 10000 ]
	# No two share a class.
	[ "$(private_classes | wc -l)" = 10000 ]
	[ "$(private_classes | sort | uniq -d | wc -l)" = 0 ]
	[ "$(on r ip rule | sed -n 's/.*lookup \(2147[0-9]*\).*/\1/p' | sort | uniq -d | wc -l)" = 0 ]
	# Each still has the gateway of its words.
	status 0 on r iproute showrules from 10.1.7.9
	same 'pref 28241 from 10.1.7.9 route gw 192.0.2.161 dev eth0'
	# One goes with its class, and all go with theirs.
	on r iproute delrule from 10.1.7.9
	[ "$(private_classes | wc -l)" = 9999 ]
	on r iproute delrule all from root 10.0.0.0/8
	[ "$(private_classes | wc -l)" = 0 ]
	status 0 on r iproute -r
	[ "$(wc -l <<<"$output")" = 5 ]
}

@test "the kernel keeps private classes apart by a metric that no listing shows" {
	lone p
	on p iproute addrule from 10.1.0.0/16 route gw 192.0.2.9
	on p iproute addrule from 10.2.0.0/16 route gw 192.0.2.9 metric 5
	status 0 on p iproute showrules from 10.1.0.0/16
	same 'pref 32765 from 10.1.0.0/16 route gw 192.0.2.9 dev eth0'
	status 0 on p iproute showrules from 10.2.0.0/16
	same 'pref 32764 from 10.2.0.0/16 route gw 192.0.2.9 dev eth0 metric 5'
	status 0 on p ip route show table 2147483648
	has 'metric 2147483648'
	on p iproute delrule from 10.1.0.0/16
	on p iproute delrule from 10.2.0.0/16
	status 0 on p ip route show table all type unicast
	lacks 'table 2147'
}
