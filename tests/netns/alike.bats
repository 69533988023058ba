#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Packets that two policies treat alike, while one takes the place of the other again and again under traffic: none is
# lost, and none that both refuse gets through. ALIKE_PAIRS random pairs (2; `make check-long`: 130), of ALIKE_PACKETS
# packets each (20000; pairs without such packets have none), from SEED on. The order of the changes is what this is about:
# src/change/order.c.

# shellcheck disable=SC2015,SC2094,SC2164 # the last command may fail; flows is a program, too; setup fails if cd does

load lib
load lab

setup() {
	local host a b to
	need_translation
	lab
	lab6
	cd "$BATS_TEST_TMPDIR"
	first=${SEED:-2}
	ip -n o1 addr add 192.0.2.3/24 dev eth0
	port=20000
	for a in {0..5}; do
		for b in {0..3}; do
			ip -n in addr add "10.$a.$b.7/32" dev lo
			for to in $FAR 10.2.1.9 10.4.3.9; do
				echo "10.$a.$b.7 $to $((port++))"
			done
		done
	done >flows
	for host in o1 o2; do
		ip -n "$host" addr add 10.2.1.9/32 dev lo
		ip -n "$host" addr add 10.4.3.9/32 dev lo
		on "$host" nft -f - <<-'END'
			table ip counts {
				set seen { type inet_service . ipv4_addr; flags dynamic; size 65535; }
				chain before {
					type filter hook prerouting priority -300;
					udp dport 20000-29999 update @seen { udp dport . ip saddr counter } drop
				}
			}
		END
	done
}

teardown() {
	unlab
}

# seen: what has come since the last time: "PORT HOST/SOURCE PACKETS" each.
seen() {
	local host
	for host in o1 o2; do
		on "$host" nft list set ip counts seen |
			grep -oE '[0-9]+ \. [0-9.]+ counter packets [0-9]+' | awk -v host=$host '{ print $1, host "/" $3, $6 }'
		on "$host" nft flush set ip counts seen
	done
}

# arrived: how many packets have come.
arrived() {
	local host
	for host in o1 o2; do
		on "$host" nft list set ip counts seen
	done | grep -oE 'counter packets [0-9]+' | awk '{ sum += $3 } END { print sum + 0 }'
}

# come: waits until no more come.
come() {
	local before=-1 now=0
	while [ "$before" != "$now" ]; do
		before=$now
		sleep 0.3
		now=$(arrived)
	done
}

# outcomes: what becomes of each flow now: "PORT HOST/SOURCE", or "PORT -" of one that does not arrive.
outcomes() {
	seen >/dev/null
	flows in rounds 3 <flows
	come
	seen | awk 'NR == FNR { to[$1] = to[$1] $2 ($3 == 3 ? "" : "?"); next } { print $3, $3 in to ? to[$3] : "-" }' - flows
}

# dropped: packets that a busy machine dropped before anybody could route them.
dropped() {
	awk '{ sum += strtonum("0x" $2) } END { print sum + 0 }' /proc/net/softnet_stat 2>/dev/null || echo 0
}

# under_traffic NAME: b takes the place of a, and a that of b, while the packets that they treat alike are sent.
under_traffic() {
	local rounds changes=0 lost strays sender before
	on r iproute apply b >said
	outcomes >b.does
	on r iproute apply a >said
	outcomes >a.does
	# A flow of which some packets do not arrive, without any change, says nothing.
	join a.does b.does | awk '$2 == $3 && $2 !~ /[?]/ { print $1, $2 }' >alike
	awk 'NR == FNR { alike[$1]; next } $3 in alike' alike flows >sent
	[ -s sent ] || return 0
	rounds=$((${ALIKE_PACKETS:-20000} / $(wc -l <sent)))
	before=$(dropped)
	flows in rounds $rounds <sent 3>&- &
	sender=$!
	while kill -0 $sender 2>/dev/null; do
		on r iproute apply b >said
		on r iproute apply a >said
		changes=$((changes + 2))
	done
	wait $sender
	come
	seen >counts
	lost=$(awk -v rounds=$rounds 'NR == FNR { if ($2 != "-") left[$1 " " $2] = rounds; next }
		($1 " " $2) in left { left[$1 " " $2] -= $3 } END { for (flow in left) sum += left[flow]; print sum + 0 }' alike counts)
	strays=$(awk 'NR == FNR { to[$1] = $2; next } to[$1] != $2 { sum += $3 } END { print sum + 0 }' alike counts)
	total=$((total + rounds * $(wc -l <sent)))
	echo "# $1: $((rounds * $(wc -l <sent))) packets of $(wc -l <sent) flows, $changes changes: $lost lost, $strays elsewhere" |
		tee -a "${ALIKE_LOG:-/dev/null}"
	[ "$lost" -le $(($(dropped) - before)) ] && [ "$strays" = 0 ] || { diff a b; sort counts; return 1; }
}

@test "packets that two policies treat alike are lost by no change between them" {
	local i class total=0
	for ((i = 0; i < ${ALIKE_PAIRS:-2}; i++)); do
		"$BATS_TEST_DIRNAME/policies.pl" $((first + i)) >a
		"$BATS_TEST_DIRNAME/policies.pl" $((first + i + 3000)) >b
		# A class that rules of both look up, with other routes, cannot change for all of them at the same instant.
		for class in 250 251 252; do
			if grep -q "^addrule.* class $class" a && grep -q "^addrule.* class $class" b; then
				sed -i "s/ class $class/ class 1$class/" b
			fi
		done
		under_traffic "seed $((first + i))"
	done
	echo "$total packets"
}

# A rule that leads to a gateway comes before its time: change/lead_order.c.
@test "nor by one between policies whose gateways only their own rules lead to" {
	local preference total=0
	ip -n o1 addr add 172.31.0.2/24 dev eth0
	ip -n o2 addr add 172.31.1.2/24 dev eth0
	cat >a <<-'EOF'
		add 172.31.0.0/24 dev eth2 class 240
		addrule to 172.31.0.0/24 class 240 pref 100
		add default gw 172.31.0.2 class 250
		addrule from 10.0.0.0/8 class 250 pref 210
	EOF
	# The rule that leads in b stands behind the rules of a, and before them.
	for preference in 300 60; do
		cat >b <<-EOF
			add 172.31.0.0/24 dev eth2 class 242
			add 172.31.1.0/24 dev eth3 class 242
			add default gw 172.31.1.2 class 242
			add 10.2.1.9/32 gw 172.31.0.2 class 242
			add 10.4.3.9/32 reject class 242
			addrule class 242 pref $preference
			add default gw 172.31.0.2 class 251
			addrule from 10.1.0.0/16 class 251 pref 50
		EOF
		under_traffic "pref $preference"
		[ -s sent ]
	done
	[ "$total" -gt 0 ]
}
