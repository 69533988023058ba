#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# monitor: changes as lines, and what was missed.

load lib

setup() {
	lone r
}

heard() {
	echo "$BATS_TEST_TMPDIR/heard"
}

# listen OPTIONS… -- WORDS…: a monitor in the background, that is listening already.
listen() {
	local options=()
	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	: >"$(heard)"
	ip netns exec r iproute "${options[@]}" monitor "$@" >>"$(heard)" 3>&- &
	monitor=$!
	beacon=route
	[ "${options[0]:-}" != -6 ] || beacon=route6
	[ "${1:-}" != rules ] || beacon=rule
	beacons=0
	hears
}

# beacon_heard: something that comes and goes, another one each time, is heard within a moment.
beacon_heard() {
	local try mark
	beacons=$((beacons + 1))
	case $beacon in
	route)
		mark=10.255.$beacons.0/24
		on r ip route add "$mark" dev lo
		on r ip route del "$mark"
		;;
	route6)
		mark=2001:db8:ff:$beacons::/64
		on r ip -6 route add "$mark" dev lo
		on r ip -6 route del "$mark"
		;;
	rule)
		mark=$((9000 + beacons))
		on r ip rule add pref "$mark" table 9
		on r ip rule del pref "$mark"
		;;
	esac
	for try in {1..40}; do
		if grep -qE "del(rule)?\W.*\b$mark" "$(heard)"; then
			return 0
		fi
		sleep 0.05
	done
	return 1
}

# hears [TEXT]: what was heard from the last time to now, with TEXT. What comes before a beacon is heard before it.
hears() {
	[ $# = 0 ] || until_true 20 grep -qF -- "$1" "$(heard)"
	until_true 20 beacon_heard
	output=$(grep -vE '10\.255\.[0-9]+\.0/24|2001:db8:ff:[0-9]+::/64|pref"?[ :]9[0-9]{3}\b' "$(heard)") || true
	: >"$(heard)"
}

# done: it ends cleanly, by this signal.
ends() {
	kill "-${1:-INT}" "$monitor"
	wait "$monitor"
}

@test "each change is a line" {
	listen --
	on r iproute add 10.1.0.0/16 gw 192.0.2.9 class 250 metric 5 mtu 1400
	on r iproute replace 10.1.0.0/16 gw 192.0.2.8 class 250 metric 5
	on r iproute add 2001:db8:5::/48 gw 2001:db8:1::9
	on r iproute addrule pref 7 from 10.1.0.0/16 class 250
	on r iproute delrule pref 7
	on r iproute del 10.1.0.0/16 class 250
	hears
	same 'add 10.1.0.0/16 gw 192.0.2.9 dev eth0 class 250 metric 5 mtu 1400
replace 10.1.0.0/16 gw 192.0.2.8 dev eth0 class 250 metric 5
add 2001:db8:5::/48 gw 2001:db8:1::9 dev eth0 class main metric 1024
addrule pref 7 from 10.1.0.0/16 class 250
delrule pref 7 from 10.1.0.0/16 class 250
del 10.1.0.0/16 gw 192.0.2.8 dev eth0 class 250 metric 5'
	# The lines are read again.
	on r iproute batch <(grep '^add ' <<<"$output" | head -n1)
	status 0 on r iproute show class 250
	ends INT
}

@test "only routes, only rules, one family" {
	listen -- rules
	on r iproute add 10.1.0.0/16 dev eth0
	on r iproute addrule pref 7 class 250
	hears
	same 'addrule pref 7 class 250'
	ends TERM
	listen -6 -- routes
	on r iproute add 10.2.0.0/16 dev eth0
	on r iproute addrule pref 8 class 250
	on r iproute add 2001:db8:5::/48 dev eth0
	hears
	same 'add 2001:db8:5::/48 dev eth0 class main metric 1024'
	ends TERM
}

@test "JSON lines, with the time" {
	listen -j -t --
	on r iproute add 10.1.0.0/16 dev eth0
	on r iproute addrule pref 7 class 250
	hears
	[ "$(sed 's/T[0-9:.]*"/T"/; s/[0-9]*-[0-9]*-[0-9]*T/T/' <<<"$output")" = '{"time":"T","add":{"dst":"10.1.0.0/16","dev":"eth0","class":254}}
{"time":"T","addrule":{"pref":7,"class":250}}' ]
	ends
	listen -t --
	on r iproute del 10.1.0.0/16
	hears
	[[ $output =~ ^20[0-9-]+T[0-9:]+\.[0-9]{6}' del 10.1.0.0/16 dev eth0 class main'$ ]]
	ends
}

@test "a device that goes takes routes with it, which the kernel does not tell" {
	on r iproute add 10.1.0.0/16 dev eth1 class 250
	on r iproute add 10.2.0.0/16 gw 198.51.100.9
	listen -4 -- routes
	on r ip link set dev eth1 down
	hears 'del 10.2.0.0/16'
	has 'del 10.1.0.0/16 dev eth1 class 250'
	has 'del 10.2.0.0/16 gw 198.51.100.9 dev eth1 class main'
	[[ $output != *lost* ]]
	# Devices that come later have their names.
	on r ip link add name late type veth peer name latep
	on r ip link set dev late up
	on r iproute add 10.3.0.0/16 dev late
	hears
	has 'add 10.3.0.0/16 dev late class main'
	ends
}

@test "too many at once: what was lost is told as the difference" {
	heavy
	local count=20000
	on r iproute add 10.200.0.0/16 dev eth0 class 77
	listen -4 --
	kill -STOP "$monitor"
	seq 0 $((count - 1)) | awk '{
		print "route add 10." int($1 / 250) "." $1 % 250 ".0/24 dev eth0 table 78" }' |
		on r ip -batch -
	on r iproute del 10.200.0.0/16 class 77
	on r iproute addrule pref 7 class 250
	kill -CONT "$monitor"
	hears
	[ "$(grep -c '^# events were lost' <<<"$output")" = 1 ]
	[ "$(grep -c '^add .*class 78' <<<"$output")" = "$count" ]
	[ "$(grep '^add .*class 78' <<<"$output" | sort -u | wc -l)" = "$count" ]
	[ "$(grep -c '^del 10.200.0.0/16 dev eth0 class 77$' <<<"$output")" = 1 ]
	[ "$(grep -c '^addrule pref 7 class 250$' <<<"$output")" = 1 ]
	[ "$(wc -l <<<"$output")" = "$((count + 3))" ]
	# And on as before.
	on r iproute delrule pref 7
	hears
	same 'delrule pref 7 class 250'
	ends
	on r iproute flush class 78
}

@test "it ends when nobody reads any more" {
	ip netns exec r iproute monitor 3>&- > >(exec sleep 0.3) &
	monitor=$!
	until_true 20 fails kill -0 "$monitor"
	wait "$monitor"
}

@test "wrong words" {
	status 255 on r iproute monitor links
	marked links
	has 'monitor [routes] [rules]'
}

@test "a rule with a record of its own is one line: the words that made it" {
	on r iproute addrule pref 100 from 10.1.0.0/16 gw 192.0.2.2
	listen --
	on r iproute addrule pref 101 from 10.2.0.0/16 route gw 192.0.2.3 only
	hears
	same 'addrule pref 101 from 10.2.0.0/16 route gw 192.0.2.3 dev eth0 only'
	on r iproute delrule pref 101
	hears
	same 'delrule pref 101 from 10.2.0.0/16 route gw 192.0.2.3 dev eth0 only'
	ip -n r link set eth0 down
	hears '# gone'
	has '# gone: pref 100 from 10.1.0.0/16 own (gone with its device, address or nexthop)'
	lacks 2147
	ip -n r link set eth0 up
	settled r
	hears
	on r iproute addrule pref 100 from 10.1.0.0/16 gw 192.0.2.2
	hears
	has 'addrule pref 100 from 10.1.0.0/16 route gw 192.0.2.2 dev eth0'
	lacks 2147
	on r iproute delrule pref 100
	hears
	has 'delrule pref 100 from 10.1.0.0/16 route gw 192.0.2.2 dev eth0'
	lacks 2147
	# What another program puts there is told as it is.
	on r ip route add default via 192.0.2.9 table 2147483700
	hears
	same 'add default gw 192.0.2.9 dev eth0 class 2147483700'
	on r ip route del default table 2147483700
	ends
}

@test "the harmless rule that a kernel is asked with is not told" {
	listen -- rules
	on r iproute addrule pref 10 from 10.1.0.0/16 ipproto tcp dport 80 class 250
	hears
	same 'addrule pref 10 from 10.1.0.0/16 ipproto tcp dport 80 class 250'
	ends
}
