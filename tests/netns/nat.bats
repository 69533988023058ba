#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# masq, nat, NAT routes: what the rule routed is translated, and nothing else.

load lib
load lab

setup() {
	need_translation
	lab
}

teardown() {
	unlab
	round_trips
}

no_table() {
	run on r nft list table ip iproute
	[ "$status" != 0 ]
}

@test "a masquerading rule with a gateway of its own; its neighbours are not translated" {
	on r iproute addrule from 10.1.0.4 pref 320 route gw 198.51.100.2 masq
	sees udp 10.1.0.4 198.51.100.1
	sees tcp 10.1.0.4 198.51.100.1
	sees udp 10.1.0.5 10.1.0.5
	on in ping -qc1 -W20 -I 10.1.0.4 $FAR
	output=$(on r iproute -r)
	has " 320 10.1.0.4           default            00  *       own gw 198.51.100.2 dev eth3 masq"
	output=$(on r iproute -j showrules)
	has '{"pref":320,"from":"10.1.0.4","own":{"gw":"198.51.100.2","dev":"eth3"},"masq":true}'
	on r iproute delrule from 10.1.0.4
	no_table
	sees udp 10.1.0.4 10.1.0.4
	[ -z "$(ip -n r rule | grep realms)" ]
}

@test "the document's pair: a plain rule for one host, nat for its neighbours in the same class" {
	on r iproute add default gw 198.51.100.2 class 250
	on r iproute addrule from 10.1.0.5 class 250 pref 220
	status 3 on r iproute addrule from 10.1.0.0/24 nat 198.18.1.0/24 class 250 pref 320
	has 'in the way: pref 220 from 10.1.0.5 class 250'
	has retag
	no_table
	on r iproute addrule from 10.1.0.0/24 nat 198.18.1.0/24 class 250 pref 320 retag
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	sees udp 10.1.0.4 198.18.1.4
	sees tcp 10.1.0.6 198.18.1.6
	sees udp 10.1.0.5 10.1.0.5
	on in ping -qc1 -W20 -I 10.1.0.4 $FAR
	output=$(on r iproute showrules from 10.1.0.0/24)
	same "pref 320 from 10.1.0.0/24 class 250 nat 198.18.1.0/24"
	output=$(on r iproute show 198.18.1.0/24)
	same "198.18.1.0/24 dev lo class local nat 10.1.0.0/24"
	on r iproute delrule from 10.1.0.0/24 nat 198.18.1.0/24
	on r iproute del 198.18.1.0/24 nat 10.1.0.0/24
	no_table
	[ -z "$(ip -n r rule | grep realms)" ]
	[ -z "$(ip -n r route show table local 198.18.1.0/24)" ]
}

@test "nat both ways: flows from outside, errors in both directions" {
	on r iproute addrule from 10.1.0.0/24 nat 198.18.1.0/24 pref 320 route gw 198.51.100.2
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	serve in
	on o2 ping -qc1 -W20 198.18.1.4
	output=$(flows o2 tcp 198.51.100.2 198.18.1.5 7)
	same 198.51.100.2
	output=$(flows o2 udp 198.51.100.2 198.18.1.4 7)
	same 198.51.100.2
	status 1 flows o2 udp 198.51.100.2 198.18.1.4 9
	has ECONNREFUSED
	status 1 flows in udp 10.1.0.4 $FAR 9
	has ECONNREFUSED
	status 1 flows in tcp 10.1.0.4 $FAR 9
	has ECONNREFUSED
}

# pmtu HOST ADDR: the path MTU that the host has learned.
pmtu() {
	ip -n "$1" route get "$2" | grep -o ' mtu [0-9]*' || echo none
}

@test "ICMP errors of the router itself quote the address that the sender knows" {
	ip -n r link set eth1 mtu 1280
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	on r iproute add 198.18.2.0/24 nat 10.1.0.0/24
	on r iproute addrule from 10.1.0.0/24 nat 198.18.1.0/24 pref 320 route gw 198.51.100.2
	ip -n o2 route add 198.18.2.0/24 via 198.51.100.1
	# Whoever asks for the inside address itself is answered about that.
	on o1 ping -M do -s 1400 -c 2 -i 0.1 -W20 10.1.0.6 || true
	[ "$(pmtu o1 10.1.0.6)" = " mtu 1280" ]
	on o2 ping -M do -s 1400 -c 2 -i 0.1 -W20 198.18.1.4 || true
	output=$(pmtu o2 198.18.1.4)
	same " mtu 1280"
	# Two NAT routes lead to the same host: each sender hears of its own.
	on o1 ping -M do -s 1400 -c 2 -i 0.1 -W20 198.18.2.5 || true
	[ "$(pmtu o1 198.18.2.5)" = " mtu 1280" ]
	[ "$(pmtu o1 198.18.1.5)" = none ]
	# traceroute
	output=$(on o2 ping -t 1 -c 1 -W20 198.18.1.6) || true
	has "Time to live exceeded"
}

@test "a NAT route answers ARP on its link, and the neighbours of the prefix are left alone" {
	on r iproute add 198.51.100.64/28 nat 10.1.0.0/28
	on r iproute addrule from 10.1.0.0/28 nat 198.51.100.64/28 pref 320 route gw 198.51.100.2
	on o2 ping -qc1 -W20 198.51.100.68
	output=$(flows o2 udp 198.51.100.2 198.51.100.69 9) || true
	has ECONNREFUSED
	sees udp 10.1.0.4 198.51.100.68
	status 1 on o2 ping -qc1 -W1 198.51.100.80
}

@test "a NAT route in another's place; what nftables has lost of one" {
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	status 2 on r iproute add 198.18.1.0/24 nat 10.2.0.0/24
	has "another NAT route is in its place: nat 10.1.0.0/24"
	has '"replace" changes it'
	status 2 on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	has "this route exists already"
	output=$(on r iproute -ensure add 198.18.1.0/24 nat 10.1.0.0/24)
	same unchanged
	on r iproute replace 198.18.1.0/24 nat 10.2.0.0/24
	output=$(on r iproute show 198.18.1.0/24)
	same "198.18.1.0/24 dev lo class local nat 10.2.0.0/24"
	on r nft flush ruleset
	output=$(on r iproute show 198.18.1.0/24)
	same "local 198.18.1.0/24 dev lo class local proto 97 nft part missing"
	on r iproute -ensure add 198.18.1.0/24 nat 10.2.0.0/24
	output=$(on r iproute -j show 198.18.1.0/24)
	same '[{"dst":"198.18.1.0/24","dev":"lo","class":255,"nat":"10.2.0.0/24"}]'
	on r nft flush ruleset
	on r iproute del 198.18.1.0/24 nat 10.2.0.0/24
	[ -z "$(ip -n r route show table local 198.18.1.0/24)" ]
}

@test "nft flush ruleset: the listings say so, -ensure mends, delrule works" {
	on r iproute addrule from 10.1.0.4 pref 320 route gw 198.51.100.2 masq
	on r nft flush ruleset
	output=$(on r iproute -r)
	has "own gw 198.51.100.2 dev eth3 nft part missing"
	output=$(on r iproute -j showrules pref 320)
	has '"nft":"part missing"'
	output=$(on r iproute showrules nft part missing)
	same "pref 320 from 10.1.0.4 route gw 198.51.100.2 dev eth3 nft part missing"
	status 2 on r iproute addrule from 10.1.0.4 pref 320 route gw 198.51.100.2 masq
	has "nft part missing"
	output=$(on r iproute -ensure addrule from 10.1.0.4 pref 320 route gw 198.51.100.2 masq)
	has mended
	sees udp 10.1.0.4 198.51.100.1
	on r nft delete chain ip iproute translate
	output=$(on r iproute showrules pref 320)
	same "pref 320 from 10.1.0.4 route gw 198.51.100.2 dev eth3 masq nft part missing"
	on r iproute -ensure addrule from 10.1.0.4 pref 320 route gw 198.51.100.2 masq
	output=$(on r iproute showrules pref 320)
	same "pref 320 from 10.1.0.4 route gw 198.51.100.2 dev eth3 masq"
	on r nft flush ruleset
	on r iproute delrule from 10.1.0.4 masq
	[ -z "$(ip -n r rule | grep 320)" ]
}

@test "tables of an older version keep their words, and the next change rewrites them" {
	on r iproute addrule from 10.1.0.4 pref 320 route gw 198.51.100.2 masq
	on r nft -f - <<-'END'
		flush ruleset
		table ip iproute {
			chain postrouting {
				type nat hook postrouting priority 99;
				rt classid and 32768 == 0 return
				rt classid and 0xffff == 32768 masquerade comment "rule 320 realm 32768 from 10.1.0.4 masq"
			}
		}
	END
	output=$(on r iproute showrules pref 320)
	same "pref 320 from 10.1.0.4 route gw 198.51.100.2 dev eth3 masq nft part missing"
	on r iproute addrule from 10.1.0.5 pref 330 route gw 198.51.100.2 masq
	output=$(on r iproute showrules pref 320)
	same "pref 320 from 10.1.0.4 route gw 198.51.100.2 dev eth3 masq"
	on r nft list set ip iproute rules | grep -q 'rule 320'
	sees udp 10.1.0.4 198.51.100.1
	sees udp 10.1.0.5 198.51.100.1
	sees udp 10.1.0.6 10.1.0.6
}

@test "a dormant table, and rules that others put into our chains, are reported and put right" {
	on r iproute addrule from 10.1.0.4 pref 320 route gw 198.51.100.2 masq
	on r nft add table ip iproute '{ flags dormant; }'
	output=$(on r iproute showrules pref 320 2>&1)
	has 'masq nft part missing'
	output=$(on r iproute -r 2>&1)
	has 'the nftables table "iproute" is dormant: nothing of it is in effect'
	has 'any `iproute -ensure delrule` puts that right'
	on r iproute -ensure delrule pref 999
	output=$(on r iproute -r 2>&1)
	fails grep -E 'dormant|missing' <<<"$output"
	sees udp 10.1.0.4 198.51.100.1
	on r nft insert rule ip iproute postrouting udp dport 7 accept
	sees udp 10.1.0.4 EAGAIN
	output=$(on r iproute -r 2>&1)
	has 'the nftables table "iproute" holds rules that are not of this program'
	on r iproute -ensure delrule pref 999
	output=$(on r iproute -r 2>&1)
	fails grep 'not of this program' <<<"$output"
	sees udp 10.1.0.4 198.51.100.1
}

@test "save never leaves out what it can't know" {
	need setpriv setpriv --bounding-set=-all --inh-caps=-all true
	on r iproute addrule from 10.1.0.4 pref 320 route gw 198.51.100.2 masq valve
	on r iproute save "$BATS_TEST_TMPDIR/saved"
	status 2 on r setpriv --bounding-set=-all --inh-caps=-all iproute save
	has "the nftables part of the rule with pref 320 can't be read, and so can't be saved"
	has "run it as root; nothing was saved"
	on r nft delete element ip iproute masqueraded '{ 32768 }'
	on r iproute save | diff "$BATS_TEST_TMPDIR/saved" -
	on r nft flush ruleset
	cp "$BATS_TEST_TMPDIR/saved" "$BATS_TEST_TMPDIR/before"
	status 2 on r iproute save "$BATS_TEST_TMPDIR/saved"
	has "nftables has lost the part of the rule with pref 320: what it did can't be saved"
	has "give it back with -ensure, or delete it; nothing was saved"
	cmp "$BATS_TEST_TMPDIR/saved" "$BATS_TEST_TMPDIR/before"
	status 2 on r iproute -j save
	on r iproute -ensure addrule from 10.1.0.4 pref 320 route gw 198.51.100.2 masq valve
	on r iproute save | diff "$BATS_TEST_TMPDIR/saved" -
	on r iproute delrule pref 320
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	on r nft flush ruleset
	status 2 on r iproute save
	has "nftables has lost the part of the NAT route 198.18.1.0/24"
	on r iproute del 198.18.1.0/24 nat 10.1.0.0/24
}

@test "masq as: a source of its own, for a rule alone and in a shared class, and in a range of ports" {
	ip -n r addr add 198.51.100.7/32 dev eth3
	ip -n r addr add 198.51.100.8/32 dev eth3
	on r iproute addrule from 10.1.0.4 pref 320 route gw 198.51.100.2 masq as 198.51.100.7
	on r iproute add default gw 198.51.100.2 class 250
	on r iproute addrule pref 330 from 10.1.0.5 class 250
	on r iproute addrule pref 331 from 10.1.0.0/24 class 250 masq as 198.51.100.8 ports 2000-2007 log retag
	sees udp 10.1.0.4 198.51.100.7
	sees tcp 10.1.0.4 198.51.100.7
	sees udp 10.1.0.5 10.1.0.5
	sees udp 10.1.0.6 198.51.100.8
	sees tcp 10.1.0.6 198.51.100.8
	on in ping -qc1 -W20 -I 10.1.0.6 $FAR
	output=$(on r iproute showrules pref 331)
	same "pref 331 from 10.1.0.0/24 class 250 masq as 198.51.100.8 ports 2000-2007 log"
	output=$(on r iproute -j showrules pref 320)
	has '"masq":true,"as":"198.51.100.7"'
	status 255 on r iproute addrule from 10.1.0.6 class 250 masq as 198.51.100.8 ports 70000
	has "ports are a range from 1 to 65535"
	has "as in ports 1024-65535"
	on r iproute replacerule pref 320 from 10.1.0.4 route gw 198.51.100.2 masq as 198.51.100.8
	sees tcp 10.1.0.4 198.51.100.8
	on r iproute replacerule pref 320 from 10.1.0.4 route gw 198.51.100.2 masq
	sees tcp 10.1.0.4 198.51.100.1
}

@test "what nft prints of the tables, nft can load" {
	on r iproute add default gw 198.51.100.2 class 250
	on r iproute addrule pref 321 from 10.1.0.5 class 250
	on r iproute addrule pref 322 from 10.1.0.0/24 to 203.0.113.0/24 dev eth1 class 250 masq log valve retag
	on r iproute addrule pref 320 from 10.1.0.4 route gw 198.51.100.2 masq log valve
	on r nft list ruleset >"$BATS_TEST_TMPDIR/ruleset"
	on r nft flush ruleset
	on r nft -f "$BATS_TEST_TMPDIR/ruleset"
	on r nft list ruleset | diff "$BATS_TEST_TMPDIR/ruleset" -
	fails grep "part missing" <(on r iproute showrules)
	sees udp 10.1.0.4 198.51.100.1
	sees udp 10.1.0.6 198.51.100.1
	sees udp 10.1.0.5 10.1.0.5
}

@test "who may not read nftables is told so" {
	need setpriv setpriv --bounding-set=-all --inh-caps=-all true
	on r iproute addrule from 10.1.0.4 pref 320 class 250 masq
	output=$(on r setpriv --bounding-set=-all --inh-caps=-all iproute showrules pref 320)
	same "pref 320 from 10.1.0.4 class 250 nft part unreadable"
	output=$(on r setpriv --bounding-set=-all --inh-caps=-all iproute graph 2>&1)
	has "the nftables part of the rule with pref 320 could not be read: what it translates is not known"
	has "try again, as root"
	status 2 on r setpriv --bounding-set=-all --inh-caps=-all iproute addrule from 10.1.0.5 class 251 masq
	has "changing nftables needs the capability CAP_NET_ADMIN: run it as root, or with sudo"
	status 2 on r setpriv --bounding-set=-all --inh-caps=-all iproute monitor flows
	has "receiving flows needs the capability CAP_NET_ADMIN: run it as root, or with sudo"
}

@test "a rule that another tool took away: its part is reported, and cleared away" {
	on r iproute addrule from 10.1.0.4 pref 320 class 250 masq
	ip -n r rule del pref 320
	output=$(on r iproute -r 2>&1)
	has "nftables still translates for what is gone: rule 320 realm 32768 from 10.1.0.4 masq"
	has 'any `iproute -ensure delrule` removes that'
	output=$(on r iproute -ensure delrule pref 320 2>&1)
	same unchanged
	no_table
}

@test "a dry run shows what would be, and does nothing" {
	output=$(on r iproute -dry-run addrule from 10.1.0.4 pref 320 class 250 masq log)
	same "addrule pref 320 from 10.1.0.4 class 250 masq log"
	status 3 on r iproute -dry-run addrule from 10.1.0.4 class main masq
	no_table
	[ -z "$(ip -n r rule | grep 320)" ]
}

@test "monitor tells the whole of a rule, and of a NAT route" {
	local seen=$BATS_TEST_TMPDIR/seen
	ip netns exec r iproute monitor >"$seen" 2>&1 3>&- &
	servers+=($!)
	until_true 20 rule_is_told "$seen"
	on r iproute addrule from 10.1.0.4 pref 320 class 250 masq log
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	on r iproute delrule pref 320
	until_true 20 grep -q 'delrule pref 320' "$seen" || true
	cat "$seen"
	grep -qx "addrule pref 320 from 10.1.0.4 class 250 masq log" "$seen"
	grep -qx "add 198.18.1.0/24 dev lo class local nat 10.1.0.0/24" "$seen"
	grep -q "^delrule pref 320 from 10.1.0.4 class 250" "$seen"
}

# rule_is_told FILE: a rule that comes and goes is in it.
rule_is_told() {
	ip -n r rule add pref 4000 nop
	ip -n r rule del pref 4000
	grep -q 'pref 4000' "$1"
}

@test "two programs at once: both get what they ask for" {
	local turn pids=() pid
	for turn in {1..8}; do
		on r iproute addrule from 10.9.0.$turn pref $((500 + turn)) route gw 198.51.100.2 masq 3>&- &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid"
	done
	[ "$(on r iproute showrules | grep -c ' masq$')" = 8 ]
	[ "$(ip -n r rule | grep -o 'realms .*' | sort -u | wc -l)" = 8 ]
	on r iproute flushrules all
	no_table
}

@test "saved and restored: every word comes back, and what it needs" {
	on r iproute add default gw 198.51.100.2 class 250
	on r iproute addrule pref 220 from 10.1.0.5 class 250
	on r iproute addrule pref 320 from 10.1.0.0/24 nat 198.18.1.0/24 class 250 retag
	on r iproute addrule pref 330 from 10.3.0.0/24 route gw 192.0.2.2 masq log valve
	on r iproute addrule pref 340 from 10.4.0.4 class main log retag
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	on r iproute add 198.51.100.64/28 nat 10.1.0.0/28
	on r iproute -6 addrule pref 50 from fd00::/64 reject
	on r iproute -6 addrule pref 40 from fd00::/64 class 250 valve
	on r iproute save >"$BATS_TEST_TMPDIR/saved"
	output=$(cat "$BATS_TEST_TMPDIR/saved")
	has "add 198.18.1.0/24 dev lo class local nat 10.1.0.0/24"
	has "addrule pref 320 from 10.1.0.0/24 class 250 nat 198.18.1.0/24 retag"
	on r iproute flushrules all
	on r iproute flush class local 198.18.1.0/24
	on r iproute flush class local 198.51.100.64/28
	no_table
	on r iproute restore "$BATS_TEST_TMPDIR/saved"
	on r iproute save | diff "$BATS_TEST_TMPDIR/saved" -
	sees udp 10.1.0.4 198.18.1.4
	# Flushed by somebody: restored as well.
	on r nft flush ruleset
	on r iproute restore "$BATS_TEST_TMPDIR/saved"
	on r iproute save | diff "$BATS_TEST_TMPDIR/saved" -
	sees udp 10.1.0.4 198.18.1.4
}
