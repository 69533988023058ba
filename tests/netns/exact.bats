#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Exactly what the rule routed is translated: in every order, forwarded and our own, with every rp_filter; and while rules
# come and go.

load lib
load lab

ORDERS=("4 5 6" "4 6 5" "5 4 6" "5 6 4" "6 4 5" "6 5 4")

setup() {
	need_translation
	lab
}

teardown() {
	unlab
	round_trips
}

# wanted HOST-NUMBER NET: as whom outside should see it.
wanted() {
	case $1 in
	4) echo 198.51.100.1 ;;
	5) echo "$2.5" ;;
	6) echo 198.18.1.6 ;;
	esac
}

# in_all_orders HOST NET: asks from NET.4 (masq), .5 (plain), .6 (nat) in every order, with caches empty at first.
in_all_orders() {
	local order last filter got wrong=0 total=0
	for filter in 0 1 2; do
		on r sysctl -qw net.ipv4.conf.all.rp_filter=$filter
		for order in "${ORDERS[@]}"; do
			on r ip route flush cache
			for last in $order; do
				got=$(flows "$1" udp "$2.$last" $FAR 7) || true
				total=$((total + 1))
				[ "$got" = "$(wanted "$last" "$2")" ] && continue
				echo "rp_filter $filter, order $order: $2.$last is seen as $got"
				wrong=$((wrong + 1))
			done
		done
	done
	echo "$total flows, $wrong wrong"
	[ $total = 54 ] && [ $wrong = 0 ]
}

@test "naive rules over one class leak: this is why" {
	on r ip route add default via 198.51.100.2 table 250
	on r ip rule add pref 320 from 10.1.0.4 lookup 250 realms 7
	on r ip rule add pref 321 from 10.1.0.5 lookup 250
	on r nft -f - <<-'END'
		table ip naive {
			chain c { type nat hook postrouting priority 99; rt classid 7 masquerade; }
		}
	END
	on r ip route flush cache
	sees udp 10.1.0.4 198.51.100.1
	[ "$(flows in udp 10.1.0.5 $FAR 7)" = 198.51.100.1 ] || skip "this kernel does not leak"
	on r ip route flush cache
	sees udp 10.1.0.5 10.1.0.5
	[ "$(flows in udp 10.1.0.4 $FAR 7)" = 10.1.0.4 ]
}

@test "rules that share a class: forwarded" {
	on r iproute add default gw 198.51.100.2 class 250
	on r iproute addrule pref 321 from 10.1.0.5 class 250
	on r iproute addrule pref 320 from 10.1.0.4 class 250 masq retag
	on r iproute addrule pref 322 from 10.1.0.6 nat 198.18.1.6 class 250
	on r iproute add 198.18.1.6 nat 10.1.0.6
	in_all_orders in 10.1.0
}

@test "rules with a record of their own over one gateway: forwarded" {
	on r iproute addrule pref 321 from 10.1.0.5 route gw 198.51.100.2
	on r iproute addrule pref 320 from 10.1.0.4 masq route gw 198.51.100.2
	on r iproute addrule pref 322 from 10.1.0.6 nat 198.18.1.6 route gw 198.51.100.2
	on r iproute add 198.18.1.6 nat 10.1.0.6
	in_all_orders in 10.1.0
}

@test "rules with a record of their own over one gateway: our own packets" {
	local host
	for host in 4 5 6; do
		ip -n r addr add 10.2.0.$host/32 dev lo
	done
	on r iproute addrule pref 321 from 10.2.0.5 route gw 198.51.100.2
	on r iproute addrule pref 320 from 10.2.0.4 masq route gw 198.51.100.2
	on r iproute addrule pref 322 from 10.2.0.6 nat 198.18.1.6 route gw 198.51.100.2
	on r iproute add 198.18.1.6 nat 10.2.0.6
	in_all_orders r 10.2.0
}

@test "main as the class of a masquerading rule" {
	on r iproute addrule pref 320 from 10.1.0.4 class main masq retag
	sees udp 10.1.0.4 192.0.2.1
	sees udp 10.1.0.5 10.1.0.5
	on r ip route flush cache
	sees udp 10.1.0.6 10.1.0.6
	sees tcp 10.1.0.4 192.0.2.1
	on r iproute delrule pref 320
	sees udp 10.1.0.4 10.1.0.4
	output=$(ip -n r rule)
	same "0:	from all lookup local
32766:	from all lookup main
32767:	from all lookup default"
}

# watching COMMAND…: runs it, and says in $seen how many packets o2 saw, and how many from inside.
watching() {
	local log=$BATS_TEST_TMPDIR/seen pid
	rm -f "$log"
	flows o2 watch eth0 10.1.0.0/24 60000 >"$log" 3>&- &
	pid=$!
	until_true 20 grep -qs ready "$log"
	"$@"
	sleep 0.1
	pkill -TERM -P "$pid" 2>/dev/null || kill "$pid"
	wait "$pid" || true
	seen=$(tail -n1 "$log")
}

# The flood lasts some seconds. Where these are not enough for 20 turns, there is another one.
come_and_go() {
	local flood
	turns=0
	while [ "$turns" -lt 20 ]; do
		flows in flood 10.1.0.4 $FAR 9 100000 3>&- &
		flood=$!
		while kill -0 "$flood" 2>/dev/null; do
			on r iproute addrule pref 320 from 10.1.0.4 masq route gw 198.51.100.2
			on r iproute delrule pref 320
			turns=$((turns + 1))
		done
		wait "$flood"
	done
}

@test "100,000 new flows while the rule comes and goes 20 times: none leaks" {
	heavy
	on o2 nft -f - <<<'table ip t { chain c { type filter hook input priority 0; udp dport 9 drop; }; }'
	on o1 nft -f - <<<'table ip t { chain c { type filter hook input priority 0; udp dport 9 drop; }; }'
	watching come_and_go
	echo "o2 saw $seen, $turns turns during the flood"
	[ "${seen% *}" -gt 1000 ]
	[ "${seen#* }" = 0 ]
}

# came_to HOST COUNT: so many packets have come in by its eth0, since it is there.
came_to() {
	[ "$(on "$1" awk '$1 == "eth0:" { print $3 }' /proc/net/dev)" -ge "$2" ]
}

older() {
	ip netns exec in "$top_builddir/tests/netns/flows" stream 10.1.0.4 $FAR 9 600000 3>&- &
	local pid=$!
	until_true 20 came_to o1 50
	on r iproute addrule pref 320 from 10.1.0.4 masq route gw 198.51.100.2
	flows in stray 10.1.0.4 $FAR
	until_true 20 came_to o2 50
	kill $pid
	wait $pid
	flows in stray 10.1.0.4 $FAR
}

@test "a flow older than the rule, and packets of no flow, do not leak" {
	watching older
	echo "o2 saw $seen"
	[ "${seen% *}" -gt 10 ]
	[ "${seen#* }" = 0 ]
}

# download FROM QUIET: reads from outside in the background, until no byte comes for QUIET milliseconds.
download() {
	ready o2 "$top_builddir/tests/netns/flows" push $FAR 80
	servers+=($!)
	ip netns exec in "$top_builddir/tests/netns/flows" pull "$1" $FAR 80 "$2" >"$BATS_TEST_TMPDIR/pulled" 3>&- &
	puller=$!
	until_true 20 connected
}

connected() {
	on in ss -Htn state established "dport = :80" | grep -q .
}

# downloaded SAYS [SIGNAL]: the reader, who is told to end, or ends by itself, says so.
downloaded() {
	local status=0
	[ -z "${2:-}" ] || kill "-$2" "$puller"
	wait "$puller" || status=$?
	output=$(cat "$BATS_TEST_TMPDIR/pulled")
	same "$1"
}

@test "a connection lives through changes that don't concern it" {
	on r iproute add default gw 198.51.100.2 class 250
	on r iproute addrule pref 310 from 10.1.0.0/24 class 250 masq
	# Forgotten, it would get a reset: what comes for an address of the router belongs to no connection of it.
	download 10.1.0.4 20000
	on r iproute addrule pref 320 from 10.2.0.0/24 class 250 masq retag
	on r iproute addrule pref 330 from 10.3.0.0/24 class 250
	on r iproute addrule pref 315 from 10.1.0.0/16 class 250 masq
	on r iproute addrule pref 305 from 10.9.0.0/24 route gw 198.51.100.2 masq
	on r iproute delrule pref 320
	on r iproute delrule pref 330
	on r iproute replacerule pref 310 from 10.1.0.0/24 class 250 masq log valve
	[[ $(on r iproute showrules pref 310) == *" masq log valve" ]]
	on r iproute delrule pref 315
	on r iproute delrule pref 305
	on r iproute -ensure addrule pref 310 from 10.1.0.0/24 class 250 masq log valve
	downloaded alive TERM
}

@test "a connection whose rule ceases to masquerade is not kept as it was" {
	on r iproute addrule pref 310 from 10.1.0.0/24 masq route gw 198.51.100.2
	download 10.1.0.4 1000
	on r iproute replacerule pref 310 from 10.1.0.0/24 route gw 198.51.100.2
	downloaded quiet
}
