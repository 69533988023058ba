#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# reply: answers leave by the device that their connection came in by, whatever other rules and routes say.
# shellcheck disable=SC2086,SC2153 # addresses and words without blanks; FAR is in lab.bash

load lib
load lab

FAR6=2001:db8:f::9

setup() {
	need_translation
	lab
	lab6
	ip -n in -6 route add default via fd00::1
	ip -n r -6 route add default via 2001:db8:1::2
	ip -n o2 -6 route add default via 2001:db8:2::1
	ip -n o2 addr add $FAR6/128 dev lo nodad
	serve in 10.1.0.4
	serve in 10.1.0.5
	serve in fd00::4
	serve r 198.51.100.1
	serve r 2001:db8:2::1
}

teardown() {
	unlab
	round_trips
}

# asks udp|tcp FROM TO: o2 gets an answer.
asks() {
	local got
	got=$(flows o2 "$1" "$2" "$3" 7) || true
	[ "$got" = "$2" ] || { echo "$1 from $2 to $3: $got"; return 1; }
}

# unanswered udp|tcp FROM TO: o2 gets none.
unanswered() {
	local got
	got=$(flows o2 "$1" "$2" "$3" 7 1000) || return 0
	echo "$1 from $2 to $3 is answered: $got"
	return 1
}

# The router's default route leads to o1, which has the same far address.
all_answered() {
	local protocol
	for protocol in udp tcp; do
		asks $protocol $FAR 198.51.100.1
		asks $protocol $FAR 10.1.0.4
		asks $protocol $FAR6 2001:db8:2::1
		asks $protocol $FAR6 fd00::4
	done
	on o2 ping -qc1 -W20 -I $FAR 198.51.100.1
	on o2 ping -qc1 -W20 -I $FAR6 fd00::4
}

reply_rules() {
	on r iproute addrule pref 100 dev eth3 reply route gw 198.51.100.2 dev eth3
	on r iproute -6 addrule pref 100 dev eth3 reply route gw 2001:db8:2::2 dev eth3
}

@test "local sockets and forwarded connections, tcp, udp and ping, in both families" {
	unanswered tcp $FAR 198.51.100.1
	unanswered udp $FAR 10.1.0.4
	unanswered tcp $FAR6 fd00::4
	reply_rules
	all_answered
	# What begins inside still leaves by the default route: o1 answers.
	sees udp 10.1.0.4 10.1.0.4
	output=$(on in ping -R -c1 -W20 -I 10.1.0.4 $FAR)
	has "192.0.2.1"
	output=$(on r iproute showrules pref 100)
	has "pref 100 dev eth3 reply route gw 198.51.100.2 dev eth3"
	has "pref 100 from ::/0 dev eth3 reply route gw 2001:db8:2::2 dev eth3"
	output=$(on r iproute -j showrules dev eth3 reply)
	has '{"pref":100,"dev":"eth3","reply":true,"own":{"gw":"198.51.100.2","dev":"eth3"}}'
	output=$(on r iproute -ensure addrule pref 100 dev eth3 reply route gw 198.51.100.2 dev eth3)
	same unchanged
	on r iproute -4 delrule dev eth3 reply
	on r iproute -6 delrule dev eth3 reply
	fails on r nft list table ip iproute
	fails on r nft list table ip6 iproute
	unanswered udp $FAR 10.1.0.4
}

@test "this host answers only if some route leads there: explain says so" {
	local family far here inside
	reply_rules
	on r iproute del default
	on r iproute -6 del default
	for family in 4 6; do
		far=$FAR here=198.51.100.1 inside=10.1.0.4
		[ $family = 4 ] || far=$FAR6 here=2001:db8:2::1 inside=fd00::4
		fails asks tcp "$far" "$here"
		fails asks udp "$far" "$here"
		asks tcp "$far" "$inside"
		output=$(on r iproute explain "$here" from "$far" iif eth3)
		has "replies: refused: no rule leads to a route"
		has "before nftables marks it: some route must lead there"
		output=$(on r iproute -j explain "$here" from "$far" iif eth3)
		has '"reply":{"type":"reject","errno":"ENETUNREACH"'
	done
	# One that is not used, with the worst metric.
	on r iproute add default gw 192.0.2.2 metric 4294967295
	on r iproute -6 add default gw 2001:db8:1::2 metric 4294967294
	all_answered
	output=$(on r iproute explain 198.51.100.1 from $FAR iif eth3)
	has "replies: sent to 198.51.100.2 on eth3"
}

@test "errors about the connection come back the same way" {
	reply_rules
	status 1 flows o2 udp $FAR 10.1.0.4 9
	has ECONNREFUSED
	status 1 flows o2 udp $FAR 198.51.100.1 9
	has ECONNREFUSED
	status 1 flows o2 udp $FAR6 fd00::4 9
	has ECONNREFUSED
}

@test "a connection that was there before, and one that others mark" {
	on r nft -f - <<-'END'
		table inet other {
			counter kept { }
			chain early {
				type filter hook prerouting priority mangle;
				ct mark set ct mark | 0x5
				meta mark set ct mark
			}
			chain late {
				type filter hook postrouting priority filter;
				oifname "eth3" ct direction reply ct mark & 0xff == 0x5 meta mark & 0xff == 0x5 counter name kept
			}
		}
	END
	# It exists before the rule, and its next packet marks it.
	on o2 ping -qc1 -W0.2 -I $FAR 10.1.0.4 || true
	reply_rules
	all_answered
	output=$(on r nft list counter inet other kept)
	lacks "packets 0 "
	# Packets towards the inside have no mark of ours, though others copy the whole mark of the connection.
	sees udp 10.1.0.4 10.1.0.4
	# Somebody else's marks in other bits still select their rules.
	on r iproute addrule pref 50 fwmark 0x5/0xff to 192.0.2.77 prohibit
	all_answered
}

@test "selectors of the answer; the mark that words choose; two devices; a mark that is taken" {
	ip -n in addr add 10.1.0.7/24 dev eth0
	on r iproute addrule pref 100 from 10.1.0.4 dev eth3 reply mark 0x30/0xf0 route gw 198.51.100.2 dev eth3
	asks udp $FAR 10.1.0.4
	unanswered udp $FAR 10.1.0.5
	output=$(on r iproute save)
	has "addrule pref 100 from 10.1.0.4 dev eth3 reply mark 0x30/0xf0 route gw 198.51.100.2 dev eth3"
	status 3 on r iproute addrule pref 110 from 10.1.0.5 dev eth3 reply route gw 198.51.100.2 dev eth3
	has 'the marks of all rules with "reply" are in the same bits, here 0xf0'
	has 'as in dev eth3 reply mark 0x30/0xf0'
	status 3 on r iproute addrule pref 110 dev eth2 reply mark 0x30/0xf0 route gw 192.0.2.2 dev eth2
	has "the answers of eth2 and of eth3 (pref 100) would have the same mark, 0x30"
	has "as in dev eth2 reply mark 0x10/0xf0"
	on r iproute addrule pref 110 dev eth2 reply mark 0x10/0xf0 route gw 192.0.2.2 dev eth2
	on r iproute addrule pref 120 from 10.1.0.5 dev eth3 reply mark 0x30/0xf0 route gw 198.51.100.2 dev eth3
	asks udp $FAR 10.1.0.5
	unanswered udp $FAR 10.1.0.6
	# Of two rules of a device, one goes; the other still works.
	on r iproute delrule pref 100
	unanswered udp $FAR 10.1.0.4
	asks udp $FAR 10.1.0.5
}

@test "nftables is flushed: listings say so, -ensure mends, save refuses; a restore makes all of it again" {
	reply_rules
	on r iproute save >"$BATS_TEST_TMPDIR/saved"
	on r nft flush ruleset
	output=$(on r iproute showrules pref 100)
	has "pref 100 fwmark 0x1b000000/0x7f000000 route gw 198.51.100.2 dev eth3 nft part missing"
	status 2 on r iproute save
	output=$(on r iproute -ensure addrule pref 100 dev eth3 reply route gw 198.51.100.2 dev eth3)
	same "mended: its nftables part is restored"
	on r iproute -6 -ensure addrule pref 100 dev eth3 reply route gw 2001:db8:2::2 dev eth3
	all_answered
	on r iproute flushrules all
	on r iproute restore "$BATS_TEST_TMPDIR/saved"
	all_answered
}

@test "explain, get and check know what it needs" {
	reply_rules
	output=$(on r iproute explain $FAR from 198.51.100.1)
	has "it is not a reply to a connection that came in by eth3 (mark 0x1b000000/0x7f000000)"
	has "the kernel agrees"
	output=$(on r iproute explain 198.51.100.1 from $FAR iif eth3)
	has "replies: sent to 198.51.100.2 on eth3"
	output=$(on r iproute explain $FAR from 198.51.100.1 mark 0x1b000000)
	has "sent to 198.51.100.2 on eth3"
	has "the kernel agrees"
	on r iproute addrule pref 90 fwmark 0x1 class main
	output=$(on r iproute check) || true
	has "reply-mark: rule 90: answers of connections that came in by eth3 (rule 100) have bits of this mark"
	on r iproute delrule pref 90
	on r sysctl -qw net.ipv4.conf.eth3.rp_filter=1
	output=$(on r iproute check) || true
	has "rp-filter: rule 100: what comes in by eth3 is dropped before it could be answered"
}

@test "next to masq and nat of IPv4 and IPv6: answers leave untranslated by the way they came" {
	reply_rules
	on r iproute addrule pref 320 from 10.1.0.0/24 route gw 192.0.2.2 dev eth2 masq count
	on r iproute addrule pref 321 from fd00::/64 reject
	on r iproute addrule pref 320 from fd00::/64 route gw 2001:db8:1::2 dev eth2 masq
	all_answered
	sees udp 10.1.0.4 192.0.2.1
}

@test "a valve of another rule stays shut beside it: IPv4 and IPv6, own route and shared class" {
	local family way far inside out gateway
	on r iproute -6 addrule pref 900 from fd00::/64 reject
	on r iproute add default gw 198.51.100.2 class 250
	for family in 4 6; do
		far=$FAR inside=10.1.0.4 out=10.1.0.0/24 gateway=198.51.100.2
		[ $family = 4 ] || far=$FAR6 inside=fd00::4 out=fd00::/64 gateway=2001:db8:2::2
		for way in "route gw $gateway dev eth3" "class 250 retag"; do
			# In IPv6 a rule with a class is refused before one that translates.
			[[ $family$way != 6class* ]] || continue
			echo "IPv$family, $way"
			on r iproute -$family addrule pref 320 from $out $way valve
			fails on o2 ping -qc1 -W1 -I "$far" "$inside"
			on r iproute -$family addrule pref 100 dev eth3 reply $way
			fails on o2 ping -qc1 -W1 -I "$far" "$inside"
			fails asks udp "$far" "$inside"
			on in ping -qc1 -W1 -I "$inside" $gateway
			on r iproute -$family delrule pref 320 from $out
			asks udp "$far" "$inside"
			on r iproute -$family delrule pref 100 dev eth3 reply
		done
	done
}

@test "count and nat of answers" {
	on r iproute addrule pref 100 from 10.1.0.0/24 dev eth3 reply route gw 198.51.100.2 dev eth3 nat 198.18.1.0/24 count
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	asks tcp $FAR 198.18.1.4
	output=$(on r iproute -s showrules pref 100)
	has "nat 198.18.1.0/24 count packets"
	lacks "packets 0 "
	on r iproute addrule pref 99 from fd00::/64 dev eth3 reply reject
	on r iproute addrule pref 98 from fd00::/64 dev eth3 reply route gw 2001:db8:2::2 dev eth3 nat 2001:db8:7::/64
	on r iproute add 2001:db8:7::/64 nat fd00::/64
	asks tcp $FAR6 2001:db8:7:0:cf40::4
}
