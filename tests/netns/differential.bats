#!/usr/bin/env bats
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

# twins NAME [PROGRAM...]: the lines of NAME.lines by the peer, and by us as each PROGRAM: as `ip` and as
# `iproute`.
twins() {
	local lines=$top_srcdir/tests/peer/$1.lines run=$top_srcdir/tests/peer/twin.sh name
	local folder=$BATS_TEST_TMPDIR
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
