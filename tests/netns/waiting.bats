#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The words of ip wait for other commands, as our own do (together.bats); and private classes that are chosen at the same time
# by a program that does not wait.

load lib
load held

@test "the words of ip wait, too" {
	on r iproute add 10.6.0.0/16 gw 192.0.2.2 class 260
	on r iproute route save table 260 >"$BATS_TEST_TMPDIR/routes"
	hold 1 addrule from 10.1.0.0/16 pref 300 class 250
	local words
	for words in 'route add 10.5.0.0/16 via 192.0.2.2' 'rule add from 10.5.0.0/16 table 250 pref 301' 'route flush table 260' \
		'rule flush pref 777' 'route replace 10.5.0.0/16 via 192.0.2.3 mtu 1400'; do
		status 124 timeout 0.3 ip netns exec r iproute $words
	done
	status 124 timeout 0.3 ip netns exec r iproute route restore <"$BATS_TEST_TMPDIR/routes"
	printf '%s\n' 'route add 10.7.0.0/16 via 192.0.2.2' >"$BATS_TEST_TMPDIR/lines"
	status 124 timeout 0.3 ip netns exec r iproute -batch "$BATS_TEST_TMPDIR/lines"
	status 0 on r iproute route show table 260
	has 10.6.0.0/16
	waits route del 10.6.0.0/16 table 260
	[ -n "$(ip -n r route show table 260)" ]
	ended 0
	waited 0
	has "waiting for iproute addrule from 10.1.0.0/16 pref 300 class 250 (process "
	[ -z "$(ip -n r route show 10.5.0.0/16)" ]
	[ -z "$(ip -n r route show 10.7.0.0/16)" ]
	[ -z "$(ip -n r rule show pref 301)" ]
}

@test "a batch in ip's words lets others in between its lines, and a file that comes slowly" {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	ip netns exec r iproute -batch - <"$BATS_TEST_TMPDIR/pipe" 3>&- &
	local batch=$! restore
	exec 4>"$BATS_TEST_TMPDIR/pipe"
	echo "route add 10.5.0.0/16 via 192.0.2.2" >&4
	until_true 20 in_main 10.5.0.0/16
	status 0 on r iproute add 10.6.0.0/16 gw 192.0.2.2
	same ""
	exec 4>&-
	wait "$batch"
	on r iproute route save >"$BATS_TEST_TMPDIR/routes"
	ip netns exec r iproute route restore <"$BATS_TEST_TMPDIR/pipe" >/dev/null 2>&1 3>&- &
	restore=$!
	exec 4>"$BATS_TEST_TMPDIR/pipe"
	cat "$BATS_TEST_TMPDIR/routes" >&4
	until_true 20 asleep "$restore"
	status 0 on r iproute add 10.7.0.0/16 gw 192.0.2.2
	same ""
	exec 4>&-
	wait "$restore" || true
}

# in_main PREFIX: r has this route.
in_main() {
	[ -n "$(ip -n r route show "$1")" ]
}

@test "private classes that two programs choose at once are told apart" {
	on r iproute addrule from 10.9.0.0/16 pref 390 route gw 192.0.2.9
	printf '%s\n' 'addrule from 10.1.0.0/16 pref 300 route gw 192.0.2.2' 'addrule from 10.2.0.0/16 pref 301 route gw 192.0.2.3' \
		'add 10.0.0.0/8 gw 10.77.7.7' >"$BATS_TEST_TMPDIR/lines"
	local at
	for at in 0 1 2 3; do
		undoes "$at"
		[ "$(ip -n r rule | grep -oE 'lookup 2[0-9]{9}' | sort | uniq -d)" = "" ]
		# What the batch added is gone, what the other one added is there.
		status 0 on r iproute showrules from root 10.0.0.0/8
		same "pref 310 from 10.4.0.0/16 route gw 192.0.2.4 dev eth0
pref 390 from 10.9.0.0/16 route gw 192.0.2.9 dev eth0"
		[ "$(private_routes)" = 2 ]
		on r iproute delrule pref 310
		[ "$(private_routes)" = 1 ]
	done
}

private_routes() {
	ip -n r route show table all | grep -c '^default via .* table 2[0-9]\{9\}'
}

# undoes AT: a batch that will be undone is held AT messages behind its first change, while another program, which knows
# of no lock, adds a rule with a gateway of its own.
undoes() {
	traced iproute batch "$BATS_TEST_TMPDIR/lines" >/dev/null 2>&1 || true
	local first
	first=$(grep -E 'send(to|msg)\(' "$BATS_TEST_TMPDIR/trace" | grep -nm1 RTM_NEWROUTE)
	first=$((${first%%:*} + $1))
	[ "$first" -le "$(sent)" ] || skip "the batch sends only $(sent) messages"
	hold "$first" batch "$BATS_TEST_TMPDIR/lines"
	unlocked addrule from 10.4.0.0/16 pref 310 route gw 192.0.2.4
	ended 2
}

# unlocked WORDS…: iproute as a program that cannot take the lock, for its file is hidden.
unlocked() {
	on r unshare -m bash -c 'mount --bind /dev/null /proc/sys/net/ipv4/route/flush && exec iproute "$@"' bash "$@"
}
