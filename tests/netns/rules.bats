#!/usr/bin/env bats
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
