#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Routes of MPLS: under ip's name, and listed as ip lists them.
load ../netns/lib

setup() {
	[ -n "${IN_VM:-}" ] || skip "only under a stock kernel: make check-vm"
	modprobe mpls_router 2>/dev/null || true
	fresh H
	ip -n H link add name d0 up type dummy
	ip -n H addr add 192.0.2.1/24 dev d0
	on H sysctl -qw net.mpls.platform_labels=1000
}

# as_ip WORDS…: our program, called as ip.
as_ip() {
	on H bash -c 'exec -a ip iproute "$@"' ip "$@"
}

@test "labels" {
	need "MPLS" on H sysctl net.mpls.platform_labels
	status 0 as_ip -M route add 100 as 200/300 via inet 192.0.2.9 dev d0
	status 0 as_ip -f mpls route add 101 via inet 192.0.2.9 dev d0 ttl-propagate disabled
	status 0 as_ip -M route add 102 nexthop as 200 via inet 192.0.2.9 dev d0 nexthop as 201 via inet 192.0.2.8 dev d0
	status 0 on H ip -M route show
	has '100 as to 200/300 via inet 192.0.2.9 dev d0'
	has 'nexthop as to 201 via inet 192.0.2.8 dev d0'
	local options
	for options in '' -d -j -o; do
		# shellcheck disable=SC2086 # words
		diff -u <(on H ip $options -M route show) <(as_ip $options -M route show)
	done
	status 0 as_ip -M route del 100
	status 0 on H ip -M route show
	[[ $output != *"100 as to"* ]]
}
