#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Every system call of the commands below fails once, in several ways. Then the state must be whole, that before
# the command or that behind it; a status of 0 must be true; any other comes with a message.
#
#   tests/faults/faults.sh [STEP [NAME]]        every STEPth call (1: all of them; 200); TAP, one test for each command, or for those
#                                               whose name has NAME
#
# Runs in namespaces of its own. See inject.c for how a call is made to fail. $top_builddir says where the programs
# are; FAULTS_SEED begins with other calls.
set -euo pipefail

step=${1:-200}
only=${2:-}
builddir=${top_builddir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
# A sanitizer makes system calls of its own, and ends the program when one of them fails.
if grep -q __asan_init "$builddir/src/iproute"; then
	printf '1..1\nok 1 - faults # SKIP built with a sanitizer, whose own calls must not fail\n'
	exit
fi
if [ -z "${FAULTS_INSIDE:-}" ]; then
	exec unshare -rmn env FAULTS_INSIDE=1 bash "${BASH_SOURCE[0]}" "$step" "$only"
fi
PATH=$builddir/src:$PATH:/usr/sbin:/sbin
inject=$builddir/tests/faults/inject
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

# ---- the state ----

base() {
	ip link set lo up
	sysctl -qw net.ipv6.conf.default.disable_ipv6=1 net.ipv4.ip_forward=1
	ip link add eth0 type veth peer name eth1
	ip addr add 192.0.2.1/24 dev eth0
	ip addr add 10.1.0.4/32 dev lo
	ip link set eth0 up
	ip link set eth1 up
	local try
	# shellcheck disable=SC2034 # so often
	for try in {1..100}; do
		ip route show | grep -q linkdown || break
		sleep 0.02
	done
	cat >lines <<-'END'
		add 10.20.0.0/16 gw 192.0.2.2 class 250
		add 10.21.0.0/16 gw 192.0.2.2 class 250
		addrule pref 400 from 10.1.0.0/16 class 250
		addrule pref 401 from 10.1.1.0/24 route gw 192.0.2.3
		del 10.8.0.0/16
		delrule pref 300
	END
	iproute batch - <<-'END'
		add 10.8.0.0/16 gw 192.0.2.2
		add 10.9.0.0/16 gw 192.0.2.2 class 250
		add 10.10.0.0/16 nexthop gw 192.0.2.2 nexthop gw 192.0.2.3 class 250
		addrule pref 300 from 10.2.0.0/16 class 250
		addrule pref 310 from 10.3.0.0/16 masq route gw 192.0.2.2
	END
	iproute save >before.policy
	iproute batch lines
	iproute save >wanted.policy
	iproute restore before.policy >/dev/null
	cat >declared.policy <<-'END'
		owner keepalived
		add 10.40.0.0/16 gw 192.0.2.2 class 250
		addrule pref 350 from 10.4.0.0/16 masq route gw 192.0.2.3
		addrule pref 351 from 10.5.0.0/16 class 250
		expect 10.40.0.1 from 10.5.0.1 iif eth0 gw 192.0.2.2
	END
	echo "expect 10.8.1.1 gw 192.0.2.2" >true.policy
}

state() {
	{
		ip route show table all
		ip rule
		ip -6 rule
		# The stamps only vouch for the rest, so that not all of it has to be read: where an answer of nftables was lost
		# there are fewer, or those that the next reader finds to be old.
		nft -s list ruleset | sed '/comment "generation [0-9]/d'
		cat policy 2>/dev/null || true
		# The deadline of a change that waits is another each time.
		sed 1d /run/iproute/pending-* 2>/dev/null || true
	} 2>&1
}

# ---- one fault ----

faults=0
silent=0

# fault NUMBER KIND: runs the command with it; $met is its status. False: it makes fewer calls.
fault() {
	met=0
	timeout -s KILL 20 "$inject" report "$1" "$2" "${command[@]}" >out 2>err </dev/null || met=$?
	! grep -q '^end' report
}

complain() {
	echo "# call $number (syscall $(cat report)) $kind: status $met: $1"
	head -n 3 err | sed 's/^/#     /'
	bad=1
}

# What a command may leave behind, and say.
judge() {
	local now
	now=$(state)
	faults=$((faults + 1))
	if [ "$met" -gt 4 ] && [ "$met" != 255 ]; then
		complain "it does not end by itself"
	elif [ "$met" = "$right" ] && { [ "$now" != "$after" ] || ! { cmp -s out out.wanted || grep -qE 'unreadable|could not be read' out err; }; }; then
		complain "it is not done"
		silent=$((silent + 1))
	elif [ "$met" != "$right" ] && [ "$now" != "$before" ] && [ "$now" != "$after" ] && [ "$met" != 4 ]; then
		complain "half of it is done"
		diff <(echo "$before") <(echo "$now") | head -n 5 | sed 's/^/#     /' || true
	elif [ "$met" != "$right" ] && [ ! -s err ] && [[ $(cat report) != "1 2" && $(cat report) != "20 2" ]]; then
		complain "it says nothing"
	fi
}

reset() {
	local pref table
	for pref in $(ip rule | sed -n 's/^\([0-9]*\):.*/\1/p'); do
		[ "$pref" = 0 ] || [ "$pref" -ge 32766 ] || ip rule del pref "$pref"
	done
	nft flush ruleset
	for table in 250 251 2147483648 2147483649 2147483650; do
		ip route flush table "$table" 2>/dev/null || true
	done
	ip route flush proto boot 2>/dev/null || true
	ip route flush proto static 2>/dev/null || true
	rm -rf policy .policy.* /run/iproute
	iproute -force restore before.policy >/dev/null
	${prepare:+eval "$prepare"} >/dev/null 2>&1 </dev/null
	[ "$(state)" = "$before" ] || { echo "Bail out! the state before does not come back"; diff <(echo "$before") <(state) || true; exit 1; }
}

# try NAME COMMAND…: one test. The command is right to end with $right; $prepare is done before it. Of the kind $each
# every call fails, whatever the step is.
try() {
	local name=$1 number kind bad=0 first=$faults got=0 apart
	[[ $name == *"$only"* ]] || { prepare='' each=''; return 0; }
	shift
	command=("$@")
	${prepare:+eval "$prepare"} >/dev/null 2>&1 </dev/null
	before=$(state)
	"${command[@]}" >out.wanted 2>err </dev/null || got=$?
	[ "$got" = "$right" ] || { cat err; echo "not ok $((++tests)) - $name: status $got"; failed=$((failed + 1)); return; }
	after=$(state)
	for kind in ENOMEM ENOBUFS EINTR EIO short; do
		# Few calls read or write: of these each is taken.
		apart=$step
		[ $kind != short ] && [ $kind != "$each" ] || apart=1
		for ((number = 1 + RANDOM % apart; ; number += apart)); do
			[ "$(state)" = "$before" ] || reset
			fault "$number" "$kind" || break
			judge
		done
	done
	prepare=
	each=
	reset_to_base
	tests=$((tests + 1))
	[ "$bad" = 0 ] && echo "ok $tests - $name: $((faults - first)) faults" || echo "not ok $tests - $name: $((faults - first)) faults"
	failed=$((failed + bad))
}

# What the next command finds.
reset_to_base() {
	before=$base
	[ "$(state)" = "$before" ] || reset
}

tests=0
failed=0
for tool in ip nft timeout; do
	command -v "$tool" >/dev/null || { echo "1..0 # SKIP $tool is missing"; exit 0; }
done
"$inject" report 1 EIO true || { echo "1..0 # SKIP programs cannot be traced here"; exit 0; }
mount -t tmpfs none /run
base
base=$(state)
RANDOM=${FAULTS_SEED:-1}
right=0
prepare=
each=
echo 1..31
try "a route" iproute add 10.30.0.0/16 gw 192.0.2.2 class 251
try "another gateway" iproute replace 10.8.0.0/16 gw 192.0.2.3
try "a route less" iproute del 10.9.0.0/16 class 250
# An answer of nftables may be lost, and the generation shows what became of the question.
each=ENOBUFS
try "a rule with its own gateway and masq" iproute addrule pref 320 from 10.1.0.4 masq route gw 192.0.2.2
try "the same away" iproute delrule pref 310
try "a batch" iproute batch lines
try "restore" iproute restore wanted.policy
try "flush" iproute flush class 250
try "flushrules" iproute flushrules all
try "save to a file" iproute save ./policy
try "show" iproute show
try "rules as JSON" iproute -j showrules
try "ip route" iproute route add 10.31.0.0/16 via 192.0.2.2
try "ip rule" iproute rule add from 10.4.0.0/16 table 250 pref 500
right=1
try "plan" iproute plan declared.policy
right=0
try "apply" iproute apply declared.policy
try "apply of what is there" iproute apply true.policy
try "a change that waits" iproute -confirm 600 batch lines
wait_for="iproute -confirm 600 batch lines"
prepare=$wait_for
try "confirm" iproute confirm
prepare=$wait_for
try "rollback" iproute rollback
try "explain" iproute explain 10.8.0.1 from 192.0.2.1
try "explain as JSON" iproute -j explain 10.9.0.1 from 10.2.0.1 iif eth0
try "test" iproute test true.policy
try "check" iproute check
right=1
try "diff" iproute diff before.policy wanted.policy
try "diff of the kernel" iproute diff - wanted.policy
right=0
try "graph" iproute graph
try "get" iproute get 10.8.0.1
try "classes" iproute classes
try "local-policy" iproute local-policy off
try "replacerule" iproute replacerule pref 300 from 10.2.0.0/16 route gw 192.0.2.3
echo "# $faults faults injected, $silent of them silent"
exit "$((failed > 0))"
