#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Eight processes change one namespace at the same time, with all verbs, while links go up and down and commands are killed:
# for STRESS_SECONDS (60; `make check-long`: an hour). At the end no rule is there twice, no private class is left without
# its rule, and nothing of nftables is lost or left over.

load lib
load lab

SECONDS_LONG=${STRESS_SECONDS:-60}

setup() {
	need_translation
	lone r
	for ((one = 1; one <= 8; one++)); do
		ip -n r addr add "10.$one.0.1/32" dev lo
	done
	ip -n r route add default via 192.0.2.2 table 250
	ip -n r route add default via 192.0.2.2 table 251
}

# act WORKER: one command chosen by chance, about what is this worker's, or common to all.
act() {
	local worker=$1 byte=$((RANDOM % 8)) lines=$BATS_TEST_TMPDIR/lines.$1 common=""
	[ $((RANDOM % 4)) != 0 ] || common=-ensure
	case $((RANDOM % 14)) in
	0) run_one $common addrule from "10.$worker.$byte.0/24" pref "$((worker * 100 + byte))" class 250 ;;
	1) run_one $common delrule from "10.$worker.$byte.0/24" ;;
	2) run_one $common addrule from "10.$worker.$byte.0/24" pref "$((worker * 100 + byte))" route gw 192.0.2.2 ;;
	3) run_one replacerule from "10.$worker.$byte.0/24" pref "$((worker * 100 + byte))" route gw "192.0.2.$((RANDOM % 200 + 2))" ;;
	4) run_one $common addrule from "10.$worker.9.0/24" pref "$((worker * 100 + 90))" masq route gw 192.0.2.2 ;;
	5) run_one $common delrule pref "$((worker * 100 + 90))" ;;
	6) run_one -ensure addrule from 10.200.0.0/16 pref 50 route gw 192.0.2.2 ;;
	7) run_one -ensure delrule pref 50 ;;
	8) run_one $common addrule from "10.201.$worker.0/24" class 251 ;;
	9) run_one $common delrule all from "10.201.$worker.0/24" ;;
	10)
		for ((byte = 0; byte < 12; byte++)); do
			echo "addrule from 10.$worker.1$byte.0/24 route gw 192.0.2.2"
			echo "replace 172.16.$worker.$byte/32 gw 192.0.2.$((byte + 2)) class $((1000 + worker))"
		done >"$lines"
		[ $((RANDOM % 3)) != 0 ] || echo "add 10.0.0.0/8 gw 10.77.7.7" >>"$lines"
		run_one $common batch "$lines"
		;;
	11) run_one flushrules from root "10.$worker.0.0/16" ;;
	12) run_one flush class "$((1000 + worker))" ;;
	13)
		run_one save rules >"$lines" 2>/dev/null
		[ ! -s "$lines" ] || grep -q '^# end' "$lines" || echo "worker $worker: save without an end" >>"$BATS_TEST_TMPDIR/wrong"
		;;
	esac
}

# run_one WORDS…: one command, which is killed now and then. Status 4 (not undone), or another signal, is wrong.
run_one() {
	local got=0 after=()
	[ $((RANDOM % 6)) != 0 ] || after=(timeout -s KILL "0.0$((RANDOM % 60))")
	"${after[@]}" ip netns exec r iproute "$@" 2>"$BATS_TEST_TMPDIR/said.$worker" || got=$?
	case $got in
	0 | 1 | 2 | 3 | 137) ;;
	*) echo "worker $worker: status $got: $*: $(cat "$BATS_TEST_TMPDIR/said.$worker")" >>"$BATS_TEST_TMPDIR/wrong" ;;
	esac
}

work() {
	local worker=$1 end=$((SECONDS + SECONDS_LONG))
	RANDOM=$((worker * 1000 + SECONDS_LONG))
	while [ "$SECONDS" -lt "$end" ]; do
		act "$worker" >/dev/null
	done
}

flap() {
	local end=$((SECONDS + SECONDS_LONG))
	while [ "$SECONDS" -lt "$end" ]; do
		sleep 0.7
		ip -n r link set eth1 down
		ip -n r link set eth1 up
	done
}

@test "eight at once" {
	local one orphans
	: >"$BATS_TEST_TMPDIR/wrong"
	for ((one = 1; one <= 8; one++)); do
		work "$one" 3>&- &
	done
	flap 3>&- &
	wait
	[ ! -s "$BATS_TEST_TMPDIR/wrong" ] || { cat "$BATS_TEST_TMPDIR/wrong"; return 1; }

	# What was killed last is cleared by the next commit; a translation that lost a half comes back.
	for ((one = 1; one <= 8; one++)); do
		on r iproute -ensure addrule from "10.$one.9.0/24" pref "$((one * 100 + 90))" masq route gw 192.0.2.2
	done
	status 0 on r iproute showrules
	lacks missing
	lacks warning
	lacks translates
	[ "$(grep -c masq <<<"$output")" = 8 ] || { echo "$output"; return 1; }

	output=$(on r iproute -N showrules | sort | uniq -d)
	same ""
	[ "$(ip -n r rule show pref 50 | wc -l)" -le 1 ]
	orphans=$(comm -23 <(ip -n r route show table all | grep -oE 'table 2[0-9]{9}' | sort -u) \
		<(ip -n r rule | sed -n 's/.*lookup \(2[0-9]\{9\}\).*/table \1/p' | sort -u))
	[ -z "$orphans" ] || { echo "left: $orphans"; ip -n r rule; return 1; }
	output=$(ip -n r rule | grep -oE 'lookup 2[0-9]{9}' | sort | uniq -d)
	same ""
	# Two rules of one preference and one source are what the commands above ask for.
	output=$(on r iproute check | grep -E '^[a-z-]+: ' | grep -v '^unreachable-rule: ') || :
	same ""

	# save is stable, and nothing is left when all goes.
	on r iproute save >"$BATS_TEST_TMPDIR/one"
	on r iproute save | diff "$BATS_TEST_TMPDIR/one" -
	on r iproute flushrules all
	output=$(ip -n r route show table all)
	lacks "table 21"
	fails on r nft list table ip iproute
}
