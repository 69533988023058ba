#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# valve: flows begin inside only. log: one event for each flow.

load lib
load lab

setup() {
	need_translation
	lab
	serve in 10.1.0.4
	serve in 10.1.0.5
}

teardown() {
	unlab
	round_trips
}

# outside udp|tcp TO WANTED: o2 asks a host inside.
outside() {
	local got
	got=$(seen_as "$3" o2 "$1" 198.51.100.2 "$2" "${4:-7}") || true
	[ "$got" = "$3" ] || { echo "$1 to $2: $got, not $3"; return 1; }
}

pings() {
	on o2 ping -qc1 -W "${2:-20}" "$1" >/dev/null
}

# valves that stand for 10.1.0.4 but not for its neighbour 10.1.0.5
check_valve() {
	outside tcp 10.1.0.4 EINPROGRESS
	outside udp 10.1.0.4 EAGAIN
	fails pings 10.1.0.4 1
	outside tcp 10.1.0.5 198.51.100.2
	outside udp 10.1.0.5 198.51.100.2
	pings 10.1.0.5
	# Answers, and errors about flows from inside.
	sees tcp 10.1.0.4 "$1"
	sees udp 10.1.0.4 "$1"
	on in ping -qc1 -W20 -I 10.1.0.4 $FAR
	status 1 flows in udp 10.1.0.4 $FAR 9
	has ECONNREFUSED
}

@test "a valve on a rule with a record of its own" {
	on r iproute addrule pref 320 from 10.1.0.4 route gw 198.51.100.2 valve
	on r iproute addrule pref 321 from 10.1.0.5 route gw 198.51.100.2
	check_valve 10.1.0.4
	on r iproute delrule pref 320
	outside tcp 10.1.0.4 198.51.100.2
}

@test "a valve with masq" {
	on r iproute addrule pref 320 from 10.1.0.4 route gw 198.51.100.2 masq valve
	on r iproute addrule pref 321 from 10.1.0.5 route gw 198.51.100.2
	check_valve 198.51.100.1
}

@test "a valve on a rule that shares its class" {
	on r iproute add default gw 198.51.100.2 class 250
	on r iproute addrule pref 321 from 10.1.0.5 class 250
	on r iproute addrule pref 322 from 10.1.0.0/24 class 250 valve retag
	check_valve 10.1.0.4
	output=$(on r iproute showrules pref 322)
	same "pref 322 from 10.1.0.0/24 class 250 valve"
}
