#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# tests/bench/case.sh CASE: one measurement, in a network namespace that bench.sh made for it. Adds a line
# "SECONDS PEAK-KIB PROCESSOR-SECONDS" to a file in $results for each thing measured.
set -euo pipefail

floor=${top_builddir:?}/tests/bench/floor
stream=$top_builddir/tests/bench/stream
iproute=$top_builddir/src/iproute
: "${results:?}" "${words:?}" "${BENCH_MIB:?}" "${BENCH_ROUTES:?}" "${BENCH_RULES:?}" "${BENCH_OWN:?}" "${BENCH_PROCESSES:?}"
listing=$words/listing

# clock NAME command…
clock() {
	"$floor" run "$results/$1" 1 "${@:2}"
}

# differ NAME A B: the time of a diff, whose status is 1.
differ() {
	# shellcheck disable=SC2016 # expanded by sh
	clock "$1" sh -c '"$0" -4 diff "$1" "$2" || [ $? = 1 ]' "$iproute" "$2" "$3" >"$listing"
}

# can WORDS…: this build knows the verb or option.
can() {
	"$iproute" "$@" >/dev/null 2>&1
}

# instructions NAME command…: of our own code, without the kernel's.
instructions() {
	command -v valgrind >/dev/null || return 0
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "${@:2}" 2>&1 >"$listing" |
		sed -n 's/.*Collected : //p' >>"$results/$1"
}

# source_rules COUNT GATEWAYS: a policy of so many rules, each for one source and with a gateway of its own.
source_rules() {
	printf 'link eth0\naddr 192.0.2.1/24 dev eth0\nadd default gw 192.0.2.2\n# check: ignore long-scan\n'
	awk -v count="$1" -v gateways="$2" 'BEGIN { for (i = 0; i < count; i++)
		printf "addrule pref %d from 10.%d.%d.0/24 route gw 192.0.2.%d\n", 100 + i, i / 256, i % 256, 3 + i % gateways }'
}

# random_class FACTOR: a policy with one class of BENCH_ROUTES prefixes, scattered by the odd factor: half of
# them /24, the others from /18 to /32, behind 64 gateways.
random_class() {
	printf 'link eth0\naddr 192.0.2.1/24 dev eth0\naddrule pref 100 class 250\n'
	awk -v count="$BENCH_ROUTES" -v factor="$1" '
		BEGIN { split("24 18 24 20 24 22 24 32", lengths)
		for (i = 0; i < count; i++) {
			length_ = lengths[i % 8 + 1]
			bits = length_ > 24 ? 24 : length_
			net = (int(i / (bits < 24 ? 8 : 1)) * factor + 1) % 2 ^ bits * 2 ^ (24 - bits)
			printf "append %d.%d.%d.0/%d gw 192.0.2.%d class 250\n", net / 65536, net / 256 % 256, net % 256,
				length_, 2 + (net * 7 + i) % 64
		} }'
}

ip link set lo up
ip link add v0 type veth peer name v1
ip link set v0 up
ip link set v1 up
ip addr add 192.168.0.1/24 dev v0

case $1 in
load-floor) "$floor" send "$results/$1" routes "$BENCH_ROUTES" ;;
load-spread) "$floor" send "$results/$1" spread "$((BENCH_ROUTES / 16 * 16))" ;;
load-ip) clock "$1" ip -batch "$words/routes.ip" ;;
load-own) ! can batch -h || clock "$1" "$iproute" batch "$words/routes.own" ;;
load-nexthops) ! can -nexthops -V || clock "$1" "$iproute" -nexthops batch "$words/routes.own" ;;
rules-floor) "$floor" send "$results/$1" rules "$BENCH_RULES" ;;
rules-ip) clock "$1" ip -batch "$words/rules.ip" ;;
rules-own) ! can batch -h || clock "$1" "$iproute" batch "$words/rules.own" ;;
own)
	"$floor" send "$results/own-floor" own "$BENCH_OWN"
	clock own-list "$iproute" showrules >"$listing"
	;;
own-load) ! can batch -h || clock "$1" "$iproute" batch "$words/own.own" ;;
apply)
	# A policy of rules with a gateway each over one in which 100 of them have another; and what a small one would change.
	can apply -h || exit 0
	for changed in 0 1; do
		awk -v count="$BENCH_OWN" -v changed=$changed 'BEGIN { step = count > 100 ? int(count / 100) : 1
			for (i = 0; i < count; i++)
				printf "addrule pref %d from 10.%d.%d.%d route gw 192.168.0.%d dev v0\n", 1000 + i, i / 65536,
					i / 256 % 256, i % 256, 2 + (i + (i % step ? 0 : changed)) % 200 }' >"$words/apply.$changed"
	done
	"$iproute" apply "$words/apply.0" >"$listing"
	clock apply-changed "$iproute" apply "$words/apply.1" >"$listing"
	clock apply-unchanged "$iproute" apply "$words/apply.1" >"$listing"
	"$iproute" flushrules all >"$listing"
	head -n 1000 "$words/apply.0" >"$words/apply.few"
	# Its status is 1: there is something to do.
	# shellcheck disable=SC2016 # expanded by sh
	clock plan-1000 sh -c '"$0" plan "$1" || [ $? = 1 ]' "$iproute" "$words/apply.few" >"$listing"
	;;
explain)
	can explain -h || exit 0
	"$floor" send "$results/load-explain" routes "$BENCH_ROUTES"
	address=$("$floor" words routes 1 | sed 's/^add //; s#[/ ].*##')
	"$floor" dump "$results/explain-dump" route
	clock explain-own "$iproute" explain "$address" >"$listing"
	;;
explain-rules)
	can explain -h || exit 0
	for ((i = 0; i < 1000; i++)); do
		echo "addrule pref $((i + 10)) from 10.$((i / 250)).$((i % 250)).0/24 class 250"
	done | "$iproute" batch - >/dev/null
	"$iproute" add default gw 192.168.0.2
	clock explain-rules "$iproute" explain 203.0.113.9 >"$listing"
	;;
masq-plain | masq-all)
	# 10,000 rules with a gateway each, plain or with masq; then one more of either sort.
	can addrule -h || exit 0
	masq=
	[ "$1" = masq-plain ] || masq=' masq'
	"$floor" words own 10000 | sed "s/\$/$masq/" >"$words/masq"
	clock "$1-load" "$iproute" batch "$words/masq"
	"$floor" run "$results/$1-one" 20 "$iproute" addrule from @ pref 50 route gw 192.168.0.2 dev v0
	"$iproute" flushrules pref 50 >/dev/null
	[ -z "$masq" ] || "$floor" run "$results/$1-more" 20 "$iproute" addrule from @ pref 50 route gw 192.168.0.2 dev v0 masq
	clock "$1-list" "$iproute" showrules >"$listing"
	;;
masq-stream)
	# A client sends to a server through two routers in turns: both have 10,000 rules and route by the last; on
	# one all of them masquerade, on the other only that.
	can addrule -h || exit 0
	held=()
	trap 'kill "${held[@]}"' EXIT
	for ((i = 0; i < 3; i++)); do
		unshare -n sleep 600 &
		held+=($!)
	done
	sleep 0.2
	at() { nsenter -n -t "${held[$1]}" "${@:2}"; }
	ip link del v0
	sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	at 2 sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	for i in 0 1 2; do
		at "$i" ip link set lo up
	done
	at 0 ip addr add 10.0.39.15/32 dev lo
	router() { if [ "$1" = 0 ]; then "${@:2}"; else at 2 "${@:2}"; fi; }
	for i in 0 1; do
		router "$i" ip link add v0 type veth peer name "s$i" netns "${held[1]}"
		router "$i" ip link add c0 type veth peer name "c$i" netns "${held[0]}"
		router "$i" ip addr add "192.168.$i.1/24" dev v0
		router "$i" ip addr add "172.16.$i.1/24" dev c0
		at 1 ip addr add "192.168.$i.2/24" dev "s$i"
		at 0 ip addr add "172.16.$i.2/24" dev "c$i"
		router "$i" ip link set v0 up
		router "$i" ip link set c0 up
		at 1 ip link set "s$i" up
		at 0 ip link set "c$i" up
		at 1 ip addr add "203.0.113.$i/32" dev lo
		at 0 ip route add "203.0.113.$i" via "172.16.$i.1" src 10.0.39.15
		router "$i" ip route add 10.0.39.15 via "172.16.$i.2"
		"$floor" words own 10000 | sed "s/ gw .*/ gw 192.168.$i.2 dev v0/
			$([ "$i" = 1 ] && echo '$') s/\$/ masq/" | router "$i" "$iproute" batch -
	done
	nsenter -n -t "${held[1]}" "$stream" serve 0.0.0.0 9 &
	held+=($!)
	sleep 0.5
	for ((i = 0; i < 6; i++)); do
		at 0 "$floor" run "$results/stream-$((i % 2))" 1 "$stream" send 10.0.39.15 "203.0.113.$((i % 2))" 9 "$BENCH_MIB"
	done
	kill "${held[@]}"
	trap - EXIT
	ip rule flush
	exit 0
	;;
meaning)
	can check -h || exit 0
	for count in 1000 30000; do
		source_rules "$count" 200 >"$words/policy.$count"
		source_rules "$count" 199 >"$words/policy.$count.changed"
		clock "check-$count" "$iproute" -4 check "$words/policy.$count"
		differ "diff-$count" "$words/policy.$count" "$words/policy.$count.changed"
	done
	random_class 7368787 >"$words/policy.routes"
	random_class 9999991 >"$words/policy.routes.changed"
	clock check-routes "$iproute" -4 check "$words/policy.routes"
	differ diff-routes "$words/policy.routes" "$words/policy.routes.changed"
	;;
show)
	"$floor" send "$results/load-show" routes "$BENCH_ROUTES"
	"$floor" dump "$results/dump" route
	clock show-ip ip route show >"$listing"
	clock show-own "$iproute" show >"$listing"
	clock json-ip ip -json route show >"$listing"
	clock json-own "$iproute" -json show >"$listing"
	"$floor" flush "$results/flush-floor" "$BENCH_ROUTES"
	;;
flush)
	can flush -h || exit 0
	"$floor" send "$results/load-flush" routes "$BENCH_ROUTES"
	clock flush-own "$iproute" flush class main >"$listing"
	;;
processes)
	"$floor" run "$results/process-ip" "$BENCH_PROCESSES" ip route add @ via 192.168.0.2 dev v0
	ip route flush table main proto boot
	"$floor" run "$results/process-own" "$BENCH_PROCESSES" "$iproute" add @ gw 192.168.0.2 dev v0
	;;
instructions)
	instructions start "$iproute" show
	if can batch -h; then
		instructions add "$iproute" batch "$words/routes.few"
	fi
	ip route flush table main proto boot
	"$floor" send "$results/load-few" routes 10000
	instructions show "$iproute" show
	instructions json "$iproute" -json show
	if can flush -h; then
		instructions flush "$iproute" flush class main
	fi
	;;
esac

# The kernel takes its time to forget what is left in a namespace: do it here, not beside what comes next.
ip link del v0
ip rule flush
