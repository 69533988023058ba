#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Long tables: what is received while the parts before are read (netlink/ahead.c).

load lib

setup() {
	heavy
}

setup_file() {
	[ -z "${IN_VM:-}" ] || return 0
	lone long
	for i in {0..19999}; do
		echo "route add 10.$((i / 256)).$((i % 256)).0/24 via 192.0.2.2 dev eth0"
	done | on long ip -batch -
}

@test "a long listing has every route once, in the kernel's order" {
	diff <(on long ip route show proto boot | sed 's/ via .*//') \
		<(on long iproute show proto boot | sed 's/ gw .*//')
	[ "$(on long iproute show proto boot | wc -l)" = 20000 ]
}

@test "a long listing whose reader goes away ends at once" {
	on long timeout 60 bash -c 'iproute show | head -n 1' | grep -q '^'
}

@test "after a long listing the next question is answered" {
	on long iproute -j | tail -c 3 | grep -q ']'
	status 0 on long iproute get 10.0.1.1
	has "192.0.2.2"
}
