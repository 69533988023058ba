#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What a refusal about translation says to do is done, word for word, in the state that drew it, and works.

load lib
load lab

setup() {
	need_translation
	lone r
	on r sysctl -qw net.ipv6.conf.all.forwarding=1
	on r iproute add default gw 192.0.2.2 class 250
}

# told: runs the commands that $output shows, each on a line of its own.
told() {
	local line count=0
	while read -r line; do
		# shellcheck disable=SC2086
		on r $line
		count=$((count + 1))
	done < <(sed -n 's/^  *\(iproute .*\)/\1/p' <<<"$output")
	[ "$count" -gt 0 ] || { echo "no command in: $output"; return 1; }
}

@test "IPv6: a companion that refuses what the class has no route for" {
	local words
	for words in "dev eth1 class 66 masq pref 300" "from fd00:1::/64 class 66 masq" "from fd00:2::/64 to 2000::/3 class 66 masq" \
		"from fd00:3::/64 dev eth1 class 66 masq pref 32765"; do
		status 3 on r iproute -6 addrule $words
		told
		[[ $output =~ 'then this rule, with pref '([0-9]+) ]]
		words="$(sed 's/ pref [0-9]*//' <<<"$words") pref ${BASH_REMATCH[1]}"
		on r iproute -6 addrule $words
		# Nothing but what the rule matches is refused.
		output=$(on r ip -6 rule)
		lacks "from all unreachable"
		on r iproute -6 delrule pref "${BASH_REMATCH[1]}" masq
		on r ip -6 rule flush
		on r ip -6 rule add pref 32766 lookup main
	done
}

@test "IPv6: an earlier rule is in the way" {
	on r ip -6 rule add pref 100 lookup 77
	status 3 on r iproute -6 addrule from fd00:1::/64 class 66 masq pref 300
	[[ $output =~ 'a pref below '([0-9]+) ]]
	status 3 on r iproute -6 addrule from fd00:1::/64 class 66 masq pref "$((BASH_REMATCH[1] - 1))"
	told
	[[ $output =~ 'then this rule, with pref '([0-9]+) ]]
	on r iproute -6 addrule from fd00:1::/64 class 66 masq pref "${BASH_REMATCH[1]}"
	on r ip -6 rule flush
	on r ip -6 rule add pref 100 to fc00::/7 lookup 77
	on r ip -6 rule add pref 32766 lookup main
	status 3 on r iproute -6 addrule from fd00:1::/64 class 66 masq pref 300
	has 'give one of them more selectors, as "to 2000::/3", so that no packet matches both,'
	status 3 on r iproute -6 addrule from fd00:1::/64 to 2000::/3 class 66 masq pref 300
	told
	on r iproute -6 addrule from fd00:1::/64 to 2000::/3 class 66 masq pref 300
}

@test "IPv6: selectors that nftables cannot see" {
	status 3 on r iproute -6 addrule from fd00:1::/64 fwmark 1 class 66 masq
	has 'IPv6 rules that translate select by from, to and dev'
	lacks 'of its own'
}

@test "IPv4: another rule looks up the class" {
	status 3 on r iproute addrule from 10.1.0.0/24 class main masq pref 310
	has 'a record of its own (route gw ADDR dev DEV) instead of a class'
	has 'or say "retag"'
	on r iproute addrule from 10.1.0.0/24 class main masq pref 310 retag
	on r iproute delrule pref 310
	on r iproute addrule from 10.1.0.0/24 route gw 192.0.2.2 dev eth0 masq pref 310
}

@test "the same rule translates" {
	on r iproute addrule from 10.1.0.5 pref 320 class 250 masq
	status 2 on r iproute addrule from 10.1.0.5 pref 320 class 250
	has 'the same rule translates: `replacerule` changes that'
	on r iproute replacerule from 10.1.0.5 pref 320 class 250
	[ "$(on r iproute -4 showrules pref 320)" = "pref 320 from 10.1.0.5 class 250" ]
	status 3 on r iproute -ensure addrule from 10.1.0.5 pref 320 class 250 masq
	has '`replacerule` changes it'
	on r iproute replacerule from 10.1.0.5 pref 320 class 250 masq
}

@test "an address of the router itself" {
	status 2 on r iproute add 192.0.2.1 nat 10.1.0.10
	has 'an address of this host cannot be translated as a whole; take another one'
	lacks '"replace" changes it'
	on r iproute add 192.0.2.10 nat 10.1.0.10
	status 2 on r iproute add 192.0.2.10 nat 10.1.0.11
	has '"replace" changes it'
	on r iproute replace 192.0.2.10 nat 10.1.0.11
	has 'nat 10.1.0.10'
	[ "$(on r iproute show 192.0.2.10)" = "192.0.2.10 dev lo class local nat 10.1.0.11" ]
}
