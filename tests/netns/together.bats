#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Several programs change the same namespace at the same time: commands of ours wait for each other, and what another
# program did meanwhile stays. strace holds a command at the message that a test names.

load lib
load held

@test "a command waits for another one, and says for which after a second" {
	hold 1 addrule from 10.1.0.0/16 pref 300 class 250
	waits addrule from 10.2.0.0/16 pref 301 class 250
	[ -z "$(ip -n r rule show pref 301)" ]
	ended 0
	waited 0
	has "waiting for iproute addrule from 10.1.0.0/16 pref 300 class 250 (process "
	has ") to finish its changes"
	status 0 on r iproute addrule from 10.3.0.0/16 pref 302 class 250
	same ""
	[ "$(ip -n r rule | grep -c 'lookup 250')" = 3 ]
}

@test "a dry run and a listing wait for nobody" {
	hold 1 addrule from 10.1.0.0/16 pref 300 class 250
	# A command that waited would give up after 30 seconds.
	status 0 on r iproute showrules
	status 0 on r iproute -dry-run addrule from 10.2.0.0/16 pref 301 class 250
	lacks "waiting for"
}

@test "after 30 seconds a command gives up and names who holds the lock" {
	hold 1 addrule from 10.1.0.0/16 pref 300 class 250
	status 2 on r iproute add 10.0.0.0/8 gw 192.0.2.2
	has "iproute addrule from 10.1.0.0/16 pref 300 class 250 (process "
	has ") has been changing routes or rules of this network namespace for 30 seconds"
	has "nothing was changed; try again when it has ended"
	[ -z "$(ip -n r route show 10.0.0.0/8)" ]
}

@test "a killed command holds nobody up" {
	hold 1 addrule from 10.1.0.0/16 pref 300 class 250
	kill -KILL "$held" "$(tracer)"
	wait "$held" || true
	held=""
	status 0 on r iproute addrule from 10.2.0.0/16 pref 301 class 250
	same ""
	[ -z "$(ip -n r rule show pref 300)" ]
}

@test "an ordinary user cannot hold the lock" {
	every_user || skip "this namespace knows one user only"
	fails on r setpriv --reuid 65534 --clear-groups -- sh -c ': >/proc/sys/net/ipv4/route/flush'
	fails on r setpriv --reuid 65534 --clear-groups -- sh -c ': </proc/sys/net/ipv4/route/flush'
}

@test "a pipe that is slow to end holds nobody up" {
	mkfifo "$BATS_TEST_TMPDIR/pipe"
	ip netns exec r iproute batch - <"$BATS_TEST_TMPDIR/pipe" 3>&- &
	local batch=$!
	exec 4>"$BATS_TEST_TMPDIR/pipe"
	echo "addrule from 10.1.0.0/16 pref 300 class 250" >&4
	until_true 20 asleep "$batch"
	status 0 on r iproute addrule from 10.2.0.0/16 pref 301 class 250
	same ""
	[ -z "$(ip -n r rule show pref 300)" ]
	exec 4>&-
	wait "$batch"
	[ "$(ip -n r rule | grep -c 'lookup 250')" = 2 ]
}

# at_once N WORDS…: N times the same command at the same time; their statuses are left in $statuses.
at_once() {
	local count=$1 one pids=() got
	shift
	statuses=""
	for ((one = 0; one < count; one++)); do
		ip netns exec r iproute "$@" >/dev/null 2>&1 3>&- &
		pids+=($!)
	done
	for one in "${pids[@]}"; do
		got=0
		wait "$one" || got=$?
		statuses+=$got
	done
}

@test "the same rule from several commands at once is there once" {
	local round
	# shellcheck disable=SC2034 # it only counts
	for round in {1..10}; do
		at_once 4 -ensure addrule from 10.9.0.0/16 pref 300 route gw 192.0.2.2
		[ "$statuses" = 0000 ]
		[ "$(ip -n r rule | grep -c 10.9.0.0)" = 1 ]
		[ "$(ip -n r route show table all | grep -c 'default via 192.0.2.2')" = 1 ]
		on r iproute delrule from 10.9.0.0/16
		at_once 3 addrule from 10.9.0.0/16 route gw 192.0.2.2
		[[ $statuses == *0* && ${#statuses} = 3 && ${statuses//2/} = 0 ]]
		[ "$(ip -n r rule | grep -c 10.9.0.0)" = 1 ]
		at_once 3 -ensure delrule from 10.9.0.0/16
		[ "$statuses" = 000 ]
		[ "$(ip -n r route show table all | grep -c 'default via 192.0.2.2')" = 0 ]
	done
}

@test "commands at once without a preference get one each" {
	local one
	for one in {1..8}; do
		printf 'addrule from 10.%s.0.0/16 class 250\naddrule from 10.%s.1.0/24 class 250\n' "$one" "$one" |
			ip netns exec r iproute batch - 3>&- &
	done
	wait
	[ "$(ip -n r rule | grep -c 'lookup 250')" = 16 ]
	[ "$(ip -n r rule | cut -d: -f1 | sort -u | wc -l)" = 19 ]
}

# ---- what another program does while a command of ours is at work ----

# once TEXT: r has one rule with TEXT.
once() {
	[ "$(ip -n r rule | grep -c "$1")" = 1 ] || { ip -n r rule; return 1; }
}

@test "a refused addrule leaves the equal rule of another program" {
	hold_changes addrule from 10.1.0.0/16 pref 300 class 250
	ip -n r rule add from 10.1.0.0/16 pref 300 lookup 250
	ended 2
	has "File exists"
	has "another program has just added this rule; -ensure accepts that"
	once "300:.*lookup 250"
}

@test "with -ensure it is what was wanted" {
	hold_changes -ensure addrule from 10.1.0.0/16 pref 300 class 250
	ip -n r rule add from 10.1.0.0/16 pref 300 lookup 250
	ended 0
	same unchanged
	once "300:.*lookup 250"
	hold_changes -ensure delrule pref 300
	ip -n r rule del pref 300
	ended 0
	[ -z "$(ip -n r rule show pref 300)" ]
}

@test "a batch that is undone leaves what another program added meanwhile" {
	printf '%s\n' 'addrule from 10.1.0.0/16 pref 300 class 250' 'add 10.5.0.0/16 dev eth0' 'add 10.0.0.0/8 gw 10.77.7.7' >"$BATS_TEST_TMPDIR/lines"
	hold_changes batch "$BATS_TEST_TMPDIR/lines"
	ip -n r rule add from 10.1.0.0/16 pref 300 lookup 250
	ip -n r route add 10.5.0.0/16 dev eth0 proto boot
	ended 2
	once "300:.*lookup 250"
	[ -n "$(ip -n r route show 10.5.0.0/16)" ]
}

@test "also where the kernel took an equal rule twice" {
	local one
	for one in {1..20}; do
		echo "addrule from 10.$one.0.0/16 pref 300 class 250"
	done >"$BATS_TEST_TMPDIR/lines"
	echo 'add 10.0.0.0/8 gw 10.77.7.7' >>"$BATS_TEST_TMPDIR/lines"
	hold_changes batch "$BATS_TEST_TMPDIR/lines"
	ip -n r rule add from 10.7.0.0/16 pref 300 lookup 250
	ended 2
	once "from 10.7.0.0"
	[ "$(ip -n r rule show pref 300 | wc -l)" = 1 ]
}

@test "what another program deleted meanwhile does not come back" {
	ip -n r rule add from 10.1.0.0/16 pref 300 lookup 250
	ip -n r route add 10.5.0.0/16 dev eth0 proto boot
	ip -n r -6 route add 2001:db8:5::/48 dev eth0 proto boot
	printf '%s\n' 'delrule pref 300' 'del 10.5.0.0/16' 'del 2001:db8:5::/48' 'add 10.0.0.0/8 gw 10.77.7.7' >"$BATS_TEST_TMPDIR/lines"
	hold_changes -ensure batch "$BATS_TEST_TMPDIR/lines"
	ip -n r rule del pref 300
	ip -n r route del 10.5.0.0/16
	ip -n r -6 route del 2001:db8:5::/48
	ended 2
	[ -z "$(ip -n r rule show pref 300)" ]
	[ -z "$(ip -n r route show 10.5.0.0/16)" ]
	[ -z "$(ip -n r -6 route show 2001:db8:5::/48)" ]
}

@test "restore takes for done what came true meanwhile" {
	on r iproute addrule from 10.1.0.0/16 pref 300 class 250
	on r iproute add 10.5.0.0/16 gw 192.0.2.2
	on r iproute save >"$BATS_TEST_TMPDIR/saved"
	on r iproute delrule pref 300
	on r iproute del 10.5.0.0/16
	on r iproute addrule from 10.2.0.0/16 pref 301 class 250
	on r iproute add 10.6.0.0/16 gw 192.0.2.2
	hold_changes restore "$BATS_TEST_TMPDIR/saved"
	ip -n r rule add from 10.1.0.0/16 pref 300 lookup 250
	ip -n r route add 10.5.0.0/16 via 192.0.2.2 proto boot
	ip -n r rule del pref 301
	ip -n r route del 10.6.0.0/16
	ended 0
	on r iproute save | diff "$BATS_TEST_TMPDIR/saved" -
}

# churned COUNT: r has that many rules that stay, and others before them that come and go until `calm`.
churned() {
	local one
	for ((one = 0; one < $1; one++)); do
		echo "rule add pref $((10000 + one)) from 10.$((one / 256)).$((one % 256)).0/24 lookup 250"
	done | ip -n r -batch -
	for one in {1..50}; do
		echo "rule add pref $one lookup 251"
	done >"$BATS_TEST_TMPDIR/come"
	sed 's/add/del/' "$BATS_TEST_TMPDIR/come" >"$BATS_TEST_TMPDIR/go"
	: >"$BATS_TEST_TMPDIR/churn"
	while [ -e "$BATS_TEST_TMPDIR/churn" ]; do
		ip -n r -batch "$BATS_TEST_TMPDIR/come"
		ip -n r -batch "$BATS_TEST_TMPDIR/go"
	done 3>&- &
}

calm() {
	rm -f "$BATS_TEST_TMPDIR/churn"
	wait
}

@test "what is read while rules come and go is whole, or the listing says that it may not be" {
	local turn got bad=0
	churned 3000
	for turn in {1..8}; do
		got=0
		on r iproute save rules >"$BATS_TEST_TMPDIR/saved" 2>"$BATS_TEST_TMPDIR/said" || got=$?
		case $got in
		0) [ "$(grep -c 'class 250' "$BATS_TEST_TMPDIR/saved")" = 3000 ] || bad="save $turn" ;;
		2) grep -q "other programs change routes or rules faster than they can be read" "$BATS_TEST_TMPDIR/said" || bad="save $turn said" ;;
		*) bad="save $turn status $got" ;;
		esac
		on r iproute -4 showrules >"$BATS_TEST_TMPDIR/saved" 2>"$BATS_TEST_TMPDIR/said"
		grep -q "the rules changed while they were listed: some may be missing or shown twice" "$BATS_TEST_TMPDIR/said" ||
			[ "$(grep -c 'class 250' "$BATS_TEST_TMPDIR/saved")" = 3000 ] || bad="list $turn"
		got=0
		output=$(on r iproute delrule pref 11000 2>&1) || got=$?
		[ "$got" = 2 ] || [ "$got" = 0 ] || bad="delrule $turn: $output"
		[ "$got" = 2 ] || on r ip rule add pref 11000 from 10.3.232.0/24 lookup 250
	done
	calm
	[ "$bad" = 0 ] || { echo "$bad"; return 1; }
	status 0 on r iproute save rules
	[ "$(grep -c 'class 250' <<<"$output")" = 3000 ]
}

@test "in a root without /proc and /run changes are made, and none can be confirmed" {
	if grep -q __asan_init "$top_builddir/src/iproute"; then
		skip "built with a sanitizer, which reads /proc itself"
	fi
	fresh r
	# shellcheck disable=SC2016 # expanded there
	bare() {
		on r unshare -m sh -c 'mount -t tmpfs none /proc; mount -t tmpfs none /run; exec "$@"' sh "$@"
	}
	status 0 bare iproute addrule from 10.1.0.0/16 class 250
	status 0 bare iproute add reject 10.0.0.0/8 class 250
	status 2 bare iproute -confirm 60 addrule from 10.2.0.0/16 class 250
	has "cannot read /proc/self/ns/net: No such file or directory"
	[ "$(ip -n r rule | grep -c 'lookup 250')" = 1 ]
}

# Whatever the moment: the rules that were there before are there again, and only they.
@test "another program flushes nftables while a batch is made and undone" {
	local when before lines=$BATS_TEST_TMPDIR/lines
	need "nftables in this namespace" nft list ruleset
	on r iproute batch - <<-'END'
		addrule from 10.1.0.0/16 pref 300 route gw 192.0.2.2 masq
		addrule from 10.2.0.0/16 pref 301 route gw 192.0.2.2
		addrule from 10.4.0.0/16 pref 304 route gw 192.0.2.3
	END
	cat >"$lines" <<-'END'
		replacerule from 10.2.0.0/16 pref 301 route gw 192.0.2.7 masq
		delrule pref 304
		addrule from 10.6.0.0/16 pref 306 route gw 192.0.2.4 log
		add 10.0.0.0/8 gw 10.77.7.7
	END
	before=$(on r iproute save)
	traced iproute batch "$lines" >/dev/null 2>&1 || true
	for ((when = $(sent); when > 10; when -= 4)); do
		hold "$when" batch "$lines"
		on r nft flush ruleset
		ended 2
		has "nothing was changed"
		on r iproute -ensure addrule from 10.1.0.0/16 pref 300 route gw 192.0.2.2 masq
		output=$(on r iproute save)
		same "$before"
	done
}

@test "no signal leaves half of a batch behind" {
	local signal one
	for ((one = 0; one < 4000; one++)); do
		echo "add 10.$((one / 256)).$((one % 256)).0/24 gw 192.0.2.2 class 77"
	done >"$BATS_TEST_TMPDIR/lines"
	for signal in USR1 USR2 ALRM XCPU PROF VTALRM PWR IO; do
		hold_changes batch "$BATS_TEST_TMPDIR/lines"
		kill -"$signal" "$held"
		ended 2
		has "stopped by SIG"
		has "changes made are undone"
		[ -z "$(ip -n r route show table 77 2>/dev/null)" ]
	done
	# Ctrl+Z does not stop it in the middle, with the lock taken.
	hold_changes batch "$BATS_TEST_TMPDIR/lines"
	kill -TSTP "$held"
	ended 0
	[ "$(ip -n r route show table 77 | wc -l)" = 4000 ]
}

# A few rules read and write only their part of nftables; if that has gone meanwhile, all of it is read, and the change goes
# on.
@test "another program flushes nftables while a rule with masq comes or goes" {
	local when flush command count
	need "nftables in this namespace" nft list ruleset
	for command in "addrule from 10.6.0.0/16 pref 306 route gw 192.0.2.4 masq" "delrule pref 302" \
		"replacerule from 10.2.0.0/16 pref 302 route gw 192.0.2.9 masq"; do
		for flush in "flush ruleset" "delete table ip iproute"; do
			# shellcheck disable=SC2086 # words
			for when in 1 0 3 5 7; do
				on r iproute flushrules all >/dev/null
				on r iproute batch - <<-'END'
					addrule from 10.1.0.0/16 pref 301 route gw 192.0.2.2 masq
					addrule from 10.2.0.0/16 pref 302 route gw 192.0.2.3 masq
				END
				if [ "$when" = 1 ]; then
					traced iproute $command >/dev/null 2>&1
					count=$(sent)
					continue
				fi
				hold $((count - when)) $command
				on r nft $flush
				ended 0
				output=$(on r ip rule show from 10.2.0.0/16)
				[[ $command == delrule* ]] && same "" || has "from 10.2.0.0/16"
				on r iproute -ensure addrule from 10.1.0.0/16 pref 301 route gw 192.0.2.2 masq
				output=$(on r iproute showrules pref 301)
				lacks missing
			done
		done
	done
}
