#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel refuses, and what our guards refuse: the status, the word under the mark, nothing changed.

load lib

setup() {
	lone r
}

# unchanged command…: the routes and rules are the same after it as before.
unchanged() {
	local before after
	before=$(on r ip route show table all; on r ip -6 route show table all; on r ip rule)
	"$@"
	after=$(on r ip route show table all; on r ip -6 route show table all; on r ip rule)
	diff -u <(echo "$before") <(echo "$after")
}

@test "the kernel refuses a gateway" {
	unchanged status 2 on r iproute add 10.0.0.0/8 metric 5 gw 10.77.0.1 class 250
	marked 10.77.0.1
	has 'kernel: Nexthop has invalid gateway (ENETUNREACH)'
	unchanged status 2 on r iproute addrule from 10.1.0.0/16 route gw 10.77.0.1
	marked 10.77.0.1
}

@test "the kernel refuses a prefix length" {
	unchanged status 2 on r iproute add 10.1.2.3/8 gw 192.0.2.9
	marked 10.1.2.3/8
	has 'did you mean 10.0.0.0/8?'
	unchanged status 2 on r iproute add class 250 gw 192.0.2.9 10.1.2.3 mask 255.0.0.0
	marked 10.1.2.3
}

@test "the kernel refuses a device" {
	unchanged status 2 on r iproute add 10.0.0.0/8 dev eth7
	marked eth7
	has 'did you mean "eth'
	ip -n r link set dev eth1 down
	unchanged status 2 on r iproute add 10.0.0.0/8 mtu 1400 dev eth1
	marked eth1
	has ENETDOWN
}

@test "the kernel refuses a source address, a scope, a tos" {
	unchanged status 2 on r iproute add 10.0.0.0/8 dev eth0 src 10.9.9.9
	marked 10.9.9.9
	unchanged status 2 on r iproute add 10.0.0.0/8 gw 192.0.2.9 scope nowhere
	marked nowhere
	unchanged status 2 on r iproute addrule tos 3 class 250
	marked 3
}

@test "host bits that the kernel would take are refused" {
	unchanged status 255 on r iproute addrule from 10.1.2.3/8 class 250
	marked 10.1.2.3/8
	unchanged status 255 on r iproute add 2001:db8::1/32 dev eth0
	marked 2001:db8::1/32
	has 'did you mean 2001:db8::/32, or the host 2001:db8::1?'
}

@test "host bits in a file are refused by every verb that reads one, except in rules and addresses" {
	local route verb
	for route in '0.1.0.0/1 gw 192.0.2.9' '10.1.2.3/8 gw 192.0.2.9' '2001:db8:1::5/48 dev eth0'; do
		printf '# routes\nadd %s\nadd 64.0.0.0/2 gw 192.0.2.8\n' "$route" >"$BATS_TEST_TMPDIR/policy"
		for verb in 'check -f' 'explain 10.1.1.1 -f' 'graph 10.1.1.1 -f' 'diff /dev/null' plan apply restore; do
			# shellcheck disable=SC2086 # words
			unchanged status 255 on r iproute $verb "$BATS_TEST_TMPDIR/policy"
			marked "${route%% *}"
		done
	done
	printf 'link eth0\naddr 10.1.2.3/8 dev eth0\naddrule from 10.1.2.3/8 class 250\n' >"$BATS_TEST_TMPDIR/policy"
	on r iproute explain 10.1.1.1 -f "$BATS_TEST_TMPDIR/policy"
}

@test "a route that is there already" {
	on r iproute add 10.0.0.0/8 gw 192.0.2.9
	unchanged status 2 on r iproute add 10.0.0.0/8 gw 192.0.2.9
	has 'this route exists already'
	unchanged status 2 on r iproute add 10.0.0.0/8 gw 192.0.2.8
	has 'another route is in its place'
	has '10.0.0.0/8 gw 192.0.2.9 dev eth0'
	unchanged status 0 on r iproute -ensure add 10.0.0.0/8 gw 192.0.2.9
	same unchanged
	unchanged status 2 on r iproute -ensure add 10.0.0.0/8 gw 192.0.2.8
	status 0 on r iproute replace 10.0.0.0/8 gw 192.0.2.8
	status 0 on r iproute show 10.0.0.0/8
	same '10.0.0.0/8 gw 192.0.2.8 dev eth0 class main'
}

@test "a rule that is there already, whatever its preference" {
	on r iproute addrule from 10.1.0.0/16 class 250
	unchanged status 2 on r iproute addrule from 10.1.0.0/16 class 250
	has 'pref 32765 from 10.1.0.0/16 class 250'
	unchanged status 0 on r iproute -ensure addrule from 10.1.0.0/16 class 250
	same unchanged
	unchanged status 2 on r iproute addrule pref 32765 from 10.1.0.0/16 class 250
	status 0 on r iproute addrule pref 100 from 10.1.0.0/16 class 250
	on r iproute addrule from 10.3.0.0/16 route gw 192.0.2.9
	unchanged status 2 on r iproute addrule from 10.3.0.0/16 route gw 192.0.2.9
	unchanged status 0 on r iproute -ensure addrule from 10.3.0.0/16 gw 192.0.2.9 dev eth0
	same unchanged
	status 0 on r iproute addrule from 10.3.0.0/16 route gw 192.0.2.8
}

@test "del removes exactly one node, or lists those that fit" {
	on r iproute add 10.0.0.0/8 gw 192.0.2.9
	on r iproute add 10.0.0.0/8 gw 192.0.2.8 metric 5
	on r iproute add 10.0.0.0/8 gw 192.0.2.7 tos 10
	unchanged status 3 on r iproute del 10.0.0.0/8
	has '3 routes match'
	has '10.0.0.0/8 gw 192.0.2.8 dev eth0 class main metric 5'
	status 0 on r iproute del 10.0.0.0/8 metric 5
	status 0 on r iproute del 10.0.0.0/8 tos 10
	status 0 on r iproute del 10.0.0.0/8
	unchanged status 1 on r iproute del 10.0.0.0/8
	has 'there is no such route in class main'
	unchanged status 0 on r iproute -ensure del 10.0.0.0/8
	same unchanged
	on r iproute add 10.0.0.0/8 gw 192.0.2.9 class 250
	unchanged status 1 on r iproute del 10.0.0.0/8
	has 'other classes have'
	status 0 on r iproute del 10.0.0.0/8 class 250
}

@test "del removes no more than was named" {
	local legs='nexthop gw 192.0.2.9 dev eth0 nexthop gw 198.51.100.3 dev eth1'
	# shellcheck disable=SC2086
	on r iproute add 10.10.10.0/24 $legs
	unchanged status 3 on r iproute del 10.10.10.0/24 nexthop gw 198.51.100.3 dev eth1
	has 'the route has more nexthops than these'
	has '10.10.10.0/24 class main nexthop gw 192.0.2.9 dev eth0 weight 1 nexthop gw 198.51.100.3 dev eth1 weight 1'
	unchanged status 3 on r iproute del 10.10.10.0/24 nexthop dev eth0
	# shellcheck disable=SC2086
	status 0 on r iproute del 10.10.10.0/24 $legs
	on r iproute add 2001:db8:9::/48 nexthop gw 2001:db8:1::2 nexthop gw 2001:db8:1::3
	unchanged status 3 on r iproute del 2001:db8:9::/48 nexthop gw 2001:db8:1::3
	status 0 on r iproute del 2001:db8:9::/48
	on r iproute add ::/0 from 2001:db8:7::/48 gw 2001:db8:1::2
	unchanged status 1 on r iproute -6 del default
	on r iproute add ::/0 gw 2001:db8:1::3
	status 0 on r iproute -6 del default
	status 0 on r iproute -6 show default
	has 'from 2001:db8:7::/48'
	status 0 on r iproute -6 del default from 2001:db8:7::/48
}

@test "the metric that IPv6 gives by itself" {
	on r iproute add 2001:db8:9::/48 gw 2001:db8:1::2
	status 0 on r iproute -ensure add 2001:db8:9::/48 gw 2001:db8:1::2
	same unchanged
	status 0 on r iproute -ensure add 2001:db8:9::/48 gw 2001:db8:1::2 metric 1024
	same unchanged
	unchanged status 2 on r iproute -ensure add 2001:db8:9::/48 gw 2001:db8:1::3
	has 'gw 2001:db8:1::2'
}

@test "del all removes every node that fits" {
	on r iproute add 10.0.0.0/8 gw 192.0.2.9
	on r iproute add 10.0.0.0/8 gw 192.0.2.8 metric 5
	on r iproute add 10.1.0.0/16 gw 192.0.2.8
	status 0 on r iproute del all 10.0.0.0/8
	status 0 on r iproute show gw 192.0.2.8
	same '10.1.0.0/16 gw 192.0.2.8 dev eth0 class main'
	unchanged status 255 on r iproute del all
	unchanged status 255 on r iproute del
}

@test "delrule removes exactly one rule, of exactly this selector" {
	on r iproute addrule from 10.1.0.0/16 to 10.2.0.0/16 class 250
	unchanged status 1 on r iproute delrule from 10.1.0.0/16
	has 'pref 32765 from 10.1.0.0/16 to 10.2.0.0/16 class 250'
	on r iproute addrule from 10.1.0.0/16 class 250
	on r iproute addrule pref 100 from 10.1.0.0/16 class 251
	unchanged status 3 on r iproute delrule from 10.1.0.0/16
	status 0 on r iproute delrule from 10.1.0.0/16 class 251
	status 0 on r iproute delrule from 10.1.0.0/16
	status 0 on r iproute delrule pref 32765
	unchanged status 1 on r iproute delrule pref 32765
	unchanged status 0 on r iproute -ensure delrule pref 32765
	same unchanged
}

@test "the kernel's own rules are deleted only by their pref" {
	unchanged status 3 on r iproute delrule class main
	has 'pref 32766 class main'
	unchanged status 3 on r iproute delrule all class default
	status 0 on r iproute delrule pref 32766
	status 0 on r iproute addrule pref 32766 class main
	status 0 on r iproute delrule pref 0
	status 0 on r iproute addrule pref 0 class local
}

@test "replacerule changes the action and keeps the place" {
	on r iproute addrule pref 100 from 10.1.0.0/16 class 250
	status 0 on r iproute replacerule from 10.1.0.0/16 class 251
	status 0 on r iproute showrules from 10.1.0.0/16
	same 'pref 100 from 10.1.0.0/16 class 251'
	status 0 on r iproute replacerule from 10.1.0.0/16 route gw 192.0.2.9
	status 0 on r iproute showrules from 10.1.0.0/16
	same 'pref 100 from 10.1.0.0/16 route gw 192.0.2.9 dev eth0'
	unchanged status 0 on r iproute replacerule from 10.1.0.0/16 route gw 192.0.2.9
	same unchanged
	unchanged status 2 on r iproute replacerule from 10.1.0.0/16 route gw 10.77.0.1
	status 0 on r iproute replacerule from 10.1.0.0/16 drop
	status 0 on r iproute -N -d show class 2147483648 || status 1 on r iproute -N -d show class 2147483648
	on r iproute addrule pref 200 from 10.1.0.0/16 class 252
	unchanged status 3 on r iproute replacerule from 10.1.0.0/16 class 253
	status 0 on r iproute replacerule from 10.7.0.0/16 class 252
}

@test "replacerule among rules of one preference: a changed rule follows the others, an unchanged one stays" {
	local rule
	for rule in 10.1.0.0/24 10.1.0.4 10.1.0.6; do
		on r iproute addrule pref 100 from $rule class 250
	done
	status 0 on r iproute replacerule pref 100 from 10.1.0.0/24 class 250
	same unchanged
	status 0 on r iproute replacerule pref 100 from 10.1.0.4 class 251
	status 0 on r iproute showrules pref 100
	same "$(printf 'pref 100 from %s\n' '10.1.0.0/24 class 250' '10.1.0.6 class 250' '10.1.0.4 class 251')"
}

@test "-dry-run shows the messages and sends none" {
	unchanged status 0 on r iproute -dry-run add 10.0.0.0/8 gw 192.0.2.9 dev eth0 class 250
	same 'add 10.0.0.0/8 gw 192.0.2.9 dev eth0 class 250'
	unchanged status 0 on r iproute -dry-run addrule from 10.1.0.0/16 route gw 192.0.2.9
	same 'addrule from 10.1.0.0/16 route gw 192.0.2.9'
	unchanged status 0 on r iproute -d -dry-run addrule from 10.1.0.0/16 route gw 192.0.2.9
	has 'add default gw 192.0.2.9 class 2147483648'
	has 'addrule from 10.1.0.0/16 class 2147483648'
	# A class that is only numbered like a private one is shown.
	unchanged status 0 on r iproute -dry-run batch - <<-'END'
		addrule from 10.1.0.0/16 pref 105 class 2147483660
		add default gw 192.0.2.9 class 2147483660
	END
	same 'addrule pref 105 from 10.1.0.0/16 class 2147483660
add default gw 192.0.2.9 class 2147483660'
	on r iproute add 10.0.0.0/8 gw 192.0.2.9
	unchanged status 0 on r iproute -dry-run del 10.0.0.0/8
	same 'del 10.0.0.0/8 gw 192.0.2.9 dev eth0 class main'
}

@test "without CAP_NET_ADMIN one line says what is missing" {
	status 2 on r setpriv --bounding-set=-net_admin --inh-caps=-net_admin \
		iproute add 10.0.0.0/8 gw 192.0.2.9
	same 'iproute: changing routes and rules needs the capability CAP_NET_ADMIN: run it as root, or with sudo'
	status 0 on r setpriv --bounding-set=-net_admin --inh-caps=-net_admin iproute -r
}

@test "-n works in a named namespace" {
	fresh other
	status 0 iproute -n other addrule from 10.1.0.0/16 class 250
	status 0 iproute -n other showrules from 10.1.0.0/16
	same 'pref 32765 from 10.1.0.0/16 class 250'
	unchanged status 255 iproute -n nowhere -r
	has 'there is no network namespace "nowhere"'
}
