#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# test, check, diff, graph: of files, without a kernel.
# shellcheck disable=SC2016,SC2030,SC2031,SC2154 # text with $ in it; variables of lib.bash

load lib

HOST='link eth0
link eth1
addr 192.0.2.1/24 dev eth0
addr 10.1.0.1/16 dev eth1
add default gw 192.0.2.2'

# policy NAME LINE...: a file with the host and these lines.
policy() {
	local file=$BATS_TEST_TMPDIR/$1
	shift
	printf '%s\n' "$HOST" "$@" >"$file"
}

# finds CODE LINE...: check finds it there, and says where.
finds() {
	local code=$1
	shift
	policy p "$@"
	status 1 iproute -4 check "$BATS_TEST_TMPDIR/p"
	has "$code: "
}

# clean LINE...: check finds nothing there.
clean() {
	policy p "$@"
	status 0 iproute -4 check "$BATS_TEST_TMPDIR/p"
	same ''
}

@test "check: each finding in a policy that has it, and in one that has not" {
	clean
	finds unreachable-rule 'addrule pref 10 from 10.1.0.0/16 class main' 'addrule pref 20 from 10.1.2.0/24 class main'
	has 'rule 20: no packet gets here: rules '
	has 'packet: 203.0.113.9 from 10.1.2.1 iif eth1'
	has 'fix: delrule pref 20'
	clean 'addrule pref 10 from 10.1.2.0/24 class main' 'addrule pref 20 from 10.1.0.0/16 class main'
	finds duplicate-rule 'addrule pref 10 fwmark 1 class main' 'addrule pref 20 fwmark 1 class main'
	has 'rule 20: rule 10 already does the same'
	finds below-refusal 'addrule pref 10 prohibit' 'addrule pref 20 from 10.1.0.0/16 class main'
	has 'rule 10 refuses every packet before this rule is scanned'
	finds empty-class 'addrule pref 10 from 10.1.0.0/16 class 250'
	has 'class 250 has no route to anything'
	clean 'addrule pref 10 from 10.1.0.0/16 class 250' 'add 10.7.0.0/16 gw 192.0.2.3 class 250'
	finds open-class 'addrule pref 10 to 10.7.0.0/16 class 250' 'add 10.7.1.0/24 gw 192.0.2.3 class 250'
	has 'what class 250 does not know goes on to the next rules'
	has 'fix: add default reject class 250'
	clean 'addrule pref 10 to 10.7.0.0/16 class 250' 'add 10.7.1.0/24 gw 192.0.2.3 class 250' 'add default reject class 250'
	clean 'addrule pref 10 to 10.7.0.0/16 class 250' 'add 10.7.1.0/24 gw 192.0.2.3 class 250' 'add default throw class 250'
	finds unresolved-goto 'addrule pref 10 goto 20'
	has 'there is no rule 20 to go to'
	clean 'addrule pref 10 goto 20' 'addrule pref 20 nop'
	finds detached-device 'addrule pref 10 dev eth7 class main'
	has 'there is no device eth7: the rule matches nothing'
	clean 'addrule pref 10 dev eth1 class main'
	finds gateway-off-link 'add 10.7.0.0/16 gw 10.9.0.1 dev eth0'
	has '10.7.0.0/16 class 254: its gateway 10.9.0.1 is in no network of this host'
	clean 'add 10.7.0.0/16 gw 10.9.0.1 dev eth0 onlink'
	finds overlapping-marks 'addrule pref 10 fwmark 1/1 class main' 'addrule pref 20 fwmark 3/3 to 10.7.0.0/16 class main'
	has 'a packet may have this mark and that of rule 10'
	clean 'addrule pref 10 fwmark 1/3 class main' 'addrule pref 20 fwmark 2/3 class main'
	finds rp-filter 'link eth1 rp_filter 1' 'addrule pref 10 from 192.0.2.0/24 route gw 10.1.0.9 masq'
	has 'replies are dropped: rp_filter 1 of eth1: the route back to 203.0.113.9 uses eth0'
	clean 'link eth1 rp_filter 2' 'addrule pref 10 from 192.0.2.0/24 route gw 10.1.0.9 masq'
	finds gateway-off-link 'add 10.7.0.0/16 nexthop gw 10.9.0.1 dev eth0 nexthop gw 192.0.2.3 dev eth0'
	# A route without a gateway leads to it: in class main, in the same class, but not by another device.
	clean 'add 10.9.0.1 dev eth0' 'add 10.7.0.0/16 gw 10.9.0.1 dev eth0' 'add 10.8.0.0/16 gw 10.9.0.1 dev eth0 class 77'
	clean 'add 10.9.0.0/24 dev eth0 class 77' 'add 10.8.0.0/16 nexthop gw 10.9.0.1 dev eth0 nexthop gw 192.0.2.3 class 77'
	finds gateway-off-link 'add 10.9.0.1 dev eth1' 'add 10.7.0.0/16 gw 10.9.0.1 dev eth0'
	finds gateway-off-link 'add 10.9.0.0/24 dev eth0 class 78' 'add 10.7.0.0/16 gw 10.9.0.1 dev eth0 class 77'
	clean 'add 10.9.0.0/24 dev eth0 class 78' 'addrule pref 10 to 10.9.0.0/16 class 78' \
		'add default reject class 78' 'add 10.7.0.0/16 gw 10.9.0.1 dev eth0 class 77'
	finds gateway-off-link 'addrule pref 10 from 10.1.0.0/16 route gw 10.9.0.1 dev eth0'
	has 'rule 10: its gateway 10.9.0.1 is in no network'
	finds orphan-class 'add default gw 192.0.2.3 class 2147483650 metric 2147483650'
	has 'no rule leads to the private class 2147483650 any more'
	# Another program may use such a number.
	clean 'add default gw 192.0.2.3 class 2147483650' 'add 10.7.0.0/16 gw 192.0.2.3 class 2147483650'
	finds empty-class 'addrule pref 10 from 10.1.0.0/16 class 2147483650'
	has 'class 2147483650 has no route to anything'
}

@test "check: what another program owns is not for a fix to remove" {
	lone r
	# It uses numbers of private classes, in both families, beside ours.
	ip -n r route add default via 192.0.2.9 table 3000000000 proto static
	ip -n r route add 10.7.0.0/16 via 192.0.2.9 table 2147483700 proto static
	ip -n r route add 10.7.0.0/16 via 192.0.2.9 table 2147483649 proto static
	ip -n r -6 route add default via 2001:db8:1::9 table 2147483700
	status 0 on r iproute check
	same ''
	on r iproute addrule pref 10 from 10.1.0.0/16 route gw 192.0.2.2
	on r iproute addrule pref 10 from 2001:db8:7::/48 route gw 2001:db8:1::2
	# The same number in the other family.
	ip -n r -6 route add 2001:db8:8::/48 via 2001:db8:1::9 table 2147483648
	ip -n r rule del pref 10
	ip -n r -6 rule del pref 10
	status 1 on r iproute check
	[ "$(grep -c '^orphan-class: ' <<<"$output")" -ge 1 ]
	sed -n 's/^    fix: /iproute /p' <<<"$output" >"$BATS_TEST_TMPDIR/fixes"
	status 0 on r bash -e "$BATS_TEST_TMPDIR/fixes"
	ip -n r -4 route show table all >"$BATS_TEST_TMPDIR/routes"
	ip -n r -6 route show table all >>"$BATS_TEST_TMPDIR/routes"
	[ "$(grep -cE 'table (3000000000|2147483700|2147483649) ' "$BATS_TEST_TMPDIR/routes")" = 4 ]
	grep -q '2001:db8:8::/48.* table 2147483648' "$BATS_TEST_TMPDIR/routes"
	fails grep -q 'via 192.0.2.2 ' "$BATS_TEST_TMPDIR/routes"
	# It has put a route into a class of ours.
	on r iproute addrule pref 10 from 10.1.0.0/16 route gw 192.0.2.2
	class=$(ip -n r rule show pref 10 | sed 's/.*lookup //')
	ip -n r route add 10.8.0.0/16 via 192.0.2.9 table "$class"
	ip -n r rule del pref 10
	status 1 on r iproute check
	has "no rule leads to the private class $class any more; another program has put routes there"
	lacks "flush class $class"
	ip -n r route del 10.8.0.0/16 table "$class"
	on r iproute -4 flush class "$class"
	# Rules of a routing daemon, and of an owner without a name.
	ip -n r rule add pref 20 to 10.8.0.0/16 table 250 protocol bird
	ip -n r rule add pref 21 iif eth7 table 250 protocol 201
	ip -n r rule add pref 22 to 10.9.0.0/16 table 250
	ip -n r rule add pref 0 to 10.9.0.0/16 prohibit protocol bird
	ip -n r rule del pref 0 table local
	ip -n r rule add pref 0 table local
	status 1 on r iproute -4 check
	has 'empty-class: rule 20: '
	has '    owner: bird: the program with this protocol made the rule, and mends it'
	has '    owner: proto 201: '
	[ "$(grep 'fix: ' <<<"$output")" = '    fix: delrule pref 22' ]
	status 1 on r iproute -4 -j check
	has '"owner":"bird"'
	lacks 'delrule pref 20'
}

@test "check: a fix stands once, however many findings it removes" {
	lone r
	on r iproute addrule pref 10 dev eth7 class 250
	on r iproute addrule pref 11 dev eth1 to 10.7.0.0/16 class 251
	on r iproute addrule pref 12 dev eth0 to 10.7.0.0/16 class 251
	on r iproute add 10.7.1.0/24 gw 192.0.2.2 class 251
	status 1 on r iproute check
	has 'detached-device: rule 10'
	has 'empty-class: rule 10'
	[ "$(grep -c 'fix: delrule pref 10$' <<<"$output")" = 1 ]
	[ "$(grep -c 'fix: add default reject class 251$' <<<"$output")" = 1 ]
	[ "$(grep -c '    (the fix above removes this, too)' <<<"$output")" = 2 ]
	status 1 on r iproute -j check
	[ "$(grep -o '"fix":"delrule pref 10"' <<<"$output" | wc -l)" = 1 ]
	on r iproute check >"$BATS_TEST_TMPDIR/found" || true
	sed -n 's/^    fix: /iproute /p' "$BATS_TEST_TMPDIR/found" >"$BATS_TEST_TMPDIR/fixes"
	status 0 on r bash -e "$BATS_TEST_TMPDIR/fixes"
	status 0 on r iproute check
}

@test "check: the refusal that a translating IPv6 rule demands is not too much; another one is" {
	local lines=('addr 2001:db8::1/64 dev eth0' 'addr fd00:1::1/64 dev eth1' 'add default gw 2001:db8::2 class 250'
		'addrule pref 31 from fd00:1::/64 reject')
	local action
	for action in 'class 250 masq' 'route gw 2001:db8::2 dev eth0 nat 2001:db8:7::/64' 'class 250 valve'; do
		policy p "${lines[@]}" "addrule pref 30 from fd00:1::/64 $action"
		status 0 iproute -6 check "$BATS_TEST_TMPDIR/p"
		same ''
	done
	for action in 'class 250' 'route gw 2001:db8::2 dev eth0' 'prohibit'; do
		policy p "${lines[@]}" "addrule pref 30 from fd00:1::/64 $action"
		status 1 iproute -6 check "$BATS_TEST_TMPDIR/p"
		has 'pref 31 from fd00:1::/64 reject'
	done
	# Behind the one that is needed.
	policy p "${lines[@]}" 'addrule pref 30 from fd00:1::/64 class 250 masq' 'addrule pref 32 from fd00:1::/64 prohibit'
	status 1 iproute -6 check "$BATS_TEST_TMPDIR/p"
	has 'pref 32 from fd00:1::/64 prohibit'
	lacks 'fix: delrule pref 31'
}

@test "check: the rules of every kernel" {
	local file=$BATS_TEST_TMPDIR/p
	printf '%s\n' '# iproute save whole' "$HOST" 'addrule pref 5 class main' 'addrule pref 6 class local' '# end' >"$file"
	status 1 iproute -4 check "$file"
	has 'local-not-first: rule 5: packets to this host itself pass this rule before class local is asked'
	has 'fix: addrule pref 0 class local'
	has 'default-gone: no rule leads to class default'
	printf '%s\n' '# iproute save whole' "$HOST" 'addrule pref 0 class local' 'addrule pref 7 class default' '# end' >"$file"
	status 1 iproute -4 check "$file"
	has 'main-gone: no rule leads to class main (IPv4)'
}

# mended CODE COUNT: check finds that so often, and when its fixes are typed as they stand, finds nothing.
mended() {
	status 1 on r iproute check
	[ "$(grep -c "^$1: " <<<"$output")" = "$2" ]
	sed -n 's/^    fix: /iproute /p' <<<"$output" >"$BATS_TEST_TMPDIR/fixes"
	status 0 on r bash -e "$BATS_TEST_TMPDIR/fixes"
	status 0 on r iproute check
	same ''
	output=$(on r iproute showrules pref 12 2>&1) || true
	on r iproute flushrules all >/dev/null
	on r iproute flush class 250
}

@test "check: each fix, typed as it stands, removes the finding and nothing else" {
	lone r
	# Rules of both families have the same pref; their selectors contain each other.
	on r iproute addrule pref 10 class 250
	on r iproute addrule pref 10 from 10.1.0.0/16 class 250
	on r iproute addrule pref 10 from 10.1.0.0/16 fwmark 1 class 250
	on r iproute addrule pref 10 from 2001:db8::/32 class 250
	mended empty-class 4
	# An IPv6 rule that is alone at its pref, and one with an IPv4 rule there that must stay.
	on r iproute addrule pref 11 from 2001:db8::/32 class 250
	on r iproute addrule pref 12 from 2001:db8:2::/48 class 250
	on r iproute addrule pref 12 from 10.1.0.0/16 class main
	mended empty-class 2
	same 'pref 12 from 10.1.0.0/16 class main'
	on r iproute addrule pref 10 prohibit
	on r iproute addrule pref 20 class main
	on r iproute addrule pref 20 from 10.1.0.0/16 class main
	mended below-refusal 2
	on r iproute addrule pref 10 fwmark 1 class main
	on r iproute addrule pref 20 fwmark 1 class main
	on r iproute addrule pref 20 to 10.0.0.0/8 prohibit
	mended duplicate-rule 1
	on r iproute addrule pref 10 from 10.1.0.0/16 prohibit
	on r iproute addrule pref 20 from 10.1.2.0/24 class main
	on r iproute addrule pref 20 from 10.1.2.0/24 fwmark 1 class main
	mended unreachable-rule 2
	on r iproute add 10.7.1.0/24 gw 192.0.2.3 class 250
	on r iproute add 2001:db8:1::/48 dev eth0 class 250
	on r iproute addrule pref 10 to 10.7.0.0/16 class 250
	on r iproute addrule pref 10 to 2001:db8::/32 class 250
	mended open-class 2
	on r iproute addrule pref 10 dev eth7 class main
	on r iproute addrule pref 10 dev eth8 class main
	mended detached-device 2
	on r iproute addrule pref 10 from 10.1.0.0/16 goto 20
	on r iproute addrule pref 10 not from 10.2.0.0/16 goto 20
	mended unresolved-goto 2
	on r iproute addrule pref 10 from 10.1.0.0/16 route gw 192.0.2.2
	ip -n r rule del pref 10
	mended orphan-class 1
	on r iproute addrule pref 10 from 10.1.0.0/16 route gw 192.0.2.2
	on r iproute addrule pref 10 from 10.2.0.0/16 route gw 192.0.2.2
	on r iproute addrule pref 10 from 10.3.0.0/16 route gw 192.0.2.2 only
	for class in 2147483648 2147483649 2147483650; do
		ip -n r route del default via 192.0.2.2 table "$class"
	done
	mended record-missing 3
	# Without its marker, nothing tells it from the class of another program.
	on r iproute addrule pref 10 from 10.1.0.0/16 route gw 192.0.2.2
	ip -n r route flush table 2147483648
	mended empty-class 1
	for family in -4 -6; do
		ip -n r "$family" rule del pref 0
		ip -n r "$family" rule add pref 0 fwmark 1 prohibit
		ip -n r "$family" rule add pref 0 table local
		ip -n r "$family" rule del pref 32766
	done
	ip -n r rule del pref 32767
	on r iproute addrule pref 0 from 10.1.0.0/16 prohibit
	on r iproute addrule pref 32766 from 10.1.0.0/16 prohibit
	ip -n r rule del pref 0 table local
	mended main-gone 2
	[[ $(ip -n r rule) == "0:"*"from all lookup local"* ]]
	[[ $(ip -n r -6 rule) == "0:"*"from all lookup local"* ]]
}

@test "check: many rules, an IPv4 rule without an equal of IPv6, what is ignored, JSON" {
	local file=$BATS_TEST_TMPDIR/p
	{ echo "$HOST"; for i in {1..1001}; do echo "addrule pref $((i + 10)) from 10.2.$((i / 250)).$((i % 250)) class main"; done; } >"$file"
	status 1 iproute -4 check "$file"
	has 'long-scan: a packet may have to pass 1004 rules'
	policy p 'addrule pref 10 fwmark 1 class main'
	status 0 iproute check "$file"
	status 1 iproute -d check "$file"
	has 'no-ipv6-twin: rule 10: IPv6 has no rule with this selector'
	policy p 'addrule pref 10 from 10.1.0.0/16 class 250'
	status 1 iproute -j check "$file"
	same '[{"code":"empty-class","pref":10,"text":"class 250 has no route to anything","fix":"delrule pref 10"}]'
	policy p '# check: ignore empty-class a daemon fills it' 'addrule pref 10 from 10.1.0.0/16 class 250'
	status 0 iproute check "$file"
	same ''
	status 255 iproute check "$file" "$file"
	has 'check takes one FILE, or none for the kernel'
	# Of the kernel, /etc/iproute/policy says what is meant.
	mkdir -p /run/etc /run/work
	mount -t overlay -o lowerdir=/etc,upperdir=/run/etc,workdir=/run/work etc /etc 2>/dev/null || return 0
	mkdir -p /etc/iproute
	lone r
	on r iproute addrule pref 10 from 10.1.0.0/16 class 250
	status 1 on r iproute check
	has 'empty-class: rule 10'
	echo '# check: ignore empty-class a daemon fills it' >/etc/iproute/policy
	status 0 on r iproute check
	umount /etc
}

@test "test: single packets and prefixes, TAP and a witness" {
	policy p 'addrule pref 10 from 10.1.0.0/16 route gw 192.0.2.9 masq' 'addrule pref 20 to 10.7.0.0/16 class 250' \
		'add 10.7.0.0/17 prohibit class 250' 'add default reject class 250' \
		'expect 203.0.113.9 from 10.1.0.4 iif eth1 via 192.0.2.9 masq' \
		'expect 203.0.113.0/24 from 10.1.0.0/16 rule 10' \
		'expect 10.7.0.0/17 from 192.0.2.0/24 prohibit' \
		'expect 10.7.128.0/17 from 192.0.2.0/24 reject' \
		'expect 192.0.2.1 local' \
		'expect 203.0.113.0/24 from 192.0.2.0/24 class main dev eth0' \
		'expect 203.0.113.0/24 never drop' \
		'expect 10.7.0.0/16 from 192.0.2.0/24 never via 192.0.2.2'
	status 0 iproute test "$BATS_TEST_TMPDIR/p"
	has 'ok 1 - '
	has '1..8'
	policy p 'addrule pref 10 from 10.1.0.0/16 to 203.0.113.128/25 prohibit' \
		'expect 203.0.113.0/24 from 10.1.0.0/16 via 192.0.2.2'
	status 1 iproute test "$BATS_TEST_TMPDIR/p"
	has 'not ok 1 - '
	has '# 10.1.0.9 -> 203.0.113.129, in eth1'
	has 'rule 10 refuses it'
	status 1 iproute -j test "$BATS_TEST_TMPDIR/p"
	same '[{"expect":"203.0.113.0/24 from 10.1.0.0/16 via 192.0.2.2","ok":false}]'
}

@test "test: a packet that is dropped when it comes in is not where the rules send it" {
	policy p 'link eth1 rp_filter 1' 'expect 203.0.113.9 from 198.51.100.7 iif eth1 via 192.0.2.2'
	status 1 iproute test "$BATS_TEST_TMPDIR/p"
	has 'rp_filter 1 of eth1'
	policy p 'link eth1 rp_filter 1' 'expect 203.0.113.9 from 198.51.100.7 iif eth1 drop'
	status 0 iproute test "$BATS_TEST_TMPDIR/p"
}

@test "test: of the kernel, of another file, and wrong lines" {
	local file=$BATS_TEST_TMPDIR/e
	lone r
	on r iproute add default gw 192.0.2.9
	echo 'expect 203.0.113.9 from 192.0.2.1 via 192.0.2.9' >"$file"
	status 0 on r iproute test "$file"
	policy p
	status 1 iproute test "$file" -f "$BATS_TEST_TMPDIR/p"
	echo 'expect 203.0.113.9 via' >"$file"
	status 255 iproute test "$file" -f "$BATS_TEST_TMPDIR/p"
	has '"via" needs a value after it'
	echo 'expect 203.0.113.9' >"$file"
	status 255 iproute test "$file" -f "$BATS_TEST_TMPDIR/p"
	has 'what is to be expected?'
	echo 'expect 203.0.113.9 local twice' >"$file"
	status 255 iproute test "$file" -f "$BATS_TEST_TMPDIR/p"
	has '"twice" is nothing to expect'
	has 'after the packet stands via, dev, class, rule, src, local, reject, prohibit, drop, unreachable or masq'
	echo 'expect 203.0.113.9 metric 5 local' >"$file"
	status 255 iproute test "$file" -f "$BATS_TEST_TMPDIR/p"
	has '"metric" is not a word of a packet'
	has 'after the packet stands via, dev'
	{ printf expect && printf ' local%.0s' {1..13}; } >"$file"
	status 255 iproute test "$file" -f "$BATS_TEST_TMPDIR/p"
	has 'a line expects at most 12 things'
	echo 'expect 203.0.113.9 rule x' >"$file"
	status 255 iproute test "$file" -f "$BATS_TEST_TMPDIR/p"
	has '"x" is not a preference'
	status 255 iproute test
	has 'which FILE?'
}

@test "test: a misspelt word of an expect line is marked there, and the right one suggested" {
	local file=$BATS_TEST_TMPDIR/e wrong right line
	policy p
	while read -r wrong right line; do
		echo "expect $line" >"$file"
		status 255 iproute test "$file" -f "$BATS_TEST_TMPDIR/p"
		has "    expect $line"
		marked "$wrong"
		has "did you mean \"$right\"?"
		# Followed to the letter.
		echo "expect ${line/"$wrong"/"$right"}" >"$file"
		status 1 iproute test "$file" -f "$BATS_TEST_TMPDIR/p"
		has 'not ok 1'
	done <<-'EOF'
		viaa via 203.0.113.9 viaa 10.0.0.1
		unreachble unreachable 192.0.2.9 unreachble
		nevr never 203.0.113.9 nevr via 192.0.2.2
		fromm from fromm 10.0.0.1 to 203.0.113.9 local
		markk mark 203.0.113.9 markk 7 local
		uuid uid to 203.0.113.9 uuid 7 local
		iiif iif 203.0.113.9 iiif eth0 local
		claas class 203.0.113.9 via 192.0.2.2 claas 7
		prohibitt prohibit 203.0.113.9 local prohibitt
	EOF
	# The mark is in the line, not in what is made of it.
	echo 'expect 203.0.113.9 from 10.0.0.0/33 local' >"$file"
	status 255 iproute test "$file" -f "$BATS_TEST_TMPDIR/p"
	has '    expect 203.0.113.9 from 10.0.0.0/33 local'
	marked 10.0.0.0/33
}

@test "diff: which packets two policies treat differently" {
	local a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/b
	policy a 'addrule pref 10 from 10.2.0.0/16 to 198.51.100.0/24 class 250' 'add default gw 192.0.2.9 class 250'
	policy b 'addrule pref 10 from 10.2.0.0/16 to 198.51.100.0/24 prohibit'
	status 1 iproute diff "$a" "$b"
	same 'from 10.2.0.0/16 to 198.51.100.0/24: class 250 gw 192.0.2.9 dev eth0 -> prohibit
    packet: 198.51.100.1 from 10.2.0.1 iif eth0'
	status 1 iproute -j diff "$a" "$b"
	same '[{"packets":"from 10.2.0.0/16 to 198.51.100.0/24","before":"class 250 gw 192.0.2.9 dev eth0","after":"prohibit","packet":"198.51.100.1 from 10.2.0.1 iif eth0"}]'
	status 0 iproute diff "$a" "$a"
	same ''
	# Other lines, the same for every packet.
	policy b 'addrule pref 10 from 10.2.0.0/17 to 198.51.100.0/24 class 251' \
		'addrule pref 11 from 10.2.128.0/17 to 198.51.100.0/24 class 251' 'add default gw 192.0.2.9 class 251'
	status 0 iproute diff "$a" "$b"
	same ''
	status 1 iproute diff -lines "$a" "$b"
	has '- addrule pref 10 from 10.2.0.0/16 to 198.51.100.0/24 class 250'
	has '+ addrule pref 11 from 10.2.128.0/17 to 198.51.100.0/24 class 251'
	has '+ add default gw 192.0.2.9 dev eth0 class 251'
	status 0 iproute diff -lines "$a" "$a"
	status 255 iproute diff "$a"
	has 'diff compares two policies: a FILE, or - for the kernel'
}

@test "diff: a set with what is not of it, instead of a hundred sets around it" {
	local file=$BATS_TEST_TMPDIR
	printf '%s\n' 'link eth0' 'link eth1' 'addrule pref 500 to 10.9.0.0/16 class 9' >"$file/a"
	printf '%s\n' 'link eth0' 'link eth1' 'addr 192.0.2.1/24 dev eth0' 'addr 198.51.100.1/24 dev eth1' \
		'addr 10.1.0.1/24 dev eth1' 'addrule pref 0 class local' 'addrule pref 500 to 10.9.0.0/16 class 9' \
		'add default gw 192.0.2.9 dev eth0 class 9' \
		'addrule pref 600 from 10.1.0.0/24 route gw 198.51.100.9 dev eth1' >"$file/b"
	status 1 iproute -4 diff "$file/a" "$file/b"
	has 'from 10.1.0.0/24, but not to 10.9.0.0/16, to 192.0.2.1, to 192.0.2.255, to 198.51.100.1, to 198.51.100.255,'
	[ "$(grep -c packet: <<<"$output")" -le 12 ]
}

@test "diff: the answers that a reply rule routes are named by their mark" {
	local file=$BATS_TEST_TMPDIR
	printf '%s\n' 'link eth0' 'link eth1' 'addr 192.0.2.1/24 dev eth0' 'addr 198.51.100.1/24 dev eth1' \
		'addr 2001:db8:1::1/64 dev eth0' >"$file/a"
	{
		cat "$file/a"
		echo 'addrule pref 910 dev eth0 reply route gw 192.0.2.2 dev eth0'
		echo 'addrule pref 911 dev eth1 reply mark 0x40/0x40 route gw 198.51.100.2 dev eth1'
		echo 'addrule pref 920 from 10.1.0.0/24 route gw 192.0.2.3 dev eth0'
	} >"$file/b"
	status 1 iproute -4 diff "$file/a" "$file/b"
	has 'fwmark 0x18000000/0x7f000000: no route -> gw 192.0.2.2 dev eth0'
	has 'fwmark 0x40/0x40'
	has 'from 10.1.0.0/24, but not fwmark 0x18000000/0x7f000000, fwmark 0x40/0x40: no route -> gw 192.0.2.3 dev eth0'
	lacks 'but not from 0.0.0.0/0'
	fails grep '^from 0.0.0.0/0:' <<<"$output"
	{
		cat "$file/a"
		echo 'addrule pref 910 from ::/0 dev eth0 reply route gw 2001:db8:1::2 dev eth0'
		echo 'addrule pref 920 from 2001:db8:7::/48 route gw 2001:db8:1::3 dev eth0'
	} >"$file/c"
	status 1 iproute -6 diff "$file/a" "$file/c"
	has 'fwmark 0x18000000/0x7f000000'
	has 'from 2001:db8:7::/48, but not'
	lacks 'from ::/0, from ::/0'
	fails grep 'but not from ::/0' <<<"$output"
}

# packets WORDS...: the output has these words of sets of packets, and no others.
packets() {
	diff <(printf '%s\n' "$@" | sort) <(sed -n 's/^\([^ ].*\): .* -> .*/\1/p' <<<"$output" | sort -u)
}

@test "diff: the words say which packets, with few selectors and exceptions" {
	local a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/b class='add default gw 192.0.2.9 class 250'
	# A rule that goes: its selector is named, and the network where that makes the difference.
	policy a "$class" 'addrule pref 10 uidrange 1000-1999 class 250'
	policy b "$class"
	status 1 iproute -4 diff "$a" "$b"
	packets 'uidrange 1000-1999, but not to 192.0.2.0/24, to 10.1.0.0/16' \
		'uidrange 1000-1999 to 192.0.2.0/24' 'uidrange 1000-1999 to 10.1.0.0/16'
	# A range that moves is two ranges, not a dozen.
	policy b "$class" 'addrule pref 10 uidrange 1500-2500 class 250'
	status 1 iproute -4 diff "$a" "$b"
	packets 'uidrange 1500-2500' 'uidrange 1000-1999, but not uidrange 1500-2500, to 192.0.2.0/24, to 10.1.0.0/16' \
		'uidrange 1000-1999 to 192.0.2.0/24, but not uidrange 1500-2500' \
		'uidrange 1000-1999 to 10.1.0.0/16, but not uidrange 1500-2500'
	has '    packet: 203.0.113.9 uid 2000'
	lacks iif
	# What is not "not from" is "from".
	policy a
	policy b "$class" 'addrule pref 9 not from 10.1.0.0/16 prohibit' 'addrule pref 10 not from 10.2.0.0/16 class 250'
	status 1 iproute -4 diff "$a" "$b"
	packets 'not from 10.1.0.0/16' 'from 10.1.0.0/16'
	policy b "$class" 'addrule pref 9 uidrange 1000-1999 prohibit' 'addrule pref 10 not from 10.1.0.0/16 class 250'
	status 1 iproute -4 diff "$a" "$b"
	packets 'uidrange 1000-1999' 'not from 10.1.0.0/16, but not uidrange 1000-1999'
	# Selectors that contain a change together.
	policy a "$class" 'addrule pref 10 dport 5-9 class 250' 'addrule pref 11 from 10.1.0.0/16 class 250'
	policy b "$class" 'addrule pref 5 fwmark 1 goto 11' 'addrule pref 10 dport 5-9 class 250' 'addrule pref 11 from 10.1.0.0/16 class 250'
	status 1 iproute -4 diff "$a" "$b"
	has 'dport 5-9 fwmark 0x1, but not from 10.1.0.0/16,'
	has 'dport 5-9 fwmark 0x1 to 192.0.2.0/24, but not from 10.1.0.0/16: '
}

@test "diff, check, test: the packet that is shown is one of another host, with what makes the difference only" {
	local a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/b
	policy a
	policy b 'addrule pref 10 from 10.1.0.0/16 prohibit'
	status 1 iproute -4 diff "$a" "$b"
	has '    packet: 203.0.113.9 from 10.1.0.9 iif eth1'
	lacks 'from 10.1.0.1'
	# Unless only this host has the address.
	policy b 'addrule pref 10 from 10.1.0.1 prohibit'
	status 1 iproute -4 diff "$a" "$b"
	has '    packet: 203.0.113.9 from 10.1.0.1
'
	# A destination, too: without class local first there is a difference for both.
	printf '%s\n' '# iproute save whole' "$HOST" 'addrule pref 0 class local' 'addrule pref 7 class main' '# end' >"$a"
	printf '%s\n' '# iproute save whole' "$HOST" 'addrule pref 0 to 10.1.0.0/16 prohibit' 'addrule pref 1 class local' \
		'addrule pref 7 class main' '# end' >"$b"
	status 1 iproute -4 diff "$a" "$b"
	has 'to 10.1.0.1: local -> prohibit
    packet: 10.1.0.1
'
	has 'to 10.1.0.0/16: dev eth1 src 10.1.0.1 -> prohibit
    packet: 10.1.64.1
'
	# What comes in belongs to no user.
	policy a
	policy b 'addrule pref 10 from 10.1.0.0/16 uidrange 1000-1999 prohibit' 'addrule pref 20 dev eth1 uidrange 1000-1999 prohibit'
	status 1 iproute -4 diff "$a" "$b"
	has '    packet: 203.0.113.9 from 10.1.0.9 uid 1000'
	lacks iif
	policy p 'addrule pref 20 dev eth1 uidrange 1000-1999 prohibit'
	status 1 iproute -4 check "$BATS_TEST_TMPDIR/p"
	has 'unreachable-rule: rule 20: no packet gets here'
	# Each packet shown is treated as the line says.
	policy b 'addrule pref 9 tos 8 from 10.1.0.0/16 dev eth1 fwmark 3 ipproto udp dport 7-8 prohibit' \
		'addrule pref 10 fwmark 3 sport 5 to 10.7.0.0/16 class 250' 'add default gw 192.0.2.9 class 250'
	status 1 iproute -4 diff "$a" "$b"
	has 'packet: 10.7.0.1 mark 0x3 sport 5'
	has 'packet: 203.0.113.9 from 10.1.0.9 iif eth1 mark 0x3 tos 0x8 ipproto 17 dport 7'
}

@test "diff: more changes than are shown" {
	local gateway file
	for gateway in 2 3; do
		file=$BATS_TEST_TMPDIR/$gateway
		echo 'link eth0
addr 192.0.2.1/24 dev eth0' >"$file"
		awk -v gateway="$gateway" 'BEGIN { for (i = 0; i < 10001; i++)
			printf "add 10.%d.%d.%d/32 gw 192.0.2.%d\n", i / 65536, i / 256 % 256, i % 256, gateway + i % 199 }' >>"$file"
	done
	status 1 iproute -4 diff "$BATS_TEST_TMPDIR/2" "$BATS_TEST_TMPDIR/3"
	has 'iproute: warning: there are more packets that are treated differently: 10000 sets of them are shown
    `diff -lines` shows the lines in which the policies differ'
	[ "$(grep -c 'packet:' <<<"$output")" = 10000 ]
	sed -i '$d' "$BATS_TEST_TMPDIR/2" "$BATS_TEST_TMPDIR/3"
	status 1 iproute -4 diff "$BATS_TEST_TMPDIR/2" "$BATS_TEST_TMPDIR/3"
	[ "$(grep -c 'packet:' <<<"$output")" = 10000 ]
	lacks 'there are more'
}

@test "diff: what has no words in the grammar is told by the rules that decide" {
	local a=$BATS_TEST_TMPDIR/a b=$BATS_TEST_TMPDIR/b
	printf '%s\n' 'link eth0' 'link eth1' 'append 2001:db8::a0/123 dev eth0 class 100' \
		'append 2001:db8::/120 from 2001:db8::40/123 dev eth1 class 102' \
		'addrule pref 12 not from 2001:db8::80/122 class 102' >"$b"
	{ cat "$b"; echo 'addrule pref 11 not from 2001:db8::e0/123 to 2001:db8::/120 fwmark 1/3 iif eth1 prohibit'; } >"$a"
	echo 'addrule pref 14 not from 2001:db8::a0/123 ipproto udp dport 5-9 class 100' >>"$b"
	status 1 iproute -6 diff "$a" "$b"
	has 'decided by rule 11 before and by no rule after: prohibit -> no route
    packet: '
	has 'decided by rule 11 before and by rule 14 after: prohibit -> class 100 dev eth0'
	has 'decided by rule 11 before and by rule 12 after: prohibit -> class 102 dev eth1'
	[ "$(grep -c packet: <<<"$output")" -le 10 ]
}

@test "diff: a route, and the kernel" {
	lone r
	on r iproute add default gw 192.0.2.2
	on r iproute save -a >"$BATS_TEST_TMPDIR/now" || on r iproute save >"$BATS_TEST_TMPDIR/now"
	policy a
	policy b 'add 203.0.113.0/24 gw 192.0.2.9'
	status 1 iproute diff "$BATS_TEST_TMPDIR/a" "$BATS_TEST_TMPDIR/b"
	has 'to 203.0.113.0/24: gw 192.0.2.2 dev eth0 -> gw 192.0.2.9 dev eth0'
	status 0 on r iproute diff - -
	on r iproute addrule pref 50 to 203.0.113.0/24 prohibit
	status 1 on r iproute -4 diff "$BATS_TEST_TMPDIR/a" -
	has 'to 203.0.113.0/24: gw 192.0.2.2 dev eth0 -> prohibit'
}

# unlike N FILE [WORDS]: diff of the file and the kernel of r, in both directions, with this status, and nothing if it is 0.
unlike() {
	local got=$1 file=$2 from to
	shift 2
	for from in "$file" -; do
		[ "$from" = - ] && to=$file || to=-
		status "$got" on r iproute diff "$@" "$from" "$to"
		[ "$got" != 0 ] || same ''
	done
}

@test "diff: what save has just written is the kernel's, with what it leaves out; so is an applied policy" {
	local file=$BATS_TEST_TMPDIR/s words
	lone r
	on r iproute add default gw 192.0.2.2
	on r iproute add 10.7.0.0/16 gw 192.0.2.9 dev eth0 class 77
	on r iproute addrule pref 10 to 10.7.0.0/16 class 77
	on r iproute addrule pref 11 from 10.1.0.0/16 route gw 192.0.2.9 dev eth0 masq
	on r iproute addrule pref 12 from 10.2.0.0/16 route gw 192.0.2.8 dev eth0 only
	on r iproute addrule pref 13 from 2001:db8:7::/48 route gw 2001:db8:1::2
	ip -n r route add 10.5.0.0/16 nexthop via 192.0.2.3 weight 2 nexthop via 198.51.100.3
	ip -n r route add 10.6.0.0/16 via 192.0.2.7 proto bird
	ip -n r rule add pref 20 to 10.9.0.0/16 table 78 proto bird
	# Numbers that the file's own records would get.
	ip -n r route add 10.8.0.0/16 via 192.0.2.7 table 2147483651
	ip -n r route add default via 192.0.2.7 table 2147483652
	for words in '' -j; do
		on r iproute ${words:+"$words"} save >"$file" 2>/dev/null
		unlike 0 "$file"
		unlike 0 "$file" -lines
	done
	status 0 on r iproute diff <(on r iproute save 2>/dev/null) -
	same ''
	status 0 iproute -netns r diff "$file" -
	# All of some records: of the others nothing is said.
	for words in rules 'routes class 77' 'dev eth0' 'rules class 77'; do
		# shellcheck disable=SC2086 # these are words
		on r iproute -4 save $words >"$file" 2>/dev/null
		unlike 0 "$file"
		unlike 0 "$file" -lines
	done
	# What changes then is a difference, and nothing else.
	on r iproute save >"$file" 2>/dev/null
	on r iproute del 10.7.0.0/16 class 77
	status 1 on r iproute diff "$file" -
	has 'class 77 gw 192.0.2.9 dev eth0 -> gw 192.0.2.2 dev eth0'
	status 1 on r iproute diff -lines "$file" -
	same '- add 10.7.0.0/16 gw 192.0.2.9 dev eth0 class 77'
	on r iproute save >"$file" 2>/dev/null
	ip -n r rule del pref 0
	status 1 on r iproute diff -lines "$file" -
	same '- addrule pref 0 class local'
	ip -n r rule add pref 0 table local
	# Another program may use the number of a private class.
	on r iproute save >"$file" 2>/dev/null
	ip -n r route del default table 2147483652
	status 1 on r iproute diff -lines "$file" -
	same '- add default gw 192.0.2.7 dev eth0 class 2147483652'
	# Of a policy file, what its owner has is compared.
	printf '%s\n' 'add default gw 192.0.2.5 class 250' 'addrule from 10.3.0.0/16 class 250' \
		'addrule from 10.4.0.0/16 route gw 192.0.2.6 masq' 'local-policy off' >"$file"
	on r iproute delrule pref 11
	unlike 1 "$file"
	on r iproute apply "$file"
	unlike 0 "$file"
	unlike 0 "$file" -lines
	ip -n r rule add pref 15 to 10.3.0.0/16 prohibit protocol 96
	status 1 on r iproute -4 diff -lines "$file" -
	same '+ addrule pref 15 to 10.3.0.0/16 prohibit proto 96'
	# With devices of its own it stands alone.
	{ echo 'link eth0'; cat "$file"; } >"$file.alone"
	status 1 on r iproute -4 diff "$file.alone" -
	has 'no route -> '
}

@test "graph: rules, classes and gateways; the path of a packet" {
	policy p 'addrule pref 10 from 10.1.0.0/16 class 250' 'addrule pref 20 from 10.2.0.0/16 class 250' \
		'add default gw 192.0.2.9 class 250' 'addrule pref 30 fwmark 1 prohibit' 'addrule pref 40 goto 50' 'addrule pref 50 nop'
	status 0 iproute graph -f "$BATS_TEST_TMPDIR/p"
	has 'digraph policy {'
	has 'label="10  from 10.1.0.0/16\l20  from 10.2.0.0/16\l"'
	has 'class250 -> "192.0.2.9\non eth0" [label="1"]'
	has 'rule3 -> refused'
	has 'rule4 -> rule5 [style=dashed constraint=false]'
	[[ $output != *red\ penwidth* ]]
	status 0 iproute graph 203.0.113.9 from 10.1.0.4 iif eth1 -f "$BATS_TEST_TMPDIR/p"
	has 'class250 -> "192.0.2.9\non eth0" [label="1" color=red penwidth=2]'
	has 'rule1 -> class250 [color=red penwidth=2]'
	if command -v dot >/dev/null; then
		iproute graph -f "$BATS_TEST_TMPDIR/p" | dot -Tplain >/dev/null
		status 0 iproute graph -svg -f "$BATS_TEST_TMPDIR/p"
		has '</svg>'
		status 0 iproute graph -f "$BATS_TEST_TMPDIR/p" -svg
		has '</svg>'
	fi
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$(command -v iproute)" "$(command -v sh)" "$BATS_TEST_TMPDIR/bin/"
	status 2 env PATH="$BATS_TEST_TMPDIR/bin" iproute graph -svg -f "$BATS_TEST_TMPDIR/p"
	has 'there is no program "dot"'
	has 'Debian, Fedora and Alpine: install graphviz'
	printf '#!/bin/sh\nexit 1\n' >"$BATS_TEST_TMPDIR/bin/dot"
	chmod +x "$BATS_TEST_TMPDIR/bin/dot"
	status 2 env PATH="$BATS_TEST_TMPDIR/bin" iproute graph -svg -f "$BATS_TEST_TMPDIR/p"
	has 'dot failed'
}

@test "test: a name that is not set is marked" {
	printf 'add default reject class 5\nexpect $far reject\n' >"$BATS_TEST_TMPDIR/unset"
	status 255 iproute test "$BATS_TEST_TMPDIR/unset"
	has 'unset:2: "$far" is not set'
	printf 'expect $far reject\n' >"$BATS_TEST_TMPDIR/unset"
	status 255 iproute test "$BATS_TEST_TMPDIR/unset"
	marked '$far'
	has 'put a line "set far VALUE" before this one'
}

# The words of an SVG picture; another version of dot may place them elsewhere.
words_of_picture() {
	grep -o '>[^<]*</text>' | sort
}

@test "the document's OSPF classes: explained, tested, checked, drawn" {
	local file=$top_srcdir/examples/ospf-classes.policy
	status 0 iproute explain 203.0.113.9 from 10.1.7.4 iif eth1 -f "$file"
	has '32762  to 10.1.0.0/16 class 250            203.0.113.9 is not in 10.1.0.0/16'
	has '32763  class 251                           no route'
	has '32764  class 252                           matches: 203.0.113.0/24 gw 192.0.2.5 dev eth0'
	# What an area has lost is nowhere: it does not leak to another class.
	status 1 iproute explain 10.1.8.4 from 10.1.7.4 iif eth1 -f "$file"
	has '32762  to 10.1.0.0/16 class 250            matches: reject default'
	has 'its sender gets ICMP host unreachable'
	status 0 iproute test "$file"
	status 0 iproute -4 check "$file"
	grep -q '</svg>' "$top_srcdir/examples/ospf-classes.svg"
	[ -z "$(command -v dot)" ] || diff <(iproute -4 graph -svg -f "$file" | words_of_picture) <(words_of_picture <"$top_srcdir/examples/ospf-classes.svg")
}
