#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# get: the route of a packet, and who refuses it.

load lib

setup() {
	lone r
	on r iproute add default gw 192.0.2.9 class 250
	on r iproute add 10.1.0.0/16 gw 192.0.2.9 mtu 1400
	on r iproute add 10.2.0.0/16 reject
	on r iproute add 10.3.0.0/16 prohibit
	on r iproute add 10.4.0.0/16 drop
}

@test "get: the answer is a route" {
	status 0 on r iproute get 10.1.2.3
	same '10.1.2.3 gw 192.0.2.9 dev eth0 class main src 192.0.2.1 mtu 1400'
	status 0 on r iproute get 10.1.2.3 fibmatch
	same '10.1.0.0/16 gw 192.0.2.9 dev eth0 class main mtu 1400'
	status 0 on r iproute -j get 10.1.2.3 fibmatch
	same '[{"dst":"10.1.0.0/16","gw":"192.0.2.9","dev":"eth0","class":254,"mtu":1400}]'
	status 0 on r iproute get 192.0.2.1
	[[ $output == 'local 192.0.2.1 dev lo class '*' src 192.0.2.1' ]]
	status 0 on r iproute get 2001:db8:1::7
	[[ $output == '2001:db8:1::7 dev eth0 class main'* ]]
}

@test "get: every key of the packet chooses the rule" {
	on r iproute addrule from 192.0.2.1 class 250
	status 0 on r iproute get 10.9.9.9 from 192.0.2.1
	has 'class 250'
	on r iproute delrule from 192.0.2.1
	local rule keys
	while IFS=';' read -r rule keys; do
		[[ $rule != uidrange* ]] || every_user || continue
		# shellcheck disable=SC2086 # words
		on r ip rule add $rule table 250
		status 2 on r iproute get 10.9.9.9
		# shellcheck disable=SC2086
		status 0 on r iproute get 10.9.9.9 $keys
		has 'class 250'
		# shellcheck disable=SC2086
		on r ip rule del $rule table 250
	done <<-'END'
		tos 0x10;tos 10
		fwmark 7;mark 7
		oif eth0;dev eth0
		oif eth0;oif eth0
		uidrange 1000-1000;uid 1000
		ipproto tcp;ipproto tcp
		ipproto tcp;ipproto 0x6
		ipproto udp sport 99;ipproto udp sport 99
		ipproto udp dport 53;ipproto 17 dport 0x35
	END
}

@test "get: a packet that comes in" {
	on r iproute addrule dev eth1 class 250
	on r sysctl -qw net.ipv4.ip_forward=1
	status 0 on r iproute get 10.9.9.9 from 198.51.100.7 iif eth1
	has '10.9.9.9'
	has 'gw 192.0.2.9 dev eth0 class 250'
	on r sysctl -qw net.ipv4.conf.eth1.rp_filter=1
	status 2 on r iproute get 10.9.9.9 from 192.0.2.7 iif eth1
	has 'reverse path'
}

@test "get: connected asks again from the source that was found" {
	on r iproute addrule from 192.0.2.1 to 10.1.0.0/16 class 250
	status 0 on r iproute get 10.1.2.3
	has 'class main'
	status 0 on r iproute get 10.1.2.3 connected
	has 'class 250'
}

@test "get: a refusal in words" {
	status 2 on r iproute get 10.2.0.1
	has 'a route rejects the packet'
	has 'reject 10.2.0.0/16 class main'
	status 2 on r iproute get 10.3.0.1
	has 'prohibited'
	has 'prohibit 10.3.0.0/16 class main'
	status 2 on r iproute get 10.4.0.1
	has 'dropped without an answer'
	has 'drop 10.4.0.0/16 class main'
	status 2 on r iproute get 10.9.9.9
	has 'no rule leads to a route for this packet (ENETUNREACH)'
	on r iproute addrule pref 40 to 10.5.0.0/16 reject
	status 2 on r iproute get 10.5.0.1
	has 'pref 40 to 10.5.0.0/16 reject'
	on r iproute addrule pref 41 to 10.6.0.0/16 prohibit
	status 2 on r iproute get 10.6.0.1
	has 'pref 41 to 10.6.0.0/16 prohibit'
	on r iproute addrule pref 42 to 10.7.0.0/16 drop
	status 2 on r iproute get 10.7.0.1
	has 'pref 42 to 10.7.0.0/16 drop'
}

@test "get: a refusal in IPv6" {
	on r iproute add 2001:db8:2::/64 reject
	on r iproute add 2001:db8:3::/64 prohibit
	status 2 on r iproute get 2001:db8:2::7
	has 'a route rejects the packet'
	status 2 on r iproute get 2001:db8:3::7
	has 'prohibited'
	status 2 on r iproute get 2001:db8:9::7
	has 'no rule leads'
}

@test "get: wrong words" {
	status 255 on r iproute get
	has 'the destination of the packet is missing'
	status 255 on r iproute get 10.1.0.0/16
	marked 10.1.0.0/16
	status 255 on r iproute get 10.1.0.1 sport 70000
	marked 70000
	status 255 on r iproute get 10.1.0.1 ipproto tpc
	marked tpc
	status 255 on r iproute get 10.1.0.1 vrf eth0 dev eth0
	status 0 on r iproute get -h
	for word in fibmatch iif uid sport ipproto flowlabel; do
		has "$word"
	done
}
