#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The same lines through the real ip and through ours, in namespaces that are alike: standard output, exit
# status, errors, and what the kernel holds afterwards are equal. tests/peer/differences.sed lists where
# they are not, and why.
# shellcheck shell=bash disable=SC2154

load lib

setup_file() {
	local folder
	PEER=$(command -v ip)
	export PEER
	folder=$BATS_FILE_TMPDIR/ip
	mkdir -p "$folder"
	ln -s "$(realpath "${top_builddir:?}/src/iproute")" "$folder/ip"
}

setup() {
	need "iproute2 of Debian 12" grep -q 'iproute2-6\.1\.' <("$PEER" -V)
}

# What ip puts there need not be anything that the document's words take.
teardown() { :; }

# twins NAME [PROGRAM...]: the lines of NAME.lines (a path, or in tests/peer) by the peer, and by us as each PROGRAM: as `ip` and as
# `iproute`.
twins() {
	local lines=$1.lines run=$top_srcdir/tests/peer/twin.sh name
	local folder=$BATS_TEST_TMPDIR
	[ -e "$lines" ] || lines=$top_srcdir/tests/peer/$lines
	shift
	[ $# != 0 ] || set -- "$BATS_FILE_TMPDIR/ip/ip" iproute
	for name in "$PEER" "$@"; do
		lone "${name//\//_}"
		objects "${name//\//_}"
		on "${name//\//_}" "$run" "$PEER" "$name" <"$lines" >"$folder/${name//\//_}" &
	done
	wait
	sed -i -f "$top_srcdir/tests/peer/differences.sed" "$folder/${PEER//\//_}"
	for name; do
		diff -U 6 "$folder/${PEER//\//_}" "$folder/${name//\//_}"
	done
	[ "$(grep -c '^\$' "$folder/${PEER//\//_}")" -gt 5 ]
	# Whatever they left, libnl sees it as we do.
	BATS_TEST_COMPLETED=1 libnl_sees_the_same
}

# objects HOST: nexthop objects for `nhid`.
objects() {
	ip -n "$1" nexthop add id 1 via 192.0.2.9 dev eth0
	ip -n "$1" nexthop add id 2 via 198.51.100.9 dev eth1
	ip -n "$1" nexthop add id 3 group 1,2/2
	ip -n "$1" nexthop add id 6 via 2001:db8:1::9 dev eth0
}

@test "routes4" {
	twins routes4 iproute
}

@test "encap" {
	twins encap iproute
}

@test "routes6" {
	twins routes6 iproute
}

@test "metrics" {
	twins metrics iproute
}

@test "show" {
	twins show
}

@test "get" {
	twins get
}

# pairs COMMAND FILTER...: a line with each filter, and with each two of them in each order.
pairs() {
	local command=$1 first second
	shift
	for first; do
		echo "$command $first"
		for second; do
			echo "$command $first $second"
		done
	done
}

# Those of show.lines, but for routes of several nexthops, which 6.1 filters in another way.
routes_to_filter() {
	grep '^peer ' "$top_srcdir/tests/peer/show.lines" | grep -v 'nexthop\|nhid 3'
	echo 'peer rule add from 10.1.0.0/16 to 10.2.0.0/16 table 100 pref 100'
	echo 'peer rule add from 10.1.2.0/24 iif eth0 fwmark 0x1/0xff table 200 pref 101 proto static'
	echo 'peer rule add not to 10.2.0.0/16 oif eth1 tos 0x10 table 300 pref 102'
	echo 'peer rule add ipproto tcp dport 80-90 prohibit pref 103'
}

@test "every pair of filters: route" {
	{
		routes_to_filter
		pairs 'route show' 'to root 10.0.0.0/8' 'root 10.1.0.0/16' 'root 0/0' 'root default' \
			'to match 10.1.2.3' 'match 10.0.0.0/8' 'match 0/0' 'match 10.1.0.0/15' 'to exact 10.0.0.0/8' \
			'exact default' 'exact 10.1.2.0/24' 203.0.113.9 'to 10.1.0.0/16' default 10.9.0.0/16 \
			'table main' 'table all' 'table local' 'table 100' 'table 300' 'scope link' 'scope global' \
			'scope all' 'proto kernel' 'proto static' 'proto all' 'type local' 'type unreachable' \
			'dev eth0' 'oif eth1' 'iif eth0' 'via 192.0.2.2' 'via 192.0.2.0/24' 'via 0/0' \
			'src 192.0.2.1' 'src 198.51.100.0/24' 'metric 5' 'metric 0' 'tos 0x10' 'tos 0' \
			'realms 5' 'realms 3/' 'realms 3/5' cached 'from 0/0' 'from root 10.0.0.0/8' \
			'from match 10.0.0.0/8'
	} >"$BATS_TEST_TMPDIR/pairs.lines"
	twins "$BATS_TEST_TMPDIR/pairs" iproute
}

@test "every pair of filters: -6 route" {
	{
		routes_to_filter
		pairs '-6 route show' 'to root 2001:db8::/32' 'root 2001:db8:10::/44' 'root ::/0' \
			'match 2001:db8:10::1' 'match ::/0' 'exact 2001:db8:11::/48' 2001:db8:12::/48 \
			default 'table all' 'table 100' 'table local' 'proto kernel' 'proto static' \
			'type unreachable' 'dev eth0' 'oif eth1' 'via 2001:db8:1::2' 'via ::/0' \
			'src 2001:db8:1::1' 'metric 1024' 'metric 5' 'from ::/0' 'from root 2001:db8::/32' \
			'from match 2001:db8::1' cached
	} >"$BATS_TEST_TMPDIR/pairs.lines"
	twins "$BATS_TEST_TMPDIR/pairs" iproute
}

@test "every pair of filters: rule" {
	{
		routes_to_filter
		pairs 'rule show' 'from 10.1.0.0/16' 'from 10.0.0.0/8' 'from all' 'to 10.2.0.0/16' 'to all' \
			'pref 100' 'priority 0' not 'tos 0x10' 'tos 0' 'fwmark 1' 'fwmark 0x1/0xff' 'iif eth0' \
			'oif eth1' 'table 100' 'lookup main' 'ipproto tcp' 'dport 80' 'dport 80-90' 10.2.0.0/16
	} >"$BATS_TEST_TMPDIR/pairs.lines"
	twins "$BATS_TEST_TMPDIR/pairs" iproute
}

@test "rules" {
	twins rules
}

@test "rules6" {
	twins rules6 iproute
}

@test "words" {
	twins words
}

@test "flush" {
	twins flush
}

@test "options" {
	twins options "$BATS_FILE_TMPDIR/ip/ip"
}
