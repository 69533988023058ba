#!/usr/bin/env bash
# tests/bench/case.sh CASE: one measurement, in a network namespace that bench.sh made for it. Adds a line
# "SECONDS PEAK-KIB PROCESSOR-SECONDS" to a file in $results for each thing measured.
set -euo pipefail

floor=${top_builddir:?}/tests/bench/floor
iproute=$top_builddir/src/iproute
: "${results:?}" "${words:?}" "${BENCH_ROUTES:?}" "${BENCH_RULES:?}" "${BENCH_OWN:?}" "${BENCH_PROCESSES:?}"
listing=$words/listing

# clock NAME command…
clock() {
	"$floor" run "$results/$1" 1 "${@:2}"
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
	! can batch -h || instructions add "$iproute" batch "$words/routes.few"
	ip route flush table main proto boot
	"$floor" send "$results/load-few" routes 10000
	instructions show "$iproute" show
	instructions json "$iproute" -json show
	! can flush -h || instructions flush "$iproute" flush class main
	;;
esac

# The kernel takes its time to forget what is left in a namespace: do it here, not beside what comes next.
ip link del v0
ip rule flush
