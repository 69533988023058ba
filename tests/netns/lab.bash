# SPDX-License-Identifier: GPL-2.0-or-later
# The lab of the translation tests: a host inside (10.1.0.4, .5, .6), the router r, two hosts outside. Both have
# 203.0.113.9, where they report the source address that they see; r reaches o1 (192.0.2.2) by eth2 and o2
# (198.51.100.2) by eth3.
# shellcheck shell=bash

FAR=203.0.113.9

lab() {
	fresh in r o1 o2
	local host
	for host in in r o1 o2; do
		on "$host" sysctl -qw net.ipv6.conf.default.addr_gen_mode=1 net.ipv6.conf.default.accept_dad=0
	done
	wire in 10.1.0.4/24 r 10.1.0.1/24 eth0 eth1
	wire r 192.0.2.1/24 o1 192.0.2.2/24 eth2 eth0
	wire r 198.51.100.1/24 o2 198.51.100.2/24 eth3 eth0
	ip -n in addr add 10.1.0.5/24 dev eth0
	ip -n in addr add 10.1.0.6/24 dev eth0
	ip -n in route add default via 10.1.0.1
	for host in o1 o2; do
		ip -n "$host" addr add $FAR/32 dev lo
		serve "$host" $FAR
	done
	ip -n o1 route add default via 192.0.2.1
	ip -n o2 route add default via 198.51.100.1
	on r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	ip -n r route add default via 192.0.2.2
	settled r
}

# serve HOST [ADDR]: starts servers that answer with the client's address as they see it.
serve() {
	# shellcheck disable=SC2154 # set by lib.bash's caller
	ready "$1" "$top_builddir/tests/netns/flows" serve "${2:-0.0.0.0}" 7
	servers+=($!)
}

# log_is_heard: in r somebody listens to what `log` tells.
log_is_heard() {
	on r grep -q "^ *1997 " /proc/net/netfilter/nfnetlink_log
}

# unlab: ends what the lab started.
unlab() {
	local pid
	for pid in "${servers[@]}"; do
		kill "$pid" 2>/dev/null || true
	done
	# Their ports are free only then.
	for pid in "${servers[@]}"; do
		wait "$pid" 2>/dev/null || true
	done
	servers=()
}

flows() {
	local host=$1
	shift
	ip netns exec "$host" "$top_builddir/tests/netns/flows" "$@"
}

# seen_as WANTED HOST udp|tcp FROM TO PORT: prints as what the server at TO sees FROM. That there is no answer is waited for
# shortly, if it is WANTED.
seen_as() {
	case $1 in
	EAGAIN | EINPROGRESS) flows "${@:2}" 1000 ;;
	*) flows "${@:2}" ;;
	esac
}

# sees udp|tcp FROM WANTED [TO]: outside sees FROM as WANTED.
sees() {
	local got
	got=$(seen_as "$3" in "$1" "$2" "${4:-$FAR}" 7) || true
	[ "$got" = "$3" ] || { echo "$1 from $2 is seen as $got, not $3"; return 1; }
}

# Skips the test if the kernel lacks what translation needs.
need_translation() {
	need "nftables in this namespace" nft list ruleset
	need "masquerade in nftables" nft -c -f - <<-'END'
		table ip probe {
			chain c { type nat hook postrouting priority 99; masquerade; }
			chain d { type filter hook postrouting priority 300; rt classid 1 ct state invalid fib saddr . oif type local drop; }
		}
	END
}

# lab6: adds IPv6 addresses to the lab: fd00::/64 inside, 2001:db8:1::/64 and 2001:db8:2::/64 outside.
lab6() {
	local host
	for host in in r o1 o2; do
		on "$host" sysctl -qw net.ipv6.conf.all.forwarding=1
	done
	ip -n in addr add fd00::4/64 dev eth0 nodad
	ip -n r addr add fd00::1/64 dev eth1 nodad
	ip -n r addr add 2001:db8:1::1/64 dev eth2 nodad
	ip -n o1 addr add 2001:db8:1::2/64 dev eth0 nodad
	ip -n r addr add 2001:db8:2::1/64 dev eth3 nodad
	ip -n o2 addr add 2001:db8:2::2/64 dev eth0 nodad
	# A router asks for its neighbours from an address of the link.
	local link
	for link in eth1 eth2 eth3; do
		ip -n r addr add "fe80::${link#eth}/64" dev "$link" nodad
	done
	for host in in o1 o2; do
		ip -n "$host" addr add fe80::9/64 dev eth0 nodad
	done
}
