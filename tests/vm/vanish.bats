#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What an old kernel takes without a word and drops: a rule that would match everything is refused, and nothing
# of it stays.
load ../netns/lib

setup() {
	[ -n "${IN_VM:-}" ] || skip "only under a stock kernel: make check-vm"
	fresh H
	ip -n H link add name d0 up type dummy
	ip -n H addr add 192.0.2.1/24 dev d0
	ip -n H addr add 2001:db8:1::1/64 dev d0 nodad
}

# forgotten WORD [OPTION…] VERB WORDS…: kept as it stands, or refused with the word named and nothing left.
forgotten() {
	local word=$1 before after got=0
	shift
	before=$(on H iproute save)
	output=$(on H iproute "$@" 2>&1) || got=$?
	after=$(on H iproute save)
	if [ "$got" = 0 ]; then
		[[ $after == *" $word "* ]] || { echo "taken, and $word is not there: $after"; return 1; }
		on H iproute flushrules pref 0-32765 >/dev/null 2>&1 || true
		return
	fi
	[ "$got" = 2 ] || { echo "status $got: $output"; return 1; }
	has "this kernel "
	has "$word"
	diff -u <(echo "$before") <(echo "$after")
}

@test "rules by what Linux 6.1 has not yet: dscp, flow labels, masks of ports" {
	forgotten dscp addrule pref 100 dscp 10 class 250
	forgotten dscp addrule pref 101 dscp 8/0x38 class 250
	forgotten dscp -6 addrule pref 102 dscp 46 class 250
	forgotten flowlabel -6 addrule pref 103 flowlabel 0x12345 class 250
	forgotten sport addrule pref 104 ipproto tcp sport 0x100/0xff00 class 250
	forgotten dport -6 addrule pref 105 ipproto udp dport 0x100/0xff00 class 250
}

@test "a batch with such a rule changes nothing" {
	if on H iproute addrule pref 100 dscp 10 class 250 2>/dev/null; then
		skip "this kernel knows dscp"
	fi
	printf '%s\n' 'addrule pref 100 from 10.1.0.0/16 class 250' 'addrule pref 101 dscp 10 class 250' \
		'addrule pref 102 from 10.2.0.0/16 class 250' >"$BATS_TEST_TMPDIR/batch"
	status 2 on H iproute batch "$BATS_TEST_TMPDIR/batch"
	has '"dscp"'
	marked dscp
	status 0 on H iproute -4 showrules
	[ "$(wc -l <<<"$output")" = 3 ]
}

@test "rows of routes that another family has" {
	forgotten realm -6 add 2001:db8:9::/48 dev d0 realm 5
	forgotten expires add 10.1.0.0/16 dev d0 expires 100
	forgotten tunsrc add 2001:db8:9::/48 dev d0 encap seg6 mode encap tunsrc 2001:db8:1::1 segs 2001:db8:1::8
}
