#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A program that is killed between two messages may leave a private class without its rule: `classes` shows it, and the next
# commit, -ensure and flushrules clear it.

load lib
load lab

setup() {
	need strace strace -V
	lone r
}

# killed K WORDS…: the command dies at the K-th message that it sends; false: it sends fewer.
killed() {
	local at=$1
	shift
	on r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=sendto,sendmsg \
		-e "inject=sendto,sendmsg:signal=KILL:when=$at" iproute "$@" >/dev/null 2>&1 || [ $? != 137 ] || return 0
	return 1
}

# orphans: private classes with a route that no rule looks up.
orphans() {
	comm -23 <({ ip -n r route show table all; ip -n r -6 route show table all; } | grep -oE 'table 2[0-9]{9}' | sort -u) \
		<({ ip -n r rule; ip -n r -6 rule; } | sed -n 's/.*lookup \(2[0-9]\{9\}\).*/table \1/p' | sort -u)
}

clean() {
	[ -z "$(orphans)" ] || { echo "left: $(orphans)"; ip -n r route show table all; return 1; }
}

# everywhere WORDS…: the command is killed at each of its messages; the next commit, about something else, clears what it left.
everywhere() {
	local at seen=0
	for at in {1..30}; do
		killed "$at" "$@" || break
		[ -z "$(orphans)" ] || seen=1
		[ "$1" != batch ] || on r iproute flushrules all >/dev/null
		on r iproute -ensure addrule from 10.99.0.0/16 pref 400 class 250
		clean
		on r iproute -ensure delrule pref 400
		clean
	done
	[ "$at" -gt 3 ]
	left=$seen
}

@test "a rule with its own record is added" {
	everywhere addrule from 10.1.0.0/16 pref 300 route gw 192.0.2.2
	on r iproute -ensure delrule pref 300
	everywhere -6 addrule from 2001:db8:5::/48 pref 300 route gw 2001:db8:1::2
}

@test "a batch of more rules than are sent at once" {
	local one
	for ((one = 0; one < 1200; one++)); do
		echo "addrule from 10.$((one / 256)).$((one % 256)).0/24 pref $((1000 + one)) route gw 192.0.2.2"
	done >"$BATS_TEST_TMPDIR/lines"
	everywhere batch "$BATS_TEST_TMPDIR/lines"
	[ "$left" = 1 ]
	# The last one was not killed: the rules are there.
	everywhere flushrules all
	[ "$left" = 1 ]
}

@test "such rules are deleted" {
	local one
	for one in 1 2 3; do
		on r iproute addrule from "10.$one.0.0/16" pref "30$one" route gw 192.0.2.2
	done
	everywhere delrule pref 302
	on r iproute addrule from 10.4.0.0/16 pref 304 route gw 192.0.2.2
	everywhere flushrules all
}

@test "classes shows what is left, and flushrules clears it" {
	ip -n r route add default via 192.0.2.2 table 2147483650 metric 2147483650
	status 0 on r iproute classes
	has 2147483650
	on r iproute flushrules all
	clean
	status 0 on r iproute classes
	lacks 2147483650
}

@test "the harmless rule that a kernel was asked with goes, too" {
	ip -n r rule add pref 4294967295 nop
	on r iproute -ensure addrule from 10.1.0.0/16 pref 300 class 250
	[ -z "$(ip -n r rule show pref 4294967295)" ]
}

# mended: after -ensure about something else, nothing is left of a change of translating rules; and what was before it can be
# restored. $before: what `save` said.
mended() {
	on r iproute -ensure delrule pref 9999 >/dev/null && clean && [ -z "$(ip -n r rule show pref 4294967295)" ] || return
	output=$(on r iproute showrules; on r iproute show; on r iproute -6 show)
	lacks missing && lacks 'no rule' || return
	on r iproute restore - <<<"$before" >/dev/null || return
	diff -u <(on r iproute save) - <<<"$before" || return
	diff -u <(translations) - <<<"$translations"
}

# translations: what nftables does, without what counts.
translations() {
	on r nft list ruleset | sed -E 's/counter packets [0-9]+ bytes [0-9]+//; /generation/d; s/655[3-9][0-9]/KEY/g
		s/elements = \{//; s/(,| \})$//; s/[[:space:]]+/ /g' | sort
}

# mended_everywhere WORDS…: the command is killed at every KILLED_STEP-th of its messages (1: at each).
mended_everywhere() {
	local at
	before=$(on r iproute save)
	translations=$(translations)
	start=$(((start + 17) % ${KILLED_STEP:-110} + 1))
	for ((at = start; at < 400; at += ${KILLED_STEP:-110})); do
		killed "$at" "$@" || break
		mended || { echo "killed at message $at: $*"; return 1; }
	done
	[ "$at" -lt 400 ]
	mended
}

@test "translating rules change" {
	local words start=0
	need_translation
	for words in "from 10.1.0.0/24 pref 310 class 250" "from 10.1.0.0/25 pref 310 class 250" \
		"from 10.2.0.0/16 pref 320 route gw 192.0.2.2 masq log" "from 10.3.0.0/16 pref 330 class 251 masq" \
		"from 10.3.4.0/24 pref 329 class 251 count retag"; do
		echo "addrule $words"
	done | on r iproute batch -
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	printf '%s\n' "delrule pref 330" "addrule from 10.1.0.0/16 pref 340 class 250 masq retag" "add 10.77.0.0/16 gw 203.0.113.77" \
		>"$BATS_TEST_TMPDIR/lines"
	for words in "addrule from 10.4.0.0/16 pref 340 route gw 192.0.2.2 masq" \
		"addrule from 10.1.0.0/16 pref 340 class 250 masq log retag" "addrule from 10.3.0.0/17 pref 325 class 251" \
		"replacerule from 10.2.0.0/16 pref 320 route gw 192.0.2.2" \
		"replacerule from 10.2.0.0/16 pref 320 class 250 masq retag" "replacerule from 10.3.4.0/24 pref 329 class 251" \
		"delrule pref 330" "delrule pref 320" "del 198.18.1.0/24 nat 10.1.0.0/24" "add 198.18.2.0/24 nat 10.1.0.0/24" \
		"addrule dev eth0 pref 200 reply route gw 192.0.2.2" "batch $BATS_TEST_TMPDIR/lines"; do
		mended_everywhere $words
	done
}

@test "classes of others stay" {
	ip -n r route add default via 192.0.2.2 table 2147483650
	ip -n r route add default via 192.0.2.2 table 2147483651 metric 2147483651
	ip -n r route add 10.0.0.0/8 via 192.0.2.2 table 2147483651
	ip -n r route add default via 192.0.2.2 table 4000000000 metric 4000000000
	on r iproute addrule from 10.1.0.0/16 pref 300 route gw 192.0.2.2
	[ "$(ip -n r route show table all | grep -cE 'table (2147483650|2147483651|4000000000)')" = 4 ]
	# In IPv6 the metric says nothing.
	ip -n r -6 route add default via 2001:db8:1::2 table 2147483649
	ip -n r -6 route add default via 2001:db8:1::2 table 2147483652 proto bird metric 2147483652
	on r iproute addrule from 10.2.0.0/16 pref 301 route gw 192.0.2.2
	on r iproute addrule from 2001:db8:5::/48 pref 301 route gw 2001:db8:1::2
	on r iproute -6 delrule pref 301
	[ "$(ip -n r -6 route show table all | grep -cE '^default .*table (2147483649|2147483652)')" = 2 ]
}

# emptied FAMILY PREFERENCE…: another program removes these rules; their classes stay.
emptied() {
	local family=$1 preference
	shift
	for preference; do
		ip -n r "$family" rule del pref "$preference"
	done
	[ -n "$(orphans)" ]
}

# own PREFERENCE FAMILY: a rule with a gateway of its own.
own() {
	if [ "$2" = -4 ]; then
		on r iproute addrule from "10.$1.0.0/16" pref "$1" route gw 192.0.2.2
	else
		on r iproute addrule from "2001:db8:$1::/48" pref "$1" route gw 2001:db8:1::2
	fi
}

# elsewhere: another program's routes, which have such numbers and must stay.
elsewhere() {
	ip -n r route show table 2147483700
	ip -n r route show table 3000000000
	ip -n r -6 route show table 2147483700
}

clean_but_others() {
	[ -z "$(orphans | grep -vE '2147483700|3000000000')" ] || { echo "left: $(orphans)"; return 1; }
}

@test "rules of private classes that another program removes leave none below, between and above those in use" {
	local family words one others
	ip -n r route add 10.7.0.0/16 via 192.0.2.9 table 2147483700
	ip -n r route add default via 192.0.2.9 table 3000000000
	ip -n r -6 route add default via 2001:db8:1::9 table 2147483700
	others=$(elsewhere)
	for family in -4 -6; do
		for words in "-4 addrule pref 99 route gw 192.0.2.2" \
			"-6 addrule pref 99 route gw 2001:db8:1::2" "$family delrule pref 160" \
			"-4 -ensure addrule pref 99 class 250" "-6 -ensure delrule pref 98" \
			"-ensure addrule from 10.199.0.0/16 pref 199 class 250" "-4 flushrules pref 199" "flushrules all"; do
			for one in 110 120 130 140 150 160 170 180; do
				own "$one" "$family"
			done
			on r iproute -ensure addrule from 10.199.0.0/16 pref 199 class 250
			# Those in use remain: 130, 160 or none above.
			emptied "$family" 110 120 140 150 170 180
			# shellcheck disable=SC2086 # words
			on r iproute $words >/dev/null
			clean_but_others || { echo "$family: $words"; return 1; }
			[ "$(elsewhere)" = "$others" ]
			on r iproute flushrules all >/dev/null
		done
	done
}

@test "a killed batch leaves classes far above those in use" {
	local one family
	for family in -4 -6; do
		for ((one = 100; one < 190; one++)); do
			own "$one" "$family"
		done
		# Those from the second on are deleted with their classes, but for the last.
		for ((one = 101; one < 189; one++)); do
			echo "delrule pref $one"
		done | on r iproute "$family" batch -
		emptied "$family" 189
		own 190 "$family"
		clean
		on r iproute "$family" delrule pref 190
		on r iproute "$family" delrule pref 100
	done
}

@test "beside thousands of rules, the next one clears the gaps among them, and -ensure everything" {
	local one
	for ((one = 0; one < 1100; one++)); do
		echo "addrule from 10.$((one / 250)).$((one % 250)).0/24 pref $((1000 + one)) route gw 192.0.2.2"
	done | on r iproute batch -
	# The first, some in the middle.
	emptied -4 1000 1500 1501
	on r iproute addrule from 10.99.0.0/16 pref 300 route gw 192.0.2.2
	clean
	emptied -4 1001 1700
	on r iproute delrule pref 300
	clean
	# The last, one after another, but not those right after what is then the highest.
	emptied -4 1002 1600
	for ((one = 2080; one < 2090; one++)); do
		echo "delrule pref $one"
	done | on r iproute batch -
	clean
	emptied -4 2090 2091 2092 2093 2094 2095 2096 2097 2098 2099
	on r iproute -ensure delrule pref 300
	clean
}

@test "the class of a rule whose deletion was refused stays" {
	local family gateway far
	for family in -4 -6; do
		gateway=192.0.2.2 far=192.0.77.2
		[ "$family" = -4 ] || gateway=2001:db8:1::2 far=2001:db8:77::2
		on r iproute "$family" addrule pref 10 route gw "$gateway"
		printf '%s\n' "replacerule pref 10 route gw $far" 'delrule pref 4' >"$BATS_TEST_TMPDIR/lines"
		status 2 on r iproute "$family" -force batch "$BATS_TEST_TMPDIR/lines"
		status 2 on r iproute "$family" -ensure -force batch "$BATS_TEST_TMPDIR/lines"
		status 0 on r iproute "$family" showrules pref 10
		has "route gw $gateway"
	done
}
