#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A rule's own record that the kernel removes: the rule keeps its place, and gets the record back.

load lib

setup() {
	lone r
	saved=$BATS_TEST_TMPDIR/saved
}

flap() {
	ip -n r link set "$1" down
	ip -n r link set "$1" up
	# A device that goes down loses its IPv6 addresses.
	[ "$1" != eth0 ] || ip -n r addr replace 2001:db8:1::1/64 dev eth0 nodad
	settled r
}

# The policy of these tests: five own records, IPv4 and IPv6, one behind nftables, one that is `only`.
policy=(
	'addrule from 10.1.0.0/16 pref 100 route gw 192.0.2.2 dev eth0'
	'addrule from 10.2.0.0/16 pref 110 route gw 192.0.2.3 mtu 1400'
	'addrule from 10.3.0.0/16 pref 120 route gw 198.51.100.2 only'
	'addrule from 10.4.0.0/16 pref 130 route gw 198.51.100.3 masq'
	'addrule from 2001:db8:9::/48 pref 140 route gw 2001:db8:1::9'
)

ensure() {
	local line
	for line in "${policy[@]}"; do
		on r iproute -ensure $line
	done
}

private_routes() {
	{ ip -n r -4 route show table all; ip -n r -6 route show table all; } | grep -c 'table 2147' || true
}

@test "a device that flaps: listings say so, and the same words give the record back" {
	ensure
	on r iproute save >"$saved"
	[ "$(private_routes)" = 10 ]
	flap eth0
	status 0 on r iproute showrules from 10.1.0.0/16
	same 'pref 100 from 10.1.0.0/16 own (gone with its device, address or nexthop)'
	status 0 on r iproute -r
	has '  100 10.1.0.0/16        default            00  *       own (gone with its device, address or nexthop)'
	lacks 2147
	status 0 on r iproute -j showrules from 10.1.0.0/16
	has '"gone":true'
	# Not a second rule, but the first one again; without -ensure, too.
	status 0 on r iproute -ensure ${policy[0]}
	same ''
	status 0 on r iproute ${policy[1]}
	status 0 on r iproute replacerule from 2001:db8:9::/48 pref 140 route gw 2001:db8:1::9
	status 0 on r iproute save
	same "$(cat "$saved")"
	flap eth0
	flap eth1
	printf '%s\n' "${policy[@]}" >"$saved.batch"
	status 0 on r iproute batch "$saved.batch"
	status 0 on r iproute save
	same "$(cat "$saved")"
	flap eth0
	flap eth1
	status 0 on r iproute restore "$saved"
	same '0 added, 5 changed, 0 removed'
	status 0 on r iproute restore "$saved"
	same unchanged
	status 0 on r iproute save
	same "$(cat "$saved")"
	[ "$(private_routes)" = 10 ]
}

@test "other ways of the kernel to remove a record: an address, a device that comes back" {
	on r iproute addrule from 10.1.0.0/16 pref 100 gw 192.0.2.2
	on r iproute addrule from 10.2.0.0/16 pref 110 route dev eth1
	on r iproute save >"$saved"
	ip -n r addr del 192.0.2.1/24 dev eth0
	ip -n r link del eth1
	status 0 on r iproute showrules from root 10.0.0.0/8
	same 'pref 100 from 10.1.0.0/16 own (gone with its device, address or nexthop)
pref 110 from 10.2.0.0/16 own (gone with its device, address or nexthop)'
	lacks down
	ip -n r addr add 192.0.2.1/24 dev eth0
	ip -n r link add eth1 type veth peer name eth1p
	ip -n r addr add 198.51.100.1/24 dev eth1
	ip -n r link set eth1 up
	ip -n r link set eth1p up
	settled r
	on r iproute -ensure addrule from 10.1.0.0/16 pref 100 gw 192.0.2.2
	on r iproute -ensure addrule from 10.2.0.0/16 pref 110 route dev eth1
	status 0 on r iproute save
	same "$(cat "$saved")"
	ip -n r nexthop add id 7 via 192.0.2.2 dev eth0
	on r iproute addrule from 10.3.0.0/16 pref 120 route nhid 7
	ip -n r nexthop del id 7
	status 0 on r iproute showrules pref 120
	same 'pref 120 from 10.3.0.0/16 own (gone with its device, address or nexthop)'
	ip -n r nexthop add id 7 via 192.0.2.2 dev eth0
	on r iproute addrule from 10.3.0.0/16 pref 120 route nhid 7
	status 0 on r iproute showrules pref 120
	same 'pref 120 from 10.3.0.0/16 route nhid 7'
	on r iproute delrule pref 120
}

@test "while the record is gone, packets go on to the next rule, or with only nowhere" {
	on r iproute add default gw 198.51.100.9
	on r iproute addrule to 203.0.113.1 pref 100 gw 192.0.2.2
	on r iproute addrule to 203.0.113.2 pref 101 gw 192.0.2.2 only
	flap eth0
	status 0 on r ip route get 203.0.113.1
	has 'via 198.51.100.9'
	fails on r ip route get 203.0.113.2
	on r iproute -ensure addrule to 203.0.113.2 pref 101 gw 192.0.2.2 only
	status 0 on r ip route get 203.0.113.2
	has 'via 192.0.2.2'
	on r iproute delrule pref 100
}

@test "-dry-run shows the words of a rule, not the number of its class" {
	on r iproute addrule from 10.1.0.0/16 pref 100 gw 192.0.2.2 dev eth0
	status 0 on r iproute -dry-run delrule pref 100
	same 'delrule pref 100 from 10.1.0.0/16 route gw 192.0.2.2 dev eth0'
	flap eth0
	status 0 on r iproute -dry-run addrule from 10.1.0.0/16 pref 100 gw 192.0.2.2 dev eth0
	same 'addrule pref 100 from 10.1.0.0/16 route gw 192.0.2.2 dev eth0'
	status 0 on r iproute -d -dry-run addrule from 10.1.0.0/16 pref 100 gw 192.0.2.2 dev eth0
	has 'class 2147483648'
	status 0 on r iproute -dry-run replacerule from 10.1.0.0/16 pref 100 gw 192.0.2.3
	same 'addrule pref 100 from 10.1.0.0/16 route gw 192.0.2.3'
	# A route that is no own record is shown in its class.
	status 0 on r iproute -dry-run add 10.0.0.0/8 gw 192.0.2.2 class 2147483648
	same 'add 10.0.0.0/8 gw 192.0.2.2 class 2147483648'
	on r iproute delrule pref 100
}

@test "delrule finds a rule whose record is gone, and its class goes with it" {
	ensure
	flap eth0
	flap eth1
	status 0 on r iproute ${policy[0]/addrule/delrule}
	status 0 on r iproute delrule from 10.4.0.0/16 masq
	status 0 on r iproute -dry-run delrule pref 120
	same 'delrule pref 120 from 10.3.0.0/16'
	status 0 on r iproute flushrules from root 10.0.0.0/8
	same '2 rules removed'
	status 0 on r iproute -6 flushrules all
	[ "$(private_routes)" = 0 ]
}

@test "a save does not leave the record out unsaid" {
	ensure
	on r iproute add 10.77.0.0/16 dev eth1
	ip -n r link set eth0 down
	status 2 on r iproute save
	has '3 rules have lost their own record, so a save would not be whole'
	has '`addrule` with the words that made it gives it back; -force leaves it out:'
	has 'pref 140 from 2001:db8:9::/48 own (gone with its device, address or nexthop)'
	status 2 on r iproute save "$saved"
	[ ! -e "$saved" ]
	status 0 on r iproute -force save
	lacks 2147
	lacks 'pref 100'
	has 'pref 120'
	on r iproute flushrules from root 10.0.0.0/8
	on r iproute -6 flushrules all
}

@test "delrule finds a rule by the words of a listing, with only" {
	local gateway
	for gateway in 192.0.2.2 2001:db8:1::2; do
		on r iproute addrule pref 101 to "${gateway%2}0" route gw "$gateway" only
		on r iproute addrule pref 102 to "${gateway%2}0" route gw "$gateway"
		status 1 on r iproute delrule pref 102 to "${gateway%2}0" only
		status 0 on r iproute delrule pref 101 to "${gateway%2}0" only
		status 0 on r iproute delrule pref 102 to "${gateway%2}0"
		on r iproute addrule to "${gateway%2}0" route gw "$gateway" only
		status 0 on r iproute delrule to "${gateway%2}0" route gw "$gateway" dev eth0 only
		on r iproute addrule pref 101 to "${gateway%2}0" route gw "$gateway" only
		ip -n r route del default via "$gateway" table 2147483648 2>/dev/null || ip -n r -6 route del default via "$gateway" table 2147483648
		status 0 on r iproute delrule pref 101 to "${gateway%2}0" route gw "$gateway" only
		[ -z "$(ip -n r rule show pref 101; ip -n r -6 rule show pref 101)" ]
	done
}

@test "only is for a rule with a record of its own" {
	status 255 on r iproute addrule from 10.1.0.0/16 class 77 only
	marked only
	has '"only" is for a rule with a record of its own'
	has 'as in from 10.1.0.0/16 route gw 192.0.2.2 only'
	# In a policy and a batch as on the command line; the example is one of the family.
	local verb
	echo 'addrule from 2001:db8:9::/48 class 77 only' >"$saved"
	for verb in "$(cat "$saved")" "-6 $(cat "$saved")" "apply $saved" "plan $saved" "batch $saved"; do
		status 255 on r iproute $verb
		marked only
		has '"only" is for a rule with a record of its own'
		has 'as in from 2001:db8:9::/48 route gw 2001:db8:1::2 only'
	done
	echo 'addrule from 2001:db8:9::/48 route gw 2001:db8:1::2 only' >"$saved"
	for verb in "$(cat "$saved")" "-6 $(cat "$saved")" "apply $saved" "batch $saved"; do
		status 0 on r iproute $verb
		status 0 on r iproute -6 showrules from 2001:db8:9::/48
		has 'only'
		on r iproute -6 flushrules from 2001:db8:9::/48
	done
	status 255 on r iproute addrule from 10.1.0.0/16 gone
	has '"gone" is part of what a listing says'
	has 'give the record again, as in gw ADDR dev DEV'
}

@test "a class that has lost its rule is not used again while its routes are removed" {
	on r iproute addrule pref 1100 from 10.1.0.0/16 gw 192.0.2.2
	on r iproute save >"$saved"
	ip -n r rule del pref 1100
	status 0 on r iproute restore "$saved"
	same '1 added, 0 changed, 2 removed'
	status 0 on r iproute showrules pref 1100
	same 'pref 1100 from 10.1.0.0/16 route gw 192.0.2.2 dev eth0'
	status 0 on r iproute restore "$saved"
	same unchanged
	[ "$(private_routes)" = 2 ]
	# Nor by addrule, which does not look for them.
	ip -n r rule del pref 1100
	on r iproute addrule pref 1101 from 10.2.0.0/16 gw 192.0.2.3
	status 0 on r iproute showrules pref 1101
	same 'pref 1101 from 10.2.0.0/16 route gw 192.0.2.3 dev eth0'
	on r iproute restore "$saved"
}

@test "a class of another program is not ours because of its number" {
	ip -n r route add default via 192.0.2.9 table 2147483649 proto bird
	ip -n r rule add pref 50 from 10.1.0.0/16 lookup 2147483649
	ip -n r route add default via 192.0.2.9 table 2147483650
	ip -n r rule add pref 51 from 10.2.0.0/16 lookup 2147483650
	ip -n r -6 route add default via 2001:db8:1::9 table 2147483651
	ip -n r -6 rule add pref 52 from 2001:db8:2::/48 lookup 2147483651
	status 0 on r iproute -4 showrules from root 10.0.0.0/8
	same 'pref 50 from 10.1.0.0/16 class 2147483649
pref 51 from 10.2.0.0/16 class 2147483650'
	on r iproute delrule pref 50
	on r iproute delrule pref 51
	on r iproute -6 delrule pref 52
	[ "$(private_routes)" = 3 ]
	# One that older versions made has a metric of the class's number.
	ip -n r route add default via 192.0.2.9 table 2147483648 metric 2147483648
	ip -n r rule add pref 60 from 10.1.0.0/16 lookup 2147483648
	status 0 on r iproute showrules pref 60
	same 'pref 60 from 10.1.0.0/16 route gw 192.0.2.9 dev eth0'
	on r iproute delrule pref 60
	[ "$(private_routes)" = 3 ]
	on r iproute flush class 2147483649
	on r iproute flush class 2147483650
	on r iproute -6 flush class 2147483651
}

@test "get shows own where a listing does" {
	on r iproute addrule to 203.0.113.1 pref 100 gw 192.0.2.2
	status 0 on r iproute get 203.0.113.1
	has '203.0.113.1 gw 192.0.2.2 dev eth0 own'
	lacks 2147
	status 0 on r iproute -j get 203.0.113.1
	has '"own":true'
	status 0 on r iproute -d get 203.0.113.1
	has 'class 2147483648'
	status 0 on r iproute -6 get 2001:db8:1::7
	lacks own
	# The class of another program.
	ip -n r route add default via 192.0.2.9 table 2147483700
	ip -n r rule add pref 50 to 203.0.113.2 lookup 2147483700
	status 0 on r iproute get 203.0.113.2
	has 'class 2147483700'
	on r iproute delrule pref 50
	on r iproute flush class 2147483700
}

# All that the kernel has of it, in the order in which it lists it, but for what it makes itself of a device.
bytes() {
	on r iproute save
	ip -n r rule
	ip -n r -6 rule
	{ ip -n r route show table all; ip -n r -6 route show table all; } | grep -v '^multicast'
	on r nft list ruleset
}

# again STEP...: flaps of eth0 and eth1 (0, 1), -ensure (e), the same as a batch (b), save | restore (s): the save before
# the first step is restored while there is none that is whole.
again() {
	local step
	for step; do
		case $step in
		[01]) flap "eth$step" ;;
		e) ensure ;;
		b) on r iproute -ensure batch "$saved.batch" ;;
		s)
			if on r iproute save >"$saved.now" 2>/dev/null; then
				on r iproute save | on r iproute restore -
			else
				on r iproute restore "$saved"
			fi
			;;
		esac
	done >/dev/null
	bytes >"$saved.after"
	diff -u "$saved.before" "$saved.after" || { echo "after: $*"; return 1; }
}

@test "flaps, -ensure and save | restore in any order leave the same bytes as none" {
	ensure
	printf '%s\n' "${policy[@]}" >"$saved.batch"
	on r iproute save >"$saved"
	bytes >"$saved.before"
	again 0 e 1 e 0 e s
	again 0 1 0 e e e s
	again s 1 0 e e 1 e
	again 0 s e 1 s e 0 s e
	again e 0 s 0 s 1 s e e
	again 0 1 b s
	again 1 s b 0 b b
}

@test "restore gives a rule its record back; other words make another rule" {
	ensure
	on r iproute save >"$saved"
	flap eth1
	status 1 on r iproute -dry-run restore "$saved"
	has '# 0 added, 2 changed, 0 removed'
	sed 's/198\.51\.100\.2/198.51.100.9/' "$saved" >"$saved.other"
	status 0 on r iproute restore "$saved.other"
	same '0 added, 2 changed, 0 removed'
	status 0 on r iproute showrules pref 120
	same 'pref 120 from 10.3.0.0/16 route gw 198.51.100.9 dev eth1 only'
	status 0 on r iproute restore "$saved.other"
	same unchanged
	flap eth1
	# Without `only` the class has another marker.
	sed 's/ only$//' "$saved" >"$saved.other"
	status 0 on r iproute restore "$saved.other"
	same '1 added, 1 changed, 1 removed'
	status 0 on r iproute restore "$saved.other"
	same unchanged
	[ "$(private_routes)" = 10 ]
}
