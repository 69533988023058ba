#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# local-policy: which packets of the host itself pass the rules, by packets.
#
#   in 10.1.0.2 --- 10.1.0.1 r 192.0.2.1 --- 192.0.2.2 a (203.0.113.1, 2001:db8:f::1 on lo)      main goes to a,
#                              198.51.100.1 - 198.51.100.2 b (the same)                        the policy to b

load lib

setup() {
	local host
	fresh in r a b
	for host in in r a b; do
		on "$host" sysctl -qw net.ipv6.conf.all.accept_dad=0 net.ipv6.conf.default.accept_dad=0
	done
	wire in 10.1.0.2/24 r 10.1.0.1/24 eth0 inside
	wire r 192.0.2.1/24 a 192.0.2.2/24 toa eth0
	wire r 198.51.100.1/24 b 198.51.100.2/24 tob eth0
	ip -n in addr add 2001:db8:1::2/64 dev eth0 nodad
	ip -n r addr add 2001:db8:1::1/64 dev inside nodad
	ip -n r addr add 2001:db8:a::1/64 dev toa nodad
	ip -n r addr add 2001:db8:b::1/64 dev tob nodad
	ip -n a addr add 2001:db8:a::2/64 dev eth0 nodad
	ip -n b addr add 2001:db8:b::2/64 dev eth0 nodad
	for host in a b; do
		ip -n "$host" addr add 203.0.113.1/32 dev lo
		ip -n "$host" addr add 2001:db8:f::1/128 dev lo nodad
	done
	ip -n in route add default via 10.1.0.1
	ip -n in -6 route add default via 2001:db8:1::1
	ip -n a route add default via 192.0.2.1
	ip -n b route add default via 198.51.100.1
	ip -n a -6 route add default via 2001:db8:a::1
	ip -n b -6 route add default via 2001:db8:b::1
	on r sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1 net.ipv4.conf.all.rp_filter=0
	on r iproute add default gw 192.0.2.2
	on r iproute add default gw 2001:db8:a::2
	on r iproute add default gw 198.51.100.2 class 101
	on r iproute add default gw 2001:db8:b::2 class 101
	on r iproute addrule to 203.0.113.0/24 class 101
	on r iproute addrule to 2001:db8:f::/48 class 101
}

# received HOST: ICMP echo requests of both families that the host has seen.
received() {
	on "$1" awk '/^IcmpMsg:/ { if (!n++) { for (i = 2; i <= NF; i++) if ($i == "InType8") c = i }
		else sum += c ? $c : 0 } /^Icmp6InEchos/ { sum += $2 } END { print sum + 0 }' \
		/proc/net/snmp /proc/net/snmp6
}

# to A|B COMMAND…: the one echo request that it sends arrives there.
to() {
	local before
	before=$(received "$1")
	"${@:2}" >/dev/null || { echo "no answer: ${*:2}"; return 1; }
	[ "$(received "$1")" = $((before + 1)) ] || { echo "not to $1: ${*:2}"; return 1; }
}

# both FORWARDED OWN: where the packets of in, and those of r itself, go: a or b.
both() {
	to "$1" on in ping -q -c1 -W20 203.0.113.1
	to "$1" on in ping -q -c1 -W20 2001:db8:f::1
	to "$2" on r ping -q -c1 -W20 203.0.113.1
	to "$2" on r ping -q -c1 -W20 2001:db8:f::1
}

@test "local-policy: off, the packets of the host itself look up local, main and default only" {
	status 0 on r iproute local-policy show
	same 'local-policy on'
	both b b
	status 0 on r iproute local-policy off
	both b a
	status 0 on r iproute local-policy show
	same 'local-policy off'
	# The kernel has no IPv6 rule for the class default, so the host needs none either.
	status 0 on r iproute -6 showrules dev lo
	same 'pref 2 dev lo class main proto 98
pref 2 dev lo reject proto 98
pref 3 dev lo nop proto 98'
	status 0 on r iproute local-policy off
	same unchanged
	status 0 on r iproute local-policy on
	both b b
	status 1 on r iproute showrules proto 98
}

@test "local-policy: nothing in main and default is unreachable, whatever the policy says" {
	on r iproute local-policy off
	on r iproute del default gw 192.0.2.2
	status 2 on r ping -q -c1 -W2 203.0.113.1
	has 'Network is unreachable'
	to b on in ping -q -c1 -W20 203.0.113.1
	# Class 253 counts, as with -m 1.
	on r iproute -m 1 add default gw 192.0.2.2
	to a on r ping -q -c1 -W20 203.0.113.1
}

@test "local-policy: stays in its place as rules are added and deleted, also in a batch" {
	on r iproute local-policy off
	on r iproute add default gw 198.51.100.2 class 102
	on r iproute addrule to 203.0.113.0/25 class 102
	on r iproute addrule to 203.0.113.0/24 tos 08 pref 400 class 102
	on r iproute addrule from 192.0.2.0/24 route gw 198.51.100.2
	both b a
	on r iproute batch - <<-'END'
		addrule to 203.0.113.1 class 102
		addrule to 203.0.113.1 tos 10 class 102
		delrule from 192.0.2.0/24 route gw 198.51.100.2
		addrule to 2001:db8:f::1 class 101
	END
	both b a
	status 0 on r iproute -4 showrules
	same 'pref 0 class local
pref 2 dev lo class main proto 98
pref 2 dev lo class default proto 98
pref 2 dev lo reject proto 98
pref 3 dev lo nop proto 98
pref 397 to 203.0.113.1 tos 0x10 class 102
pref 398 to 203.0.113.1 class 102
pref 400 to 203.0.113.0/24 tos 0x08 class 102
pref 32764 to 203.0.113.0/25 class 102
pref 32765 to 203.0.113.0/24 class 101
pref 32766 class main
pref 32767 class default'
	on r iproute local-policy on
	both b b
}

@test "local-policy: a line of a batch, all or nothing; saved and restored" {
	status 255 on r iproute batch - <<<'local-policy off
addrule class'
	both b b
	on r iproute batch - <<<'local-policy off
addrule to 203.0.113.1 class 101'
	both b a
	on r iproute save >/run/saved
	on r iproute local-policy on
	both b b
	on r iproute restore /run/saved
	both b a
	status 0 on r iproute restore /run/saved
	same unchanged
}

@test "local-policy: stays in both states as a policy file is applied, changed and emptied" {
	cd "$BATS_TEST_TMPDIR"
	cat >policy <<-'END'
		add default gw 198.51.100.2 class 103
		add ::/0 gw 2001:db8:b::2 class 103
		addrule to 203.0.113.0/25 class 103
		addrule to 2001:db8:f::/64 class 103
		addrule from 10.1.0.0/16 to 203.0.113.1 route gw 198.51.100.2
	END
	on r iproute apply policy
	both b b
	on r iproute local-policy off
	both b a
	status 0 on r iproute apply policy
	same unchanged
	sed -i '3s/$/ tos 10/' policy
	on r iproute apply policy
	both b a
	on r iproute apply /dev/null
	both b a
	on r iproute apply policy
	on r iproute local-policy on
	both b b
}

@test "local-policy: marks and users are exceptions that can be named" {
	every_user || skip "this namespace knows one user"
	# Any user may ping, whatever the machine's ping is allowed.
	on r sysctl -qw net.ipv4.ping_group_range='0 2147483647'
	status 0 on r iproute local-policy off except fwmark 0x7/0xff except uidrange 12345-12346
	both b a
	to b on r ping -q -c1 -W20 -m 7 203.0.113.1
	to a on r ping -q -c1 -W20 -m 8 203.0.113.1
	to b on r setpriv --reuid 12345 --clear-groups ping -q -c1 -W20 203.0.113.1
	status 0 on r iproute local-policy show
	same 'local-policy off except fwmark 0x7/0xff except uidrange 12345-12346'
	# Another exception instead.
	on r iproute local-policy off except fwmark 0x8
	to a on r ping -q -c1 -W20 -m 7 203.0.113.1
	to b on r ping -q -c1 -W20 -m 8 203.0.113.1
	status 0 on r iproute -j local-policy show
	same '[{"family":"inet","local_policy":"off","except":[{"fwmark":8}]},{"family":"inet6","local_policy":"off","except":[{"fwmark":8}]}]'
}

@test "local-policy: one family alone" {
	on r iproute -6 local-policy off
	to b on r ping -q -c1 -W20 203.0.113.1
	to a on r ping -q -c1 -W20 2001:db8:f::1
	status 0 on r iproute local-policy show
	same '-4 local-policy on
-6 local-policy off'
	status 0 on r iproute -6 local-policy show
	same 'local-policy off'
}

@test "local-policy: wrong words" {
	status 255 on r iproute local-policy
	has 'local-policy is on or off'
	has '`local-policy show` says which'
	status 255 on r iproute local-policy off now
	marked now
	has '"now" is one word too many'
	has 'local-policy off [except SELECTOR]...'
	status 255 on r iproute local-policy off except
	has 'except needs a selector'
	status 255 on r iproute local-policy off except from 10.0.0.0/8
	marked from
	has 'an exception is a mark or a range of users'
	has 'except takes `fwmark MARK`, `uidrange FIRST-LAST`, or both'
	status 255 on r iproute local-policy show all
	has 'show takes no words'
	local many=()
	while [ ${#many[@]} -lt 51 ]; do many+=(except fwmark 1); done
	status 255 on r iproute local-policy off "${many[@]}"
	has 'more than 16 exceptions'
}

@test "a line of a policy file: applied, kept by a second apply, in force by packets, saved, undone with its line" {
	cd "$BATS_TEST_TMPDIR"
	on r iproute flushrules all
	cat >policy <<-'EOF'
		local-policy off except fwmark 7
		addrule to 203.0.113.0/24 class 101 pref 300
		addrule to 2001:db8:f::/48 class 101 pref 300
		expect 203.0.113.1 from 192.0.2.1 iif lo fwmark 8 dev toa
		expect 203.0.113.1 from 10.1.0.2 iif inside dev tob
	EOF
	on r iproute apply policy
	status 0 on r iproute apply policy
	same unchanged
	both b a
	to b on r ping -m 7 -c 1 -W20 203.0.113.1
	status 0 on r iproute local-policy show
	has 'off'
	# A rule that comes later stands behind them.
	on r iproute addrule from 10.77.0.0/16 class 7
	both b a
	status 0 on r iproute apply policy
	same unchanged
	{ echo "addr 192.0.2.1/24 dev toa"; cat policy; } >offline
	status 1 on r iproute explain 203.0.113.1 from 192.0.2.1 -f offline
	has "rule 2 refuses it"
	on r iproute save ./saved
	on r iproute flushrules all
	on r iproute restore ./saved
	both b a
	sed -i '/^local-policy/d; /iif lo/d' policy
	status 1 on r iproute plan policy
	has '- addrule pref 2'
	on r iproute apply policy
	both b b
	status 0 on r iproute local-policy show
	has 'on'
	echo 'local-policy off excpt fwmark 7' >wrong
	status 255 on r iproute apply wrong
	marked excpt
	echo 'local-policy show' >wrong
	status 255 on r iproute apply wrong
	has 'local-policy is on or off'
}
