#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Random policies, one applied over the other, among the changing routes of others; and applies that are killed.
# PAIRS and KILLS: how many (`make check-long` takes 300 and 200), SEED: the first of them.

# shellcheck disable=SC2164 # setup fails if cd does
load lib

setup() {
	lone r
	cd "$BATS_TEST_TMPDIR"
	first=${SEED:-$((RANDOM * 100))}
	for protocol in {186..195}; do
		for ((i = 0; i < 18; i++)); do
			echo "route add 172.$((protocol - 170)).$i.0/24 via 192.0.2.9 dev eth0 onlink proto $protocol table $((i % 3 ? 254 : 250))"
		done
		echo "rule add from 172.30.$protocol.0/24 table 9 pref $((1000 + protocol)) protocol $protocol"
		echo "rule add from 172.31.$protocol.0/24 table 9 pref 150 protocol $protocol"
	done >others
	on r ip -batch others
}

# What changes in the background ends with a test that fails, too.
teardown() {
	touch stop
}

policy() {
	"$BATS_TEST_DIRNAME/policies.pl" "$1"
}

# theirs: what the ten others have.
theirs() {
	local protocol
	for protocol in {186..195}; do
		on r ip route show table all proto "$protocol"
	done
	on r ip rule | grep 172.3
}

# Others change their routes all the time: every one comes back in the end.
churn() {
	until [ -e stop ]; do
		on r ip -force -batch <(grep -m 40 '^route' others | sed 's/ add / del /; $!{N;P;d}') 2>/dev/null || true
		on r ip -force -batch <(sed 's/route add/route replace/' others | grep '^route') 2>churn.said || true
	done
}

@test "A, B, A leaves what A alone leaves, and nothing of the others is touched" {
	theirs | sort >theirs.before
	churn 3>&- &
	local churning=$!
	for ((i = 0; i < ${PAIRS:-6}; i++)); do
		policy $((first + i)) >a
		policy $((first + i + 5000)) >b
		on r iproute apply a >said || { echo "seed $((first + i)): A"; cat a; return 1; }
		on r iproute save proto policy >a.saved 2>/dev/null || on r iproute save proto 96 >a.saved
		on r ip rule | grep -v 172.3 | sed 's/lookup 2[0-9]\{9\}/own/; s/realms 327[0-9]*/tagged/' >a.rules
		on r nft list ruleset >a.nft
		on r iproute apply b >said || { echo "seed $((first + i)): B"; cat b; return 1; }
		on r iproute apply a >said || { echo "seed $((first + i)): A again"; cat a; return 1; }
		on r iproute save proto policy >again 2>/dev/null || on r iproute save proto 96 >again
		diff a.saved again || { echo "seed $((first + i))"; return 1; }
		on r ip rule | grep -v 172.3 | sed 's/lookup 2[0-9]\{9\}/own/; s/realms 327[0-9]*/tagged/' | diff a.rules - || { echo "seed $((first + i))"; return 1; }
		status 0 on r iproute plan a || { echo "seed $((first + i))"; cat a; return 1; }
		status 0 on r iproute apply a
		same unchanged
	done
	touch stop
	wait "$churning"
	on r iproute apply /dev/null
	theirs | sort | diff theirs.before - || { cat churn.said; return 1; }
}

@test "killed at a random moment: one more apply, or rollback, and it is whole" {
	local undone
	for ((i = 0; i < ${KILLS:-8}; i++)); do
		policy $((first + i)) >a
		policy $((first + i + 7000)) >b
		on r iproute apply b >said
		on r iproute save >b.saved 2>/dev/null
		on r iproute apply a >said
		on r iproute save >a.saved 2>/dev/null
		on r timeout -s KILL "0.0$((10 + RANDOM % 60))" iproute apply b >said 2>&1 || true
		status 0 on r iproute apply b
		on r iproute save 2>/dev/null | diff b.saved - || { echo "seed $((first + i))"; return 1; }
		on r iproute apply a >said
		on r timeout -s KILL "0.0$((10 + RANDOM % 60))" iproute -confirm 60 apply b >said 2>&1 || true
		undone=0
		on r iproute rollback >said 2>&1 || undone=$?
		[ "$undone" -le 1 ] || { echo "seed $((first + i))"; cat said; return 1; }
		on r iproute save 2>/dev/null | diff a.saved - || { echo "seed $((first + i))"; cat said; return 1; }
	done
}
