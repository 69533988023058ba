#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# log: each flow of the rule is told once.

load lib
load lab

setup() {
	need_translation
	lab
	events=$BATS_TEST_TMPDIR/events
}

teardown() {
	[ -z "${monitor:-}" ] || kill "$monitor" 2>/dev/null || true
	unlab
	round_trips
}

# listen [OPTION…]: the flows of r, into $events.
listen() {
	ip netns exec r iproute "$@" monitor flows >"$events" 3>&- &
	monitor=$!
	until_true 20 log_is_heard
}

# told COUNT: so many events have come; and no more in a moment.
told() {
	until_true 20 has_told "$1"
	sleep 0.1
	cat "$events"
	[ "$(wc -l <"$events")" = "$1" ]
}

has_told() {
	[ "$(wc -l <"$events")" -ge "$1" ]
}

three_flows() {
	sees tcp 10.1.0.4 "$1"
	flows in burst 10.1.0.4 $FAR 9 10
	on in ping -qc3 -i0.1 -W20 -I 10.1.0.4 $FAR
	flows in udp 10.1.0.5 $FAR 7
}

check_events() {
	told 3
	grep -qE '^rule 320: 10\.1\.0\.4:[0-9]+ -> 203\.0\.113\.9:7 tcp in eth1 out eth3$' "$events"
	grep -qE '^rule 320: 10\.1\.0\.4:[0-9]+ -> 203\.0\.113\.9:9 udp in eth1 out eth3$' "$events"
	grep -qxF 'rule 320: 10.1.0.4 -> 203.0.113.9 icmp in eth1 out eth3' "$events"
}

@test "a TCP flow, ten datagrams and three pings are three events" {
	on r iproute addrule pref 320 from 10.1.0.4 route gw 198.51.100.2 log
	listen
	three_flows 10.1.0.4
	check_events
}

@test "with masq, the address inside is told" {
	on r iproute addrule pref 320 from 10.1.0.4 route gw 198.51.100.2 masq log
	listen
	three_flows 198.51.100.1
	check_events
}

@test "in a class that others look up, too" {
	on r iproute add default gw 198.51.100.2 class 250
	on r iproute addrule pref 321 from 10.1.0.0/24 class 250
	on r iproute addrule pref 320 from 10.1.0.4 class 250 log retag
	listen
	three_flows 10.1.0.4
	check_events
}

@test "JSON lines" {
	on r iproute addrule pref 320 from 10.1.0.4 route gw 198.51.100.2 log
	listen -j
	on in ping -qc1 -W20 -I 10.1.0.4 $FAR
	sees tcp 10.1.0.4 10.1.0.4
	told 2
	head -n1 "$events" | grep -qxF '{"rule":320,"from":"10.1.0.4","to":"203.0.113.9","proto":"icmp","in":"eth1","out":"eth3"}'
	grep -qE '^\{"rule":320,"from":"10.1.0.4","sport":[0-9]+,"to":"203.0.113.9","dport":7,"proto":"tcp","in":"eth1","out":"eth3"\}$' "$events"
}

@test "a second listener is refused, and the first one named" {
	listen
	status 3 on r iproute monitor flows
	has "iproute (process "
	has ") already receives the flows"
	has "the kernel sends them to one program in each network namespace"
	status 255 on r iproute monitor flow
	has 'monitor takes no "flow"'
	status 255 on r iproute monitor flows rules
	has "flows stand alone"
}
