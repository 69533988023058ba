#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A change of a few rules reads and writes their part of nftables alone, as long as nobody else has changed nftables:
# what it leaves is what all rules need.

load lib
load lab

setup() {
	need_translation
	lone r
	for i in 1 2 3; do
		echo "addrule from 10.$i.0.0/16 pref 10$i route gw 192.0.2.$i dev eth0 masq log"
	done | on r iproute batch -
}

# parts: what nftables holds of ours, without what counts; sets and chains by name.
parts() {
	on r nft list table ip iproute 2>&1 | sed -E '1d; $d; s/counter packets [0-9]+ bytes [0-9]+//g; /generation/d' |
		perl -00 -ne 'chomp; push @parts, $_; END { print map { "$_\n\n" } sort @parts }'
}

# whole: what nftables holds is what it would hold if it were made anew.
whole() {
	local now saved
	now=$(parts)
	saved=$(on r iproute save)
	on r nft flush ruleset
	on r iproute restore - <<<"$saved" >/dev/null
	diff -u <(parts) <(printf '%s\n\n' "$now") || { echo "after: $*"; return 1; }
	[ "$(on r iproute save)" = "$saved" ]
}

# stamps: the generations that the table has stamps of.
stamps() {
	on r nft list set ip iproute state | grep -o 'generation [1-9][0-9]*' | cut -d' ' -f2 | sort -n
}

# stamped: the table says what it was left for, and has not said so before.
stamped() {
	local newest
	newest=$(stamps | tail -n 1)
	[ "$newest" -gt "${seen_stamp:-0}" ]
	seen_stamp=$newest
}

@test "one rule comes, changes or goes" {
	local words
	for words in "addrule from 10.4.0.0/16 pref 104 route gw 192.0.2.4 dev eth0 masq" \
		"addrule from 10.2.3.0/24 pref 90 route gw 192.0.2.5 dev eth0 masq" \
		"addrule from 10.5.0.0/16 pref 105 class 250 masq log" \
		"replacerule from 10.4.0.0/16 pref 104 route gw 192.0.2.6 dev eth0 masq" \
		"replacerule from 10.5.0.0/16 pref 105 class 250" \
		"addrule from 10.6.0.0/16 pref 106 class 250 masq log retag" \
		"addrule from 10.7.0.0/16 pref 107 class 251 nat 10.8.0.0/16" \
		"addrule from 10.9.0.0/16 pref 108 class 252 nat 10.10.0.0/16 valve" \
		"delrule pref 107" \
		"delrule from 10.2.3.0/24 masq" \
		"delrule pref 108" \
		"delrule pref 106" \
		"addrule pref 120 masq class 253 retag" \
		"delrule pref 120" \
		"delrule pref 104" \
		"delrule pref 101" \
		"delrule pref 102"; do
		on r iproute $words
		stamped
		whole "$words"
	done
	on r iproute delrule pref 103
	on r iproute delrule pref 105
	fails on r nft list table ip iproute
}

# Deleting an element makes the program wait for the kernel at its end.
@test "a rule more deletes nothing in nftables, and stamps do not become many" {
	local i before count=1 most=0
	for i in {1..40}; do
		on r iproute addrule from "10.4.0.$i" pref 104 route gw 192.0.2.4 dev eth0 masq log
		stamped
		before=$count
		count=$(stamps | wc -l)
		[ "$count" = $((before % 33 + 1)) ]
		[ "$count" -le "$most" ] || most=$count
	done
	[ "$most" = 33 ]
	whole "40 rules"
	# Refused by the kernel behind nftables: the stamp of before comes back, alone.
	on r iproute addrule from 10.5.0.0/16 pref 105 route gw 192.0.2.4 dev eth0 masq log
	fails on r iproute addrule from 10.6.0.0/16 pref 106 route gw 203.0.113.4 dev eth0 masq log
	[ "$(stamps | wc -l)" = 1 ]
	on r iproute addrule from 10.6.0.0/16 pref 106 route gw 192.0.2.4 dev eth0 masq log
	[ "$(stamps | wc -l)" = 2 ]
}

@test "replacerule gives and takes only the words for nftables, also in a class of several" {
	on r iproute addrule from 10.1.0.40/29 pref 203 class 254 nat 198.18.6.40/29 retag
	on r iproute addrule from 10.1.0.8/30 pref 230 class 254
	on r iproute replacerule from 10.1.0.8/30 pref 230 class 254 masq
	[ "$(on r iproute -4 showrules pref 230)" = "pref 230 from 10.1.0.8/30 class main masq" ]
	on r iproute replacerule from 10.1.0.8/30 pref 230 class 254
	[ "$(on r iproute -4 showrules pref 230)" = "pref 230 from 10.1.0.8/30 class main" ]
	on r iproute addrule from 10.1.0.11/32 pref 226 class 250
	on r iproute addrule from 10.1.0.5/32 pref 228 class 250
	on r iproute replacerule from 10.1.0.11/32 pref 226 class 250 masq retag
	[ "$(on r iproute -4 showrules pref 226)" = "pref 226 from 10.1.0.11 class 250 masq" ]
	on r iproute replacerule from 10.1.0.5/32 pref 228 class 250 log
	on r iproute replacerule from 10.1.0.5/32 pref 228 class 250
	on r iproute delrule pref 226
	output=$(on r ip rule show pref 228)
	lacks realms
	on r iproute -6 addrule from fd00:1::/64 pref 311 reject
	on r iproute -6 addrule from fd00:1::/64 pref 310 class 66
	local words
	for words in "class 66 masq" "class 66 log" "class 66"; do
		on r iproute -6 replacerule from fd00:1::/64 pref 310 $words
		[ "$(on r iproute -6 showrules pref 310)" = "pref 310 from fd00:1::/64 $words" ]
	done
}

@test "rules of one preference keep their order when the realm of a class comes and goes" {
	local before
	echo 'addrule from 10.1.0.35 pref 327 class 250
		addrule from 10.1.0.32/29 pref 327 route gw 192.0.2.9 dev eth0 masq
		addrule from 10.1.0.36 pref 327 class 250
		addrule from 10.1.0.0/24 pref 327 class 251' | on r iproute batch -
	before=$(on r iproute -4 showrules pref 327)
	on r iproute addrule from 10.1.0.40/31 pref 314 class 250 masq retag
	[ "$(on r iproute -4 showrules pref 327)" = "$before" ]
	[ "$(on r ip rule show pref 327 | grep -c realms)" = 3 ]
	printf 'addrule from 10.1.0.44 pref 315 class 251 masq retag\nadd 10.9.0.0/16 gw 203.0.113.77\n' |
		fails on r iproute batch -
	[ "$(on r iproute -4 showrules pref 327)" = "$before" ]
	on r iproute delrule pref 314
	[ "$(on r iproute -4 showrules pref 327)" = "$before" ]
	[ "$(on r ip rule show pref 327 | grep -c realms)" = 1 ]
	whole "the realm has gone"
}

@test "rules of one preference keep their order in nftables, whatever a refused batch has written" {
	local i chain
	for i in {1..8}; do
		echo "addrule from 10.9.0.0/$((16 + i)) pref 333 class 250 $([ $((i % 2)) = 1 ] && echo masq || echo log) retag"
	done | on r iproute batch -
	chain=$(on r nft list chain ip iproute postrouting-32771)
	printf 'addrule from 10.4.0.0/16 pref 300 class 250 masq retag\nadd 10.77.0.0/16 gw 203.0.113.77\n' |
		status 2 on r iproute batch -
	output=$(on r nft list chain ip iproute postrouting-32771)
	diff -u - <(echo "$output") <<<"$chain"
	on r iproute replacerule from 10.9.0.0/20 pref 333 class 250 masq retag
	[ "$(on r nft list chain ip iproute postrouting-32771 | grep -o '10.9.0.0/.. [a-z]*' | uniq | cut -d' ' -f1 | uniq)" = \
		"$(printf '10.9.0.0/%s\n' {17..24})" ]
}

@test "NAT routes of several metrics share their part" {
	local words
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24 metric 5
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24 metric 6
	status 2 on r iproute add 198.18.1.0/24 nat 10.2.0.0/24 metric 7
	has 'another NAT route is in its place: nat 10.1.0.0/24'
	on r iproute -ensure add 198.18.1.0/24 nat 10.1.0.0/24 metric 5
	for words in " metric 6" " metric 5" ""; do
		output=$(on r iproute show 198.18.1.0/24)
		lacks missing
		has "nat 10.1.0.0/24"
		on r nft list ruleset | grep -q 198.18.1.0
		on r iproute del 198.18.1.0/24 nat 10.1.0.0/24$words
	done
	[ -z "$(on r nft list ruleset | grep 198.18.1.0)" ]
	on r iproute -6 add 2001:db8:18::/64 nat fd00:1::/64
	on r iproute -6 add 2001:db8:18::/64 nat fd00:1::/64 metric 5
	on r iproute -6 del 2001:db8:18::/64 nat fd00:1::/64 metric 5
	output=$(on r iproute -6 show 2001:db8:18::/64)
	lacks missing
	on r iproute -6 del 2001:db8:18::/64 nat fd00:1::/64
	[ -z "$(on r nft list ruleset | grep 2001:db8:18)" ]
}

@test "what is refused leaves the table as it was" {
	local now
	now=$(on r nft list ruleset)
	fails on r iproute addrule from 10.4.0.0/16 pref 104 route gw 203.0.113.4 masq
	fails on r iproute addrule from 10.4.0.0/16 pref 104 route gw 203.0.113.4 dev eth0 masq
	[ "$(on r nft list ruleset | sed '/generation/d')" = "$(sed '/generation/d' <<<"$now")" ]
	on r iproute addrule from 10.4.0.0/16 pref 104 route gw 192.0.2.4 dev eth0 masq
	whole "a refusal"
}

@test "the next change sees what others did to nftables" {
	local before
	on r nft add table ip other
	on r iproute addrule from 10.4.0.0/16 pref 104 route gw 192.0.2.4 dev eth0 masq
	before=$(parts)
	on r nft add chain ip other there
	on r nft 'delete element ip iproute masqueraded { 32768 }'
	on r iproute delrule pref 104
	on r iproute addrule from 10.4.0.0/16 pref 104 route gw 192.0.2.4 dev eth0 masq
	output=$(on r iproute showrules)
	lacks missing
	[ "$(parts | grep -c masquerade)" = "$(grep -c masquerade <<<"$before")" ]
	on r nft flush chain ip iproute postrouting
	on r iproute delrule pref 104
	whole "a chain was flushed"
	on r nft flush ruleset
	on r iproute addrule from 10.4.0.0/16 pref 104 route gw 192.0.2.4 dev eth0 masq
	output=$(on r iproute showrules)
	[ "$(grep -c 'part missing' <<<"$output")" = 3 ]
}

@test "the next change sees what others did to the rules" {
	on r ip rule del pref 102
	on r iproute addrule from 10.4.0.0/16 pref 104 route gw 192.0.2.4 dev eth0 masq
	output=$(on r nft list ruleset)
	lacks 10.2.0.0
	on r ip rule add from 10.3.0.0/16 lookup 77 pref 77 realms 32768
	on r iproute addrule from 10.5.0.0/16 pref 105 route gw 192.0.2.5 dev eth0 masq
	[ "$(on r ip rule | grep -c 'realms 32768')" = 2 ]
	output=$(on r iproute showrules pref 105)
	lacks 32768
}

@test "the protocol of translating rules cannot be typed, but selects and deletes" {
	local line

	for line in "addrule from 10.4.0.0/16 class 7 proto 97" "addrule from 10.4.0.0/16 masq class 7 proto 97" \
		"addrule from 10.4.0.0/16 route gw 192.0.2.4 dev eth0 proto 97" "-6 addrule from 2001:db8::/32 class 7 proto 97" \
		"add 10.4.0.0/16 gw 192.0.2.4 proto 97" "add 198.18.9.0/24 nat 10.9.0.0/24 proto 97" \
		"replacerule from 10.4.0.0/16 class 7 proto 97"; do
		# shellcheck disable=SC2086
		status 255 on r iproute $line
		has "protocol 97 says that nftables has a part of the rule or route"
		has "leave it out: masq, nat, log, valve, count and reply set it themselves"
	done
	# Of others, it is only a number.
	on r ip route add 10.4.0.0/16 via 192.0.2.4 proto 97
	on r ip route add default via 192.0.2.4 table 7
	on r ip rule add from 10.4.0.0/16 table 7 pref 700 proto 97
	output=$(on r iproute show proto 97)
	same "10.4.0.0/16 gw 192.0.2.4 dev eth0 class main proto 97"
	on r iproute check >/dev/null
	on r iproute save >"$BATS_TEST_TMPDIR/saved"
	grep -q "^addrule pref 700 from 10.4.0.0/16 class 7 proto 97" "$BATS_TEST_TMPDIR/saved"
	on r ip rule del pref 700
	on r iproute restore "$BATS_TEST_TMPDIR/saved"
	on r iproute del 10.4.0.0/16 proto 97
	on r iproute delrule from 10.4.0.0/16 pref 700
}

@test "realms from 32768 up are not for records" {
	status 255 on r iproute addrule from 10.4.0.0/16 route gw 192.0.2.4 dev eth0 realm 40000
	has 'realms from 32768 up are for rules that nftables translates for'
	status 255 on r iproute addrule from 10.4.0.0/16 route nexthop gw 192.0.2.4 dev eth0 realm 40000/1 nexthop gw 192.0.2.5 dev eth0
	has 'realms from 32768 up'
	on r iproute addrule from 10.4.0.0/16 route gw 192.0.2.4 dev eth0 realm 7
}
