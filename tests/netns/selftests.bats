#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the kernel's own selftests (tools/testing/selftests/net) expect of `ip route` and `ip rule`, with the
# program called as `ip`; and scripts written for `ip`.
# shellcheck shell=bash disable=SC2154

load lib

setup_file() {
	PEER=$(command -v ip)
	export PEER
	mkdir -p "$BATS_FILE_TMPDIR/ip"
	ln -s "$(realpath "${top_builddir:?}/src/iproute")" "$BATS_FILE_TMPDIR/ip/ip"
}

setup() {
	PATH=$BATS_FILE_TMPDIR/ip:$PATH
	lone h
}

teardown() { :; }

# gives WANTED command…: ends with status 0, and says this when its blanks are squeezed.
gives() {
	local wanted=$1 said
	shift
	said=$(on h "$@") || { echo "status $?: $*"; return 1; }
	# shellcheck disable=SC2086 # squeezed
	said=$(echo $said)
	[ "$said" = "$wanted" ] || { echo "$*: '$said' instead of '$wanted'"; return 1; }
}

# refused command…: status 2, as when the kernel says no.
refused() {
	status 2 on h "$@"
}

@test "the words of the usage that switch tests on" {
	local word
	for word in fibmatch psp usp usd next-csid encap.red l2encap.red End.DT46 End.X mpls ioam6 rpl xfrm; do
		ip route help 2>&1 | grep -qF -- "$word"
	done
	for word in uidrange sport ipproto dscp flowlabel; do
		ip rule help 2>&1 | grep -q "$word"
	done
	for word in uid sport ipproto tos flowlabel; do
		ip route get help 2>&1 | grep -q "$word"
	done
	ip rule help 2>&1 | grep sport | grep -q MASK
	ip rule help 2>&1 | grep -qF 'DSCP[/MASK]'
	status 255 ip route help
	status 255 ip route get help
	status 255 ip rule help
	[ -z "$(ip rule help 2>/dev/null)" ]
}

@test "status 2 where the kernel refuses" {
	on h ip route add 172.16.104.0/24 via 192.0.2.2
	refused ip route add 172.16.104.0/24 via 192.0.2.2
	refused ip route add 172.16.104.0/24 dev eth0
	on h ip route add unreachable 172.16.105.0/24
	refused ip route add unreachable 172.16.105.0/24
	on h ip route add 172.16.106.0/24 nexthop via 192.0.2.2 nexthop via 198.51.100.2
	refused ip route add 172.16.106.0/24 nexthop via 192.0.2.2 nexthop via 198.51.100.2
	refused ip route change 172.16.107.0/24 via 192.0.2.2
	refused ip route del 172.16.106.0/24 nexthop via 198.51.100.2 nexthop via 192.0.2.2
	on h ip nexthop add id 21 via 192.0.2.9 dev eth0
	on h ip route add 172.16.108.0/24 nhid 21
	refused ip route del 172.16.108.0/24 dev eth0
	refused ip route del 172.16.108.0/24 via 192.0.2.9
	refused ip route get 203.0.113.1
	refused ip route get fibmatch 203.0.113.1
	on h ip link set eth1 down
	refused ip route get 203.0.113.1 oif eth1
	refused ip -6 route add 2001:db8:110::/64 via 2001:db8:1::1
	refused ip route add 172.16.110.0/24 via 224.0.0.1
	refused ip -6 route add 2001:db8:110::/64 via 2001:db8:99::1
	refused ip route add 172.16.110.0/24 via 203.0.113.1 onlink
	refused ip -6 route add 2001:db8:110::/64 via fe80::1
	on h ip nexthop add id 22 via 192.0.2.8 fdb
	refused ip route add 172.16.110.0/24 nhid 22
	refused ip -6 route add 2001:db8:110::/64 nhid 21
	refused ip route add 172.16.110.0/24 nhid 21 scope host
	refused ip -6 route add 2001:db8:110::/64 from 2001:db8:9::/64 nhid 21
	refused ip route add 172.16.110.0/24 dev eth0 congctl lock foo
}

@test "tos goes to the kernel as it is" {
	for tos in 1 2 3; do
		refused ip rule add dsfield "$tos" table 100
	done
	for tos in 0x01 0x02 0x03; do
		refused ip route add 172.16.110.0/24 dev eth0 dsfield "$tos"
	done
	refused ip -6 route add 2001:db8:110::/64 dev eth0 dsfield 0x04
	on h ip route add 172.16.104.0/24 via 192.0.2.2
	status 1 on h ip route replace 172.16.104.0/24 via 2001:db8:104::2
}

@test "a flush of nothing is no failure" {
	gives "" ip route flush 172.16.104.0/24
	gives "" ip -6 route flush 2001:db8:104::/64
	gives "" ip ro ls match 172.16.104.0/24
}

# takes 'WORDS': ip takes them. A stock kernel may not know them; then it is told so, and nothing is left.
takes() {
	# shellcheck disable=SC2086 # words
	run on h ip $1
	[ "$status" != 0 ] || return 0
	[ -n "${IN_VM:-}" ] && [[ $output == *"this kernel"* ]] || { echo "$1: $output"; exit 1; }
	[ -z "$(on h ip rule show table 100 2>/dev/null; on h ip -6 rule show table 100 2>/dev/null)" ] || exit 1
	return 1
}

@test "a rule is found by its selector and deleted by its place" {
	local selector pref
	for selector in "from 192.0.2.7" "iif eth0" "oif eth0" "tos 0x10" "dsfield 0x10" "fwmark 0x64" \
		"uidrange 0-0" "sport 666" "dport 777" "sport 0x0f00/0xff00" "sport 100-200" \
		"ipproto tcp" "ipproto icmp" "dscp 0x3f" "dscp 0x0f/0x0f" "not from 192.0.2.8"; do
		takes "rule add $selector table 100" || continue
		# shellcheck disable=SC2086 # words
		pref=$(on h ip rule show $selector table 100 | cut -d: -f1)
		[ "$(wc -w <<<"$pref")" = 1 ] || { echo "$selector: '$pref'"; return 1; }
		on h ip rule del pref "$pref"
		# shellcheck disable=SC2086
		gives "" ip rule show $selector table 100
	done
	for selector in "flowlabel 0xfffff" "flowlabel 0x08000/0x08000" "ipproto ipv6-icmp"; do
		takes "-6 rule add $selector table 100" || continue
		# shellcheck disable=SC2086
		pref=$(on h ip -6 rule show $selector table 100 | cut -d: -f1)
		[ "$(wc -w <<<"$pref")" = 1 ] || { echo "$selector: '$pref'"; return 1; }
		on h ip -6 rule del pref "$pref"
	done
}

@test "what show prints add takes back" {
	local route
	route=$(on h ip route show table local type broadcast dev eth0 | head -n1)
	route="$route dev eth0"
	# shellcheck disable=SC2086 # words
	on h ip route del $route
	# shellcheck disable=SC2086
	on h ip route add $route mtu 1500
	gives "broadcast 192.0.2.255 proto kernel scope link src 192.0.2.1 mtu 1500" \
		ip route show table local type broadcast dev eth0
}

@test "objects and verbs cut short, options before the object" {
	on h ip r a 172.16.104.0/24 via 192.0.2.2
	gives "172.16.104.0/24 via 192.0.2.2 dev eth0" ip ro ls 172.16.104.0/24
	gives "172.16.104.0/24 via 192.0.2.2 dev eth0" ip route s 172.16.104.0/24
	on h ip r s t all | grep -q 172.16.104.0/24
	[ -n "$(ip -netns h ro ls 172.16.104.0/24)" ]
	[ -n "$(ip -n h ro ls 172.16.104.0/24)" ]
	[ -n "$(ip -net h -4 ro ls 172.16.104.0/24)" ]
	ip -n h -6 route add 2001:db8:110::/64 dev eth0
	ip -n h route add 2001:db8:111::/64 dev eth0 src 2001:db8:1::1
	gives "2001:db8:111::/64 src 2001:db8:1::1 metric 1024 pref medium" \
		ip -6 route show 2001:db8:111::/64 dev eth0
	on h ip route del 172.16.104.0/24 metric 0
	gives "" ip ro ls 172.16.104.0/24
}

@test "the text of routes" {
	on h ip route add 172.16.104.0/24 via 192.0.2.2
	on h ip route append 172.16.104.0/24 via 198.51.100.3 metric 256
	gives "172.16.104.0/24 via 192.0.2.2 dev eth0 172.16.104.0/24 via 198.51.100.3 dev eth1 metric 256" \
		ip ro ls match 172.16.104.0/24
	on h ip route append unreachable 172.16.104.0/24
	gives "172.16.104.0/24 via 192.0.2.2 dev eth0 unreachable 172.16.104.0/24 172.16.104.0/24 via 198.51.100.3 dev eth1 metric 256" \
		ip ro ls match 172.16.104.0/24
	on h ip route add 172.16.105.0/24 nexthop via 192.0.2.2 nexthop via 198.51.100.2
	gives "172.16.105.0/24 nexthop via 192.0.2.2 dev eth0 weight 1 nexthop via 198.51.100.2 dev eth1 weight 1" \
		ip ro ls match 172.16.105.0/24
	on h ip route add 172.16.106.0/24 nexthop via inet6 2001:db8:1::2 nexthop via 198.51.100.2
	gives "172.16.106.0/24 nexthop via inet6 2001:db8:1::2 dev eth0 weight 1 nexthop via 198.51.100.2 dev eth1 weight 1" \
		ip ro ls match 172.16.106.0/24
	on h ip route add 172.16.107.2 dev eth0 proto kernel scope link src 192.0.2.1 metric 260
	gives "172.16.107.2 dev eth0 proto kernel scope link src 192.0.2.1 metric 260" ip ro ls 172.16.107.2
	on h ip route add 172.16.108.0/24 via 192.0.2.2 mtu 1400
	gives "172.16.108.0/24 via 192.0.2.2 dev eth0 mtu 1400" ip ro ls 172.16.108.0/24
	on h ip route add 172.16.109.0/24 mtu 1400 nexthop via 192.0.2.2 nexthop via 198.51.100.2
	gives "172.16.109.0/24 mtu 1400 nexthop via 192.0.2.2 dev eth0 weight 1 nexthop via 198.51.100.2 dev eth1 weight 1" \
		ip ro ls 172.16.109.0/24
	on h ip route add 172.16.110.0/24 dev eth1 tos 0x10
	gives "172.16.110.0/24 tos 0x10 dev eth1 scope link" ip ro ls 172.16.110.0/24
}

@test "the text of IPv6 routes" {
	local six=2001:db8:104::/64
	on h ip route add $six via 2001:db8:1::2
	gives "$six via 2001:db8:1::2 dev eth0 metric 1024 pref medium" ip -6 ro ls $six
	on h ip route append $six via 2001:db8:1::3
	gives "$six metric 1024 pref medium nexthop via 2001:db8:1::2 dev eth0 weight 1 nexthop via 2001:db8:1::3 dev eth0 weight 1" \
		ip -6 ro ls $six
	on h ip route add 2001:db8:111::/64 via 2001:db8:1::2 mtu 1400
	gives "2001:db8:111::/64 via 2001:db8:1::2 dev eth0 metric 1024 mtu 1400 pref medium" \
		ip -6 ro ls 2001:db8:111::/64
	[ "$(on h ip -6 route list | grep -c 'nexthop via')" = 2 ]
	[ "$(on h ip -6 route list | grep -c "$six via")" = 0 ]
	on h ip route add 2001:db8:20::/64 dev eth0 expires 100
	[ "$(on h ip -6 route list | grep expires | wc -l)" = 1 ]
	on h ip route add 2001:db8:116::/64 dev eth1 src 2001:db8:1::1
	on h ip -6 route show | grep -q "2001:db8:116::/64 dev eth1 src 2001:db8:1::1 "
	on h ip -6 route add 2001:db8:99::/64 proto kernel dev eth1
	on h ip -6 route show dev eth1 | grep -q "2001:db8:99::/64 proto kernel"
}

@test "nexthop objects" {
	on h ip nexthop add id 21 via 192.0.2.2 dev eth0
	on h ip nexthop add id 85 dev eth0
	on h ip nexthop add id 11 via 2001:db8:1::9 dev eth0
	on h ip nexthop add id 123 group 21/85
	on h ip route add 172.16.101.1 nhid 21
	on h ip route add 172.16.101.2 nhid 85
	on h ip route add 172.16.101.3 nhid 11
	on h ip route add 172.16.101.4 nhid 123
	on h ip -6 route add 2001:db8:101::1 nhid 11
	gives "172.16.101.1 nhid 21 via 192.0.2.2 dev eth0" ip ro ls 172.16.101.1
	gives "172.16.101.2 nhid 85 dev eth0" ip ro ls 172.16.101.2
	gives "172.16.101.3 nhid 11 via inet6 2001:db8:1::9 dev eth0" ip ro ls 172.16.101.3
	gives "172.16.101.4 nhid 123 nexthop via 192.0.2.2 dev eth0 weight 1 nexthop dev eth0 weight 1" \
		ip ro ls 172.16.101.4
	gives "2001:db8:101::1 nhid 11 via 2001:db8:1::9 dev eth0 metric 1024 pref medium" \
		ip -6 ro ls 2001:db8:101::1
	[ "$(on h ip -j route get 172.16.101.1 | tr ',' '\n' | grep '"dev"')" = '"dev":"eth0"' ]
}

@test "look-ups" {
	on h ip route add default via 192.0.2.2 table 100
	on h ip rule add fwmark 0x64 table 100
	on h ip route get 203.0.113.1 mark 0x64 | grep -q "table 100"
	status 2 on h ip route get 203.0.113.1 mark 0x65
	[[ $output != *"table 100"* ]]
	on h ip route add 172.16.102.0/24 tos 0x10 via 192.0.2.3
	on h ip route get fibmatch 172.16.102.1 dsfield 0x11 | grep -q "172.16.102.0/24 tos 0x10 via 192.0.2.3"
	on h ip route add 172.16.103.0/24 via 192.0.2.2 mtu lock 1300
	on h ip route get 172.16.103.1 | grep -q 'cache .*mtu lock 1300'
	[[ $(on h ip route get 172.16.103.1) == *" mtu lock 1300"* ]]
	on h ip route add 2001:db8:103::/64 via 2001:db8:1::2 mtu 1300
	on h ip route get 2001:db8:103::1 |
		grep -q "2001:db8:103::1.* via 2001:db8:1::2 dev eth0 src 2001:db8:1::1 .* mtu 1300"
	gives "local ::1 from ::1 dev lo table local proto kernel metric 0 iif lo pref medium" \
		ip route get ::1 from ::1 iif lo oif lo tos 0x10 mark 0x1
	[ -z "$(on h ip route list cache)" ]
	on h ip route flush cache
}

link_is_down() {
	on h ip route get fibmatch 172.16.104.1 | grep -q linkdown
}

@test "the state of nexthops, each on a line" {
	on h ip route add 172.16.104.0/24 nexthop via 192.0.2.2 nexthop via 198.51.100.2
	ip -n h link set eth1p down
	until_true 20 link_is_down
	on h ip route get fibmatch 172.16.104.1 | grep eth1 | grep -q linkdown
	on h sysctl -qw net.ipv4.conf.all.ignore_routes_with_linkdown=1
	on h ip route get fibmatch 172.16.104.1 | grep eth1 | grep -q "dead linkdown"
	status 0 on h ip route get fibmatch 172.16.104.1
	has 'dev eth0'
	fails grep 'eth0.*linkdown' <<<"$output"
}

@test "exceptions" {
	fresh far
	wire h 10.0.0.1/24 far 10.0.0.2/24 near link
	on h ip route add 172.16.104.0/24 via 10.0.0.2
	on far ip addr add 172.16.104.1/24 dev lo
	ip -n far link add d1 type veth peer name d2
	ip -n far link set d1 mtu 1300 up
	ip -n far link set d2 up
	on far ip addr add 172.16.105.2/24 dev d1
	on h ip route add 172.16.105.0/24 via 10.0.0.2
	on far sysctl -qw net.ipv4.ip_forward=1
	on far ip neigh add 172.16.105.9 lladdr 02:00:00:00:00:01 dev d1
	on h ping -c1 -W20 -M do -s 1400 172.16.105.9 >/dev/null 2>&1 || true
	on h ip route get 172.16.105.9 | grep -qE "^ +cache expires [0-9]*sec mtu 1300"
	on h ip -oneline route list cache | grep -q "^172.16.105.9 via 10.0.0.2 dev near"
	diff <(on h ip route list cache | sed 's/expires [0-9]*//') \
		<(on h "$PEER" route list cache | sed 's/expires [0-9]*//')
	on h ip route flush cache
	[ -z "$(on h ip route list cache)" ]
}

# runs PID PROGRAM: the process has become that one.
runs() {
	[ "$(readlink "/proc/$1/exe")" = "$(readlink -f "$2")" ]
}

@test "other objects and their batches are the real ip's, in its place" {
	local pid
	ip -n h link add name a1 type veth peer name b1
	[ -n "$(on h ip -br link show a1)" ]
	ip -n h monitor link >"$BATS_TEST_TMPDIR/seen" 2>&1 3>&- &
	pid=$!
	until_true 20 runs "$pid" "$PEER"
	kill "$pid"
	printf 'nexthop add id 5 via 192.0.2.5 dev eth0\nnexthop add id 6 via 192.0.2.6 dev eth0\n' \
		>"$BATS_TEST_TMPDIR/lines"
	ip -n h -b "$BATS_TEST_TMPDIR/lines"
	[ "$(on h ip nexthop list | wc -l)" = 2 ]
	echo "nexthop del id 5" | ip -n h -batch /dev/stdin
	[ "$(on h ip nexthop list | wc -l)" = 1 ]
	printf 'link set dev lo up\nroute add 172.16.104.0/24 via 192.0.2.2\nroute show 172.16.104.0/24\n' |
		ip -n h -batch - | grep -q 'via 192.0.2.2'
	status 1 ip -n h -b /nonexistent
}

# route_is_told FILE: a route that comes, after it went, is in it. (The kernel says nothing of one that is replaced by its
# like.)
route_is_told() {
	on h ip route flush 172.16.104.0/24
	on h ip route add 172.16.104.0/24 via 192.0.2.2
	[ -s "$1" ]
}

@test "monitor tells of routes and rules" {
	local pid seen=$BATS_TEST_TMPDIR/seen
	ip -n h monitor route rule >"$seen" 2>&1 3>&- &
	pid=$!
	until_true 20 route_is_told "$seen"
	on h ip rule add pref 7 table 100
	on h ip route del 172.16.104.0/24
	on h ip rule add pref 8 table 100
	until_true 20 grep -q '^8:' "$seen" || true
	kill "$pid"
	cat -A "$seen"
	grep -q '^172.16.104.0/24 via 192.0.2.2 dev eth0 $' "$seen"
	grep -qP '^7:\tfrom all lookup 100$' "$seen"
	grep -q '^Deleted 172.16.104.0/24 via 192.0.2.2 dev eth0 $' "$seen"
}

# script: a script as people write them for `ip`, with that for ip.
script() {
	on h bash -euc "$1"'
		ip link set dev eth1 up
		ip addr show dev eth0 | grep -q 192.0.2.1
		ip route add 172.16.0.0/16 via 192.0.2.2
		ip -4 route replace 172.16.0.0/16 via 192.0.2.3
		ip r a blackhole 172.17.0.0/16
		ip -6 route add 2001:db8:9::/48 via 2001:db8:1::2
		if ip route add 172.16.0.0/16 via 192.0.2.3 2>/dev/null; then exit 9; fi
		ip rule add fwmark 1 lookup 100 pref 50
		ip rule add from 192.0.2.0/24 table 100
		ip -6 rule add pref 60 to 2001:db8:9::/48 table 100
		gateway=$(ip route show 172.16.0.0/16 | awk "{ print \$3 }")
		[ "$gateway" = 192.0.2.3 ]
		ip route show table 100 2>/dev/null | grep -q . && exit 8
		ip rule | grep -q "^50:.*fwmark 0x1 lookup 100"
		ip rule show | while read -r pref _; do
			[ "$pref" != 50: ] || ip rule del pref "${pref%:}"
		done
		ip -j route get 172.16.0.1 | grep -q "\"gateway\":\"192.0.2.3\""
		ip -d -o link show dev eth0 | grep -q veth
		ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:77 dev eth0
		ip neigh show dev eth0 | grep -q 192.0.2.77
		ip route flush root 172.16.0.0/12
		[ -z "$(ip route show root 172.16.0.0/12)" ]
		ip rule del from 192.0.2.0/24
		ip -br addr | grep -q 198.51.100.1
	'
}

@test "a script with ip() { iproute \"\$@\"; }" {
	# shellcheck disable=SC2016 # expanded inside
	script 'PATH='"${PATH#*:}"'; ip() { iproute "$@"; }; export -f ip;'
}

@test "a script with the link in PATH" {
	script 'PATH='"$PATH"';'
}

@test "a script with the real ip means the same" {
	script 'PATH='"$(dirname "$PEER")"':$PATH;'
}

@test "rule flush leaves the three rules of the kernel of 4,000" {
	local default
	default=$(on h ip rule)
	for ((i = 1; i <= 4000; i++)); do
		echo "rule add from 10.$((i / 250)).$((i % 250)).1 table $((i % 50 + 1))"
	done >"$BATS_TEST_TMPDIR/lines"
	on h ip -batch "$BATS_TEST_TMPDIR/lines"
	[ "$(on h ip rule | wc -l)" = 4003 ]
	gives "" ip rule flush
	diff <(echo "$default") <(on h ip rule)
	on h ip -batch "$BATS_TEST_TMPDIR/lines"
	gives "" iproute rule flush
	diff <(echo "$default") <(on h ip rule)
	# Scripts add these two again after a flush.
	gives "" ip rule add from all lookup main pref 32766
	gives "" iproute rule add pref 32767 from all table default
	gives "" ip -6 rule add lookup main pref 32766
	diff <(echo "$default") <(on h ip rule)
	on h ip rule add from 10.0.0.0/8 lookup main pref 32766
	refused ip rule add from 10.0.0.0/8 lookup main pref 32766
	on h ip rule del from 10.0.0.0/8 lookup main pref 32766
	on h ip rule flush pref 32767
	[ "$(on h ip rule | wc -l)" = 2 ]
	gives "" ip rule add from all lookup default pref 32767
	diff <(echo "$default") <(on h ip rule)
}

@test "route flush by iproute" {
	on h ip route add 172.16.104.0/24 via 192.0.2.2
	on h ip route add 172.16.105.0/24 via 192.0.2.2 proto static
	gives "" iproute route flush proto static
	[ -n "$(on h ip route show 172.16.104.0/24)" ]
	[ -z "$(on h ip route show 172.16.105.0/24)" ]
	status 1 on h iproute route flush
}

@test "save and restore: files of ip and of ours are the same, and order is no matter" {
	local file=$BATS_TEST_TMPDIR/file
	on h ip route add 10.4.0.0/16 nexthop via 192.0.2.2 nexthop via 198.51.100.2
	on h ip route add 10.3.0.0/16 via 192.0.2.2
	on h ip route add 10.5.0.0/16 via inet6 2001:db8:1::2 dev eth0
	on h "$PEER" route save >"$file"
	[ "$(on h ip route showdump <"$file" | wc -l)" = 7 ]
	lone twin
	on twin ip route flush table main
	# Through a pipe, and into a namespace without the networks of the gateways.
	cat "$file" | on twin ip route restore
	diff <(on h ip route) <(on twin ip route)
	on h ip route save | on twin "$PEER" route showdump | diff - <(on h ip route)

	on h ip rule add from 10.0.0.0/8 table 100 pref 7
	on h ip rule save >"$file"
	on twin ip rule restore <"$file"
	diff <(on h ip rule) <(on twin ip rule)
	on twin ip rule restore <"$file"
	diff <(on h ip rule) <(on twin ip rule)
}

@test "-echo in JSON can be read" {
	gives '[{"dst":"10.0.0.0/8","dev":"eth0","scope":"link","flags":[]}]' \
		ip -j -echo route add 10.0.0.0/8 dev eth0
	gives '[{"deleted":true,"priority":7,"src":"all","table":"100"}]' \
		bash -c 'ip rule add pref 7 table 100; ip -j -echo rule del pref 7'
}

@test "ip's sentences" {
	refused ip route show table 77
	has "Error: ipv4: FIB table does not exist."
	has "Dump terminated"
	refused ip route flush table 77
	has "Flush terminated"
	status 255 on h ip route add 10.0.0.0/8 via 192.0.2.2 via 192.0.2.3
	has 'use nexthop syntax to specify multiple via'
}

@test "without another ip there are routes and rules" {
	# shellcheck disable=SC2016 # expanded inside
	on h unshare -m bash -euc '
		for program in $(type -ap ip) /usr/sbin/ip /sbin/ip /usr/bin/ip /bin/ip; do
			[ ! -e "$program" ] || mount --bind "$1" "$program"
		done
		ip route show dev eth0 | grep -q "proto kernel"
		if ip link; then exit 1; fi 2>&1
		ip link 2>&1 | grep -q "there is no other program \"ip\" in PATH"
		ip -nosuch 2>&1 | grep -q "Option \"-nosuch\" is unknown"' bash "$(realpath "$top_builddir/src/iproute")"
}

@test "in a batch the name of a number keeps it" {
	printf 'route add 10.%s.0.0/16 dev eth0 proto %s\n' 1 boot 2 99 3 boot | on h ip -batch -
	gives "10.1.0.0/16 scope link 10.3.0.0/16 scope link" ip route show root 10.0.0.0/8 proto boot dev eth0
}

@test "-resolve names hosts, as ip does" {
	local words
	grep -q '^127.0.0.1.*localhost' /etc/hosts || skip "the machine does not name 127.0.0.1"
	fresh lonely
	for words in "-r route show table local" "-resolve -j route show table all" "-r rule" "-6 -r route show table all"; do
		# shellcheck disable=SC2086 # words
		diff <(on lonely "$PEER" $words) <(on lonely ip $words)
	done
	on lonely ip -r route show table local | grep -q '^local localhost '
}
