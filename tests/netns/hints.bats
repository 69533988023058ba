#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What an error says was meant, or is in the way: devices that are down, routes with other words, code points; and
# options behind the verb.

load lib

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	lone r
}

@test "a gateway behind a device that is down: the hint names the device, not onlink" {
	ip -n r link set eth1 down
	status 2 on r iproute add 10.1.0.0/16 gw 198.51.100.2 dev eth1
	marked 198.51.100.2
	has 'eth1 is down; `ip link set eth1 up` brings it up'
	lacks onlink
	status 2 on r iproute add 10.1.0.0/16 gw 198.51.100.2
	has 'eth1 is down; `ip link set eth1 up` brings it up'
	status 2 on r iproute addrule from 10.1.0.0/16 gw 198.51.100.2
	has 'eth1 is down; `ip link set eth1 up` brings it up'
	status 2 on r iproute add 10.1.0.0/16 nexthop gw 192.0.2.2 nexthop gw 198.51.100.3
	marked 198.51.100.3
	has 'eth1 is down; `ip link set eth1 up` brings it up'
	status 2 on r iproute -6 add default gw 2001:db8:77::1 dev eth1
	has 'eth1 is down; `ip link set eth1 up` brings it up'
	status 2 on r iproute add 10.1.0.0/16 gw 198.51.100.2 dev eth1 onlink
	marked eth1
	has 'eth1 is down; `ip link set eth1 up` brings it up'
	status 2 on r iproute get 198.51.100.2
	has 'eth1 is down; `ip link set eth1 up` brings it up'
	status 2 on r iproute get 198.51.100.2 dev eth1
	has 'eth1 is down'
	# Where no device has the network, and where another one has it.
	status 2 on r iproute add 10.1.0.0/16 gw 203.0.113.4
	has '"onlink" with "dev" says it is'
	ip -n r link set eth1 up
	status 2 on r iproute add 10.1.0.0/16 gw 192.0.2.3 dev eth1
	has '192.0.2.3 is in a network of eth0; or is it on the link all the same ("onlink")?'
}

@test "one of several gateways that is on no link is marked" {
	status 2 on r iproute add 10.1.0.0/16 nexthop gw 192.0.2.2 nexthop gw 203.0.113.4
	marked 203.0.113.4
	status 2 on r iproute add 10.1.0.0/16 nexthop gw 203.0.113.4 nexthop gw 192.0.2.2
	marked 203.0.113.4
	status 2 on r iproute add 10.1.0.0/16 nexthop gw 192.0.2.2 nexthop gw 203.0.113.4 dev eth0 weight 3
	marked 203.0.113.4
	status 2 on r iproute add 10.1.0.0/16 nexthop gw 192.0.2.2 nexthop gw 192.0.2.3 dev eth1
	marked 192.0.2.3
	has '192.0.2.3 is in a network of eth0'
	# A route leads to it, but through a gateway. What a route has on a link is on it.
	on r iproute add default gw 192.0.2.2
	on r iproute add 10.9.0.0/24 dev eth1
	status 2 on r iproute add 10.1.0.0/16 nexthop gw 10.9.0.1 nexthop gw 203.0.113.4
	marked 203.0.113.4
	status 2 on r iproute addrule from 10.1.0.0/16 route nexthop gw 10.9.0.1 nexthop gw 203.0.113.4
	marked 203.0.113.4
	status 2 on r iproute -6 add 2001:db8:9::/48 nexthop gw 2001:db8:1::2 nexthop gw 2001:db8:8::1
	marked 2001:db8:8::1
	status 2 on r iproute add 10.1.0.0/16 nexthop gw 192.0.2.2 nexthop gw inet6 2001:db8:8::1
	marked 2001:db8:8::1
	ip -n r link set eth1 down
	status 2 on r iproute add 10.1.0.0/16 nexthop gw 192.0.2.2 nexthop dev eth1
	marked eth1
}

no_carrier() {
	ip -n r link show dev eth1 | grep -q NO-CARRIER
}

@test "a device without a carrier, where its routes do not count" {
	ip -n r link set eth1p down
	on r sysctl -qw net.ipv4.conf.all.ignore_routes_with_linkdown=1
	until_true 20 no_carrier
	status 2 on r iproute get 198.51.100.2
	has 'eth1 has no carrier, and the sysctl ignore_routes_with_linkdown is on'
}

@test "a rule that the kernel takes for one with more selectors: shown, and not there for -ensure" {
	on r iproute addrule pref 10 from 10.1.0.0/16 class 250
	local option
	for option in '' -ensure; do
		# shellcheck disable=SC2086 # no word, or one
		status 2 on r iproute $option addrule pref 10 class 250
		marked 10
		has 'the kernel takes the new rule for this one, which has more selectors; give it another preference:
    pref 10 from 10.1.0.0/16 class 250'
		lacks 'another program'
	done
	on r iproute addrule pref 10 from 2001:db8:7::/48 iif eth0 class 250
	status 2 on r iproute -6 -ensure addrule pref 10 iif eth0 class 250
	has 'pref 10 from 2001:db8:7::/48 dev eth0 class 250'
	status 2 on r iproute -ensure batch - <<<'addrule pref 10 class 250'
	has 'pref 10 from 10.1.0.0/16 class 250'
	# Where the words have other selectors, the kernel takes both.
	status 0 on r iproute addrule pref 10 to 10.2.0.0/16 class 250
	status 0 on r iproute -ensure addrule pref 10 from 10.1.0.0/16 class 250
	same unchanged
}

@test "change that finds no route shows those with the destination" {
	on r iproute add default gw 192.0.2.2 metric 5
	on r iproute add default gw 192.0.2.3 metric 7
	status 2 on r iproute change default gw 192.0.2.4
	has 'with this destination there are:
    default gw 192.0.2.2 dev eth0 class main metric 5
    default gw 192.0.2.3 dev eth0 class main metric 7'
	status 2 on r iproute change default gw 192.0.2.4 metric 5 class 9
	has 'other classes have:'
	status 2 on r iproute change 10.0.0.0/8 gw 192.0.2.4
	has 'there is no route with this destination; "replace" adds it'
	status 2 on r iproute -6 change default gw 2001:db8:1::3
	has 'there is no route with this destination'
	status 1 on r iproute del default metric 6
	has 'default gw 192.0.2.3 dev eth0 class main metric 7'
	# What has other nexthops, or a source prefix, is a route with the destination, too.
	on r iproute add default from 2001:db8:4::/48 gw 2001:db8:1::3
	status 1 on r iproute -6 del default
	has 'with this destination there are:
    ::/0 from 2001:db8:4::/48 gw 2001:db8:1::3 dev eth0 class main metric 1024'
}

@test "code points: in decimal after tos, and names in small letters" {
	status 2 on r iproute addrule tos 46 class 5
	marked 46
	has 'did you mean dscp 46? tos is hexadecimal, and'
	status 2 on r iproute -6 addrule tos ef class 5
	has 'did you mean dscp 46?'
	status 2 on r iproute add 10.0.0.0/8 tos 46 gw 192.0.2.2
	has 'a rule matches the code point: addrule dscp 46 class CLASS'
	status 2 on r iproute addrule tos 2e class 5
	lacks 'did you mean'
	status 0 on r iproute -dry-run addrule dscp ef class 5
	same 'addrule class 5 dscp EF'
	status 0 on r iproute -dry-run addrule dscp af11 class 5
	same 'addrule class 5 dscp AF11'
	status 255 on r iproute addrule tos cs1 class 5
	has 'use the code point: dscp 8'
}

@test "the word at fault stands behind one that says how to read it" {
	status 2 on r iproute add 10.1.0.0/16 gw inet6 2001:db8:77::2
	marked 2001:db8:77::2
	status 2 on r iproute addrule from 10.1.0.0/16 route gw inet6 fe80::1
	marked fe80::1
	status 2 on r iproute add 2001:db8:5::/48 gw inet 192.0.2.2
	marked 192.0.2.2
	has 'a route of IPv6 takes an IPv6 gateway'
	status 2 on r iproute add 10.3.0.0/16 congctl lock nope dev eth0
	marked nope
}

@test "options behind the verb are those before it" {
	on r iproute add 10.1.0.0/16 gw 192.0.2.2 -ensure
	status 0 on r iproute add 10.1.0.0/16 gw 192.0.2.2 --ensure
	same unchanged
	status 0 on r iproute add 10.2.0.0/16 -dry-run gw 192.0.2.2
	same 'add 10.2.0.0/16 gw 192.0.2.2 class main'
	status 0 on r iproute show root 10.0.0.0/8 -j
	same '[{"dst":"10.1.0.0/16","gw":"192.0.2.2","dev":"eth0","class":254}]'
	status 0 iproute show -n r 10.1.0.0/16 -N
	same '10.1.0.0/16 gw 192.0.2.2 dev eth0 class 254'
	status 0 on r iproute get 192.0.2.3 -d
	has 'src 192.0.2.1 uid'
	status 0 on r iproute save routes -6
	has '# iproute -6 save'
	status 255 on r iproute add 10.2.0.0/16 gw 192.0.2.2 -m 7
	marked 7
	status 255 on r iproute add 10.2.0.0/16 gww 192.0.2.2 -m 1
	has '    -m 1 add 10.2.0.0/16 gww 192.0.2.2'
	marked gww
	status 255 on r iproute show -nothing
	has '"-nothing" is not a word of a route'
	printf '%s\n' 'add 10.1.0.0/16 gw 192.0.2.2 -ensure' 'add 10.3.0.0/16 gw 192.0.2.2 -force' >lines
	status 255 on r iproute batch lines
	has 'lines:2: a line of a batch cannot have -force'
	sed -i 's/ -force$/ -m 0/' lines
	status 0 on r iproute batch -dry-run lines
	has 'add 10.3.0.0/16 gw 192.0.2.2 class main'
	# ip's dialect takes none there.
	status 1 on r iproute route show -j
}

@test "a file that does not exist: the one that was meant, or where to look" {
	local verb
	mkdir -p 'a b/sub'
	echo 'add 10.9.0.0/16 reject' >'a b/policy'
	for verb in apply plan batch test 'check -f' 'rehearse'; do
		status 255 on r iproute $verb 'a b/polcy'
		has 'a b/polcy: No such file or directory'
		has 'did you mean "a b/policy"?'
		status 255 on r iproute $verb 'a b/other'
		has "\`ls 'a b/'\` lists the files there"
		status 255 on r iproute $verb none/here/other
		has 'there is no folder none/here/'
	done
	# Followed to the letter.
	status 255 on r iproute apply 'a b/polcy'
	status 0 on r iproute apply "$(sed -n 's/.*did you mean "\(.*\)"?/\1/p' <<<"$output")"
	# The name of an included file is relative to the folder of the file that includes it.
	echo 'include polcy' >'a b/all'
	status 255 on r iproute plan 'a b/all'
	has 'a b/all:1: a b/polcy: No such file or directory'
	has 'did you mean "policy"?'
	sed -i 's/polcy/policy/' 'a b/all'
	status 0 on r iproute plan 'a b/all'
	on r iproute apply /dev/null
}

@test "a dollar in the name of a device: twice in a policy, as it is in what save wrote" {
	ip -n r link add name '$x' type veth peer name 'a$$b'
	ip -n r link set '$x' up
	ip -n r link set 'a$$b' up
	local name
	for name in '$x' 'a$$b'; do
		# Followed to the letter, as often as the name has dollars.
		while echo "add 10.9.0.0/16 dev $name" >wrong && fails on r iproute apply wrong >/dev/null; do
			output=$(on r iproute apply wrong 2>&1) || true
			name=$(sed -nE 's/.*(written twice: |did you mean )"(.*)".*/\2/p' <<<"$output")
			[ -n "$name" ] || { echo "no hint in: $output"; return 1; }
		done
	done
	[ "$name" = 'a$$$$b' ]
	echo 'add 10.9.0.0/16 dev $x' >wrong
	status 255 on r iproute apply wrong
	has 'put a line "set x VALUE" before this one; a dollar is written twice: "$$x"'
	echo 'add 10.9.0.0/16 dev $-' >wrong
	status 255 on r iproute apply wrong
	has 'write $NAME or ${NAME}; a dollar is written twice: "$$-"'
	on r iproute add 10.10.0.0/16 dev '$x'
	on r iproute save >saved
	on r iproute -j save >saved.json
	for name in saved saved.json; do
		status 0 iproute explain 10.10.0.1 -f "$name"
		has 'sent to 10.10.0.1 on $x'
		status 0 iproute diff -lines "$name" saved
	done
	# A line that sets a name makes a policy of it.
	sed '2i set y eth0' saved >edited
	status 255 iproute explain 10.10.0.1 -f edited
	has 'a dollar is written twice: "$$x"'
	on r iproute apply /dev/null
	on r iproute del 10.10.0.0/16
}

@test "a value is no option, whatever it looks like" {
	ip -n r link add name -j type veth peer name jp
	on r iproute add 10.9.0.0/16 drop
	status 1 on r iproute show dev -j
	has 'no route matches'
	status 1 on r iproute show dev -j -j
	has '[]'
	status 255 on r iproute explain 192.0.2.3 -f -6
	has '-6: No such file or directory'
	status 0 on r iproute add default -h
	has 'Usage: iproute [OPTIONS] add DEST INFO'
}

@test "the version, however it is asked for" {
	local words
	for words in -V --version -Version version 'show -V'; do
		status 0 iproute $words
		[[ $output == 'iproute '[0-9]* ]]
	done
}

@test "completion behind the verb knows its options" {
	on r iproute addrule from 10.1.0.0/16 pref 321 class 7
	status 0 on r iproute complete -- delrule -6 pref 32
	[ "$(cut -f1 <<<"$output")" = 32766 ]
	status 0 on r iproute complete -- show -det
	[ "$(cut -f1 <<<"$output")" = -details ]
}
