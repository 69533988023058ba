#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The command lines of programs that call `ip`: wg-quick, mwan3, ec2-net-utils. Each sequence runs in two twin
# namespaces, with the real ip and with our program as `ip`; what it prints and what the kernel has then must be the same.

load lib

setup() {
	work=$(mktemp -d)
	mkdir "$work/ours"
	ln -s "$(realpath "${top_builddir:?}/src/iproute")" "$work/ours/ip"
}

teardown() {
	rm -r "$work"
}

# both SCRIPT: what it prints (numbers of seconds aside) and leaves is the same with either ip.
both() {
	local who path
	for who in real ours; do
		lone "$who"
		path=$PATH
		[ "$who" = real ] || path=$work/ours:$PATH
		on "$who" env PATH="$path" bash -euc "$1" >"$work/$who.out" 2>&1 || echo "status $?" >>"$work/$who.out"
		{
			ip -n "$who" rule
			ip -n "$who" -6 rule
			ip -n "$who" route show table all
			ip -n "$who" -6 route show table all
		} | grep -v fe80 >"$work/$who.state"
	done
	diff -u "$work/real.out" "$work/ours.out"
	diff -u "$work/real.state" "$work/ours.state"
	if grep ^status "$work/ours.out"; then
		cat "$work/ours.out"
		return 1
	fi
}

@test "wg-quick: up with a default route, down; a table of its own; allowed IPs that are there already" {
	# shellcheck disable=SC2016 # expanded inside
	both '
		ip link add wg0 type veth peer name wg0p
		ip -4 address add 10.8.0.2/32 dev wg0
		ip -6 address add 2001:db8:8::2/128 dev wg0
		ip link set mtu 1420 up dev wg0
		ip link set up dev wg0p
		table=51820
		ip -4 route add blackhole 10.7.7.0/24 table 51820
		while [[ -n $(ip -4 route show table $table 2>/dev/null) || -n $(ip -6 route show table $table 2>/dev/null) ]]; do
			((table++))
		done
		echo "$table"
		for proto in -4 -6; do
			default=0.0.0.0/0
			[ $proto = -4 ] || default=::/0
			ip $proto route add $default dev wg0 table $table
			ip $proto rule add not fwmark $table table $table
			ip $proto rule add table main suppress_prefixlength 0
		done
		ip -4 rule show
		ip -6 rule show
		for address in 192.0.2.0/24 10.9.0.0/16 192.0.2.7/32; do
			[[ -n $(ip -4 route show dev eth0 match "$address" 2>/dev/null) ]] ||
				ip -4 route add "$address" dev wg0
		done
		ip -4 route add 10.10.0.0/16 dev wg0 table 123
		for proto in -4 -6; do
			while [[ $(ip $proto rule show 2>/dev/null) == *"lookup $table"* ]]; do
				ip $proto rule delete table $table
			done
			while [[ $(ip $proto rule show 2>/dev/null) == *"from all lookup main suppress_prefixlength 0"* ]]; do
				ip $proto rule delete table main suppress_prefixlength 0
			done
		done
		ip -o -4 addr show dev wg0 2>/dev/null | grep -o "10.8.0.2/32"
		[[ $(ip -all -brief address show dev wg0) =~ ^wg0 ]]
		ip link delete dev wg0'
}

@test "mwan3: rules by device and mark, a table for each uplink, the routes of main copied, all removed" {
	# shellcheck disable=SC2016 # expanded inside
	both '
		ip -4 route add default via 192.0.2.2 dev eth0 proto static metric 10
		ip -4 route add default via 198.51.100.2 dev eth1 proto static metric 20
		ip -6 route add default via 2001:db8:1::2 dev eth0 proto static metric 512
		for IP in "ip -4" "ip -6"; do
			if [ -z "$($IP rule list | awk "\$1 == \"2061:\"")" ]; then
				$IP rule add pref 2061 fwmark 0x3d00/0x3f00 blackhole
			fi
			if [ -z "$($IP rule list | awk "\$1 == \"2062:\"")" ]; then
				$IP rule add pref 2062 fwmark 0x3e00/0x3f00 unreachable
			fi
		done
		id=0
		for dev in eth0 eth1; do
			id=$((id + 1))
			while [ -n "$(ip -4 rule list | awk "\$1 == \"$((id + 1000)):\"")" ]; do
				ip -4 rule del pref $((id + 1000))
			done
			ip -4 rule add pref $((id + 1000)) iif $dev lookup $id
			ip -4 rule add pref $((id + 2000)) fwmark $((id * 256))/0x3f00 lookup $id
			ip -4 rule add pref $((id + 3000)) fwmark $((id * 256))/0x3f00 unreachable
			ip -4 route flush table $id || echo "flush: $?"
			ip -4 route list table main | grep -v "^default\|linkdown" | while read -r line; do
				ip -4 route add table $id $line
			done
			ip -4 route add table $id default via $(ip -4 route list default dev $dev | awk "{ print \$3 }") dev $dev
			ip -4 route list table $id
			[ -n "$(ip -4 route list table $id)" ]
		done
		ip -4 route list table 0 | awk "{ print \$2 }" | grep -E "[0-9]{1,3}(\.[0-9]{1,3}){3}" | sort -u
		ip -6 route | awk "{ print \$1 }" | grep -v fe80
		ip -4 route replace table 1 10.7.0.0/16 via 192.0.2.9 dev eth0 proto static
		ip -4 route del table 1 10.7.0.0/16 via 192.0.2.9 dev eth0 proto static
		ip -4 rule list
		ip rule list | awk -F: "\$1 >= 1001 && \$1 <= 1999 { print \$1 }" | while read -r pref; do
			ip rule del pref $pref
		done
		ip -4 route flush table 2'
}

# told WHO: its monitor has told of a route that comes and goes. (The kernel says nothing of one that is replaced by its like.)
told() {
	ip -n "$1" route add 10.99.0.0/16 via 192.0.2.2
	ip -n "$1" route del 10.99.0.0/16
	[ "$(wc -l <"$work/$1.out")" -ge 2 ]
}

@test "mwan3: the monitor of routes, line by line" {
	local who path
	for who in real ours; do
		lone "$who"
		path=$PATH
		[ "$who" = real ] || path=$work/ours:$PATH
		on "$who" env PATH="$path" sh -c 'echo $$; exec ip -4 monitor route' >"$work/$who.out" 2>&1 3>&- &
		until_true 20 told "$who"
		ip -n "$who" route add 10.1.0.0/16 via 192.0.2.2 dev eth0 proto static metric 5
		ip -n "$who" route add default via 192.0.2.2 table 7
		ip -n "$who" route del 10.1.0.0/16
		until_true 20 grep -q 'Deleted 10.1' "$work/$who.out"
		kill "$(head -n1 "$work/$who.out")"
		sed -i '1d; /10.99/d; /^Terminated/d' "$work/$who.out"
	done
	diff -u "$work/real.out" "$work/ours.out"
	[ "$(wc -l <"$work/ours.out")" = 3 ]
}

@test "ec2-net-utils: a rule for each address of an interface, kept equal to a list, and the table of the interface" {
	# shellcheck disable=SC2016 # expanded inside
	both '
		RTABLE=10001
		ip -4 addr add 198.51.100.7/24 brd + dev eth1
		ip -4 addr list dev eth1 secondary | grep "inet .* secondary eth1" | awk "{ print \$2 }" | cut -d/ -f1
		route() { ip -4 route add $1 2>&1 || ip -4 route replace $1; }
		route "default via 198.51.100.2 dev eth1 table $RTABLE"
		route "198.51.100.0/24 dev eth1 proto kernel scope link src 198.51.100.1 table $RTABLE"
		route "default via 198.51.100.2 dev eth1 metric $RTABLE"
		if [ -z "$(ip -6 route show table $RTABLE)" ]; then
			ip -6 route add 2001:db8:1::/64 dev eth0
			ip -6 route add default via 2001:db8:1::2 dev eth0 table $RTABLE
		fi
		ip -6 route show dev eth0 | grep ^default | awk "{ print \$3 }" || true
		ip -4 rule add from 198.51.100.99 lookup $RTABLE
		rewrite() {
			local family=$1 rule split address
			shift
			declare -A rules
			for rule in $(ip $family rule list | grep "from .* lookup $RTABLE" | awk "{ print \$1\$3 }"); do
				split=(${rule/:/ })
				rules[${split[1]}]=${split[0]}
			done
			for address; do
				if [[ ${rules[$address]:-} ]]; then
					unset "rules[$address]"
				else
					ip $family rule add from $address lookup $RTABLE
				fi
			done
			for rule in "${!rules[@]}"; do
				ip $family rule delete pref "${rules[$rule]}"
			done
		}
		rewrite -4 198.51.100.1 198.51.100.7 198.51.100.128/28
		rewrite -4 198.51.100.1 198.51.100.128/28
		rewrite -6 2001:db8:1::1 2001:db8:1:0:80::/80
		rewrite -6 2001:db8:1::1
		ip -4 rule list
		ip -6 rule list
		ip -4 route show table $RTABLE
		for rule in $(ip -4 rule list | grep "from .* lookup $RTABLE" | awk -F: "{ print \$1 }"); do
			ip -4 rule delete pref "$rule"
		done
		ip -4 route flush table $RTABLE
		ip route flush cache'
}
