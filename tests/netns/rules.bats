#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every selector and action of a rule: added, listed by us in the same words, and by `ip rule` as the same
# state; and what this kernel refuses, with the mark under the word.

load lib
export read_by_libnl=1

setup() {
	fresh r
}

# both WORDS… = IP-TEXT: adds the rule (pref 100), sees it in our words and in ip's, and deletes it.
both() {
	local words=() wanted
	while [ "$1" != = ]; do
		words+=("$1")
		shift
	done
	wanted=$2
	on r iproute addrule pref 100 "${words[@]}"
	output=$(on r iproute "${options[@]}" showrules pref 100)
	same "pref 100 ${words[*]}"
	output=$(on r ip "${options[@]}" rule show pref 100)
	same "100:	$wanted"
	on r iproute "${options[@]}" delrule pref 100 "${words[@]}"
	[ -z "$(on r ip "${options[@]}" rule show pref 100)" ]
}

@test "selectors that Debian's ip knows, IPv4" {
	local options=(-4)
	both ipproto tcp class 10 = 'from all ipproto tcp lookup 10'
	both ipproto 253 class 10 = 'from all ipproto ipproto-253 lookup 10'
	both sport 80 class 10 = 'from all sport 80 lookup 10'
	both dport 1000-1999 class 10 = 'from all dport 1000-1999 lookup 10'
	both ipproto udp sport 1-65534 dport 53 drop = 'from all ipproto udp sport 1-65534 dport 53 blackhole'
	both uidrange 0-0 class 10 = 'from all uidrange 0-0 lookup 10'
	if every_user; then
		both uidrange 1000-1999 class 10 = 'from all uidrange 1000-1999 lookup 10'
		both uidrange 0-4294967294 class 10 = 'from all uidrange 0-4294967294 lookup 10'
	fi
	both tun_id 42 class 10 = 'from all tun_id 42 lookup 10'
	both fwmark 0x1/0xff class 10 = 'from all fwmark 0x1/0xff lookup 10'
	both not oif eth9 '[detached]' class 10 = 'not from all oif eth9 [detached] lookup 10'
}

@test "selectors that Debian's ip knows, IPv6" {
	local options=(-6)
	both from 2001:db8::/32 ipproto ipv6-icmp class 10 = 'from 2001:db8::/32 ipproto ipv6-icmp lookup 10'
	both to 2001:db8::/32 sport 80 dport 1-2 class 10 = 'from all to 2001:db8::/32 sport 80 dport 1-2 lookup 10'
	both to 2001:db8::1 tos 0x10 class 10 = 'from all to 2001:db8::1 tos 0x10 lookup 10'
}

@test "actions" {
	local options=(-4)
	both l3mdev = 'from all lookup [l3mdev-table]'
	both l3mdev reject = 'from all lookup [l3mdev-table] unreachable'
	both class main suppress_prefixlength 0 = 'from all lookup main suppress_prefixlength 0'
	both class main suppress_ifgroup 7 = 'from all lookup main suppress_ifgroup 7'
	both class 10 realms 3/5 = 'from all lookup 10 realms 3/5'
	both class 10 realm 5 proto static = 'from all lookup 10 realms 5 proto static'
	both goto 200 '[unresolved]' = 'from all goto 200 [unresolved]'
	both nop = 'from all nop'
	both action throw = 'from all throw'
	both action 200 = 'from all 200'
}

@test "selectors newer than Debian's ip" {
	local words
	need "a mask of dscp in rules" on r iproute addrule pref 99 dscp 8/0x38 nop
	for words in 'class 10 dscp 46' 'class 10 dscp 0' 'class 10 dscp 0x28/0x38' 'sport 0x50/0xf0 class 10'; do
		# shellcheck disable=SC2086 # words
		on r iproute addrule pref 100 $words
		output=$(on r iproute -N showrules pref 100)
		same "pref 100 $words"
		on r iproute delrule pref 100
	done
	on r iproute addrule pref 100 class 10 flowlabel 0x8000/0x8000
	output=$(on r iproute -6 showrules pref 100)
	same "pref 100 class 10 flowlabel 0x8000/0x8000"
	[ "$(on r ip -6 rule show pref 100)" = "100:	from all lookup 10" ]
}

@test "multicast rules are of families of their own" {
	need "ipmr rules" on r ip mrule show
	on r iproute addrule ipmr pref 100 dev eth9 class 10
	[ "$(on r ip mrule show pref 100)" = "100:	from all iif eth9 [detached] lookup 10" ]
	output=$(on r iproute showrules ipmr pref 100)
	same "ipmr pref 100 dev eth9 [detached] class 10"
	[ -z "$(on r ip rule show pref 100)" ]
	on r iproute addrule ip6mr pref 101 fwmark 0x1 drop
	[ "$(on r ip -6 mrule show pref 101)" = "101:	from all fwmark 0x1 blackhole" ]
	on r iproute delrule ipmr pref 100
	on r iproute delrule ip6mr pref 101 fwmark 0x1
	[ "$(on r ip mrule show)" = "32767:	from all lookup default" ]
}

@test "rules that differ in one selector are two rules" {
	local words count=1
	on r iproute addrule pref 100 class 10
	for words in 'ipproto tcp' 'sport 80' 'dport 80' 'dport 80-81' 'uidrange 0-0' 'tun_id 1' 'dscp 1' \
		'suppress_prefixlength 0' 'realms 1' 'suppress_ifgroup 0'; do
		# shellcheck disable=SC2086 # words
		# Old kernels do not know dscp.
		if ! on r iproute addrule pref 100 class 10 $words; then
			[ "$words" = 'dscp 1' ]
			continue
		fi
		count=$((count + 1))
		# shellcheck disable=SC2086
		status 2 on r iproute addrule pref 100 class 10 $words
	done
	[ "$count" -ge 10 ]
	[ "$(on r ip rule show pref 100 | wc -l)" = "$count" ]
	on r iproute replacerule pref 100 dport 80 class 11
	[ "$(on r ip rule show pref 100 table 11)" = "100:	from all dport 80 lookup 11" ]
	[ "$(on r ip rule show pref 100 | wc -l)" = "$count" ]
}

@test "what the kernel refuses is refused with the mark under the word" {
	status 2 on r iproute addrule pref 200 goto 100
	has 'Backward goto not supported'
	marked 100
	status 2 on r iproute addrule tos 1 class 10
	marked 1
	[ "$(on r ip rule show | wc -l)" = 3 ]
}

@test "under ip's name: the same bytes as ip, and route NAT refused" {
	local ip
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	ln -s "${top_builddir:?}/src/iproute" "$BATS_TEST_TMPDIR/bin/ip"
	ip=$BATS_TEST_TMPDIR/bin/ip
	on r "$ip" rule add not from 10.0.0.0/8 fwmark 0/0xff pref 100 table 10
	on r "$ip" rule add from 10.0.0.1 to 10.0.0.0/8 iif xx oif yy pref 101 goto 200
	on r "$ip" rule add l3mdev pref 102 unreach
	on r "$ip" rule add pref 103 n
	on r "$ip" rule add pref 104 type throw
	on r "$ip" rule add pref 105 uidrange 0-0 sport 1-2 dport 80 ipproto 6 tun_id 3 table main \
		sup_pl 0 sup_group 1 realms 3/5 proto static
	on r "$ip" rule add pref 106 type 200
	on r "$ip" -6 rule add to 2001:db8::1 pref 107 prohibit
	local options
	for options in '' -6 -N -d; do
		# shellcheck disable=SC2086 # options
		diff <(on r ip $options rule) <(on r "$ip" $options rule)
	done
	# Debian's ip does not know of the masks that the kernel tells.
	diff <(on r ip -j rule) <(on r "$ip" -j rule | sed 's/,"dport_mask":"0xffff"//')
	status 255 on r "$ip" rule add nat 10.0.0.1
	has 'argument "nat" is wrong: the kernel has no route NAT any more'
	status 255 on r "$ip" rule add map 10.0.0.1
	has 'argument "map" is wrong'
}

@test "replacerule: a preference alone never adds a rule for all packets" {
	lone r
	cd "$BATS_TEST_TMPDIR"
	on r iproute addrule pref 10000 from 192.0.2.1 class 30
	on r iproute save rules >before
	status 3 on r iproute replacerule pref 10000 class 32
	has 'the rule with this pref matches other packets than all'
	has 'repeat its selector:'
	has 'pref 10000 from 192.0.2.1 class 30'
	status 3 on r iproute replacerule pref 10000 prohibit
	status 3 on r iproute replacerule pref 10000 route gw 192.0.2.9
	on r iproute save rules | diff before -
	status 0 on r iproute replacerule pref 10000 from 192.0.2.1 class 32
	status 0 on r iproute showrules pref 10000
	same 'pref 10000 from 192.0.2.1 class 32'
	status 0 on r iproute replacerule pref 10001 class 32
	status 0 on r iproute replacerule pref 10001 class 33
	status 0 on r iproute showrules pref 10001
	same 'pref 10001 class 33'
}

@test "-ensure addrule: a rule that could never match is refused, and the one before it shown" {
	lone r
	cd "$BATS_TEST_TMPDIR"
	on r iproute -ensure addrule pref 100 from 10.1.0.0/16 route gw 192.0.2.2
	on r iproute addrule pref 101 from 10.2.0.0/16 class 7
	on r iproute save rules >before
	status 3 on r iproute -ensure addrule pref 100 from 10.1.0.0/16 route gw 192.0.2.3
	has 'a rule with this pref and selector does something else'
	has '`replacerule` changes it:'
	has 'pref 100 from 10.1.0.0/16 route gw 192.0.2.2 dev eth0'
	status 3 on r iproute -ensure addrule pref 101 from 10.2.0.0/16 class 7 masq
	printf 'addrule pref 100 from 10.1.0.0/16 route gw 198.51.100.2\n' >lines
	status 3 on r iproute -ensure batch lines
	on r iproute save rules | diff before -
	# Packets that find no route in the first class go on to the second.
	status 0 on r iproute -ensure addrule pref 101 from 10.2.0.0/16 class 8
	status 0 on r iproute replacerule pref 100 from 10.1.0.0/16 route gw 192.0.2.3
	status 0 on r iproute showrules pref 100
	same 'pref 100 from 10.1.0.0/16 route gw 192.0.2.3 dev eth0'
}

# placed PREF...: the rules of classes 11, 12 ... stand at these preferences.
placed() {
	local pref class=11
	for pref; do
		status 0 on r iproute showrules class $((class++))
		has "pref $pref "
	done
}

@test "a rule without pref comes before those that came earlier, or is refused" {
	local n
	lone r
	# What stands where local-policy has its rules, or at 0, stays in front.
	ip -n r rule add pref 3 from 10.0.0.0/8 table 3
	for n in 1 2 3 4 5 6; do
		on r iproute addrule from 10.$n.0.0/16 class 1$n
	done
	placed 32765 32764 32763 32762 32761 32760
	on r iproute flushrules all
	ip -n r rule add pref 0 from 10.0.0.0/8 table 3
	ip -n r rule add pref 1 iif lo table 3
	for n in 1 2 3; do
		on r iproute -6 addrule from 2001:db8:$n::/48 class 1$n
		on r iproute addrule from 10.$n.0.0/16 gw 192.0.2.2 masq
	done
	placed 32765 32764 32763
	status 0 on r iproute showrules from 10.3.0.0/16
	has 'pref 32763'
	on r iproute flushrules all
}

@test "a rule without pref is refused where none is left in front" {
	lone r
	ip -n r rule add pref 6 from 10.0.0.0/8 table 3
	on r iproute addrule from 10.1.0.0/16 class 11
	on r iproute addrule from 10.2.0.0/16 class 12
	placed 5 4
	on r iproute save >"$BATS_TEST_TMPDIR/saved"
	status 3 on r iproute addrule from 10.3.0.0/16 class 13
	has 'no preference is left in front of the rule with pref 4'
	has 'name one (pref N), or give that rule a higher one: addrule with the new pref, then delrule pref 4'
	status 3 on r iproute addrule from 10.3.0.0/16 gw 192.0.2.2 masq
	printf '%s\n' 'addrule from 10.3.0.0/16 pref 100 class 13' 'addrule from 10.4.0.0/16 gw 192.0.2.2' \
		>"$BATS_TEST_TMPDIR/lines"
	status 3 on r iproute batch "$BATS_TEST_TMPDIR/lines"
	has 'lines:2: no preference is left'
	status 0 on r iproute save
	same "$(cat "$BATS_TEST_TMPDIR/saved")"
	# So says the manual: without the rule at 4 there is room again.
	on r iproute addrule from 10.2.0.0/16 pref 5 class 12
	on r iproute delrule pref 4
	on r iproute addrule from 10.3.0.0/16 class 13
	placed 5 5 4
}

@test "two rules with the same selector: what the later one does not get is said" {
	lone r
	# Hexadecimal both.
	on r iproute addrule tos 10 class 108
	status 0 on r iproute addrule tos 0x10 class 109
	has 'warning: the rule takes the packets of another'
	has 'this one gets only those that find no route before:
    pref 32765 tos 0x10 class 108'
	# A rule that refuses behind one that routes is meant.
	on r iproute addrule pref 100 from 10.1.0.0/16 gw 192.0.2.2
	status 0 on r iproute addrule pref 200 from 10.1.0.0/16 reject
	same ''
	status 0 on r iproute addrule pref 300 from 10.1.0.0/16 class 7
	has 'warning: the rule matches no packet'
	has 'one in front with the same selector refuses them all:
    pref 200 from 10.1.0.0/16 reject'
	status 0 on r iproute addrule pref 100 from 10.1.0.0/16 gw 192.0.2.3
	has 'warning: the rule gets only packets that find no route before'
	has 'one with the same pref and selector is in front:
    pref 100 from 10.1.0.0/16 route gw 192.0.2.2 dev eth0'
	status 0 on r iproute addrule from 10.1.0.0/16 drop
	has 'warning: the rule takes all packets of another'
	has 'this one matches none any more:'
	# Others, in a batch, and of IPv6.
	status 0 on r iproute addrule class main suppress_prefixlength 0
	same ''
	status 0 on r iproute addrule not tos 10 class 109
	same ''
	printf '%s\n' '-6 addrule dev eth0 class 7' '-6 addrule dev eth0 class 8' >"$BATS_TEST_TMPDIR/lines"
	status 0 on r iproute batch "$BATS_TEST_TMPDIR/lines"
	has 'lines:2: warning: the rule takes the packets of another'
}

@test "-ensure says where a rule stands that does not do the same there" {
	on r iproute -ensure addrule class main suppress_prefixlength 0
	status 0 on r iproute -ensure addrule class main suppress_prefixlength 0
	same unchanged
	on r iproute delrule class main suppress_prefixlength 0
	ip -n r rule add pref 40000 table main suppress_prefixlength 0
	status 0 on r iproute -ensure addrule class main suppress_prefixlength 0
	has unchanged
	has 'warning: the rule is there, but behind one that takes all packets'
	has '`delrule pref 40000`, then the same `addrule`, puts it in front:
    pref 32766 class main
    pref 40000 class main suppress_prefixlength 0'
	status 0 on r iproute -ensure addrule class main suppress_prefixlength 0 pref 40000
	same unchanged
	ip -n r -6 rule add pref 50000 from 2001:db8:7::/48 table 7
	status 0 on r iproute -ensure addrule from 2001:db8:7::/48 class 7
	has 'pref 50000 from 2001:db8:7::/48 class 7'
}
