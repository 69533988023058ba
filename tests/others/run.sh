#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs test suites of others with our program as `ip`, and with the real `ip`, and compares what passes.
#
#   SELFTESTS=LINUX/tools/testing/selftests IPROUTE2=SOURCE tests/others/run.sh [NAME...]
#
# Either variable may be missing. NAME: of a script, as fib_tests.sh or rule/dsfield.t; none named: all below. Each runs
# in network and mount namespaces of its own, on a copy. Several need the module dummy: `make check-others` under
# tests/vm/run-in-vm.sh has it. $OTHERS_LIMIT: seconds for each script. The last line is the sum.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top_builddir=${top_builddir:-$(cd "$here/../.." && pwd)}
limit=${OTHERS_LIMIT:-900}
selftests=(fib_rule_tests.sh fib_tests.sh fib_nexthops.sh fib_nexthop_nongw.sh fib_nexthop_multiprefix.sh fib-onlink-tests.sh
	icmp_redirect.sh rtnetlink.sh route_localnet.sh)

if [ -z "${SELFTESTS:-}${IPROUTE2:-}" ]; then
	echo "ok 1 # SKIP SELFTESTS and IPROUTE2 name no sources of Linux or iproute2"
	echo "0 passed, 0 failed, 1 skipped"
	exit
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/ours"
ln -s "$(realpath "$top_builddir/src/iproute")" "$work/ours/ip"

# alone COMMAND…: in namespaces of its own, in the current folder.
alone() {
	# shellcheck disable=SC2016 # expanded inside
	timeout -k 5 "$limit" unshare -mn --propagation private -- bash -c '
		mount -t tmpfs run /run && mkdir -p /run/netns /run/lock
		mount -t sysfs sysfs /sys
		ip link set lo up
		exec "$@"' bash "$@"
}

# selftest NAME PATH: its output, in three numbers: what passed, failed, was skipped.
selftest() {
	rm -rf "$work/net"
	cp -a "$SELFTESTS/net" "$work/net"
	[ ! -d "$SELFTESTS/kselftest" ] || cp -a "$SELFTESTS/kselftest" "$work/"
	(cd "$work/net" && PATH=$2 alone bash "./$1") >"$work/log" 2>&1 </dev/null || true
	awk '/\[ *OK *\]|^PASS: |: \[PASS\]/ { passed++ }
		/\[ *FAIL *\]|^FAIL: |^.*FAIL: / { failed++ }
		/\[ *SKIP *\]|^SKIP: |SKIP:/ { skipped++ }
		END { print passed + 0, failed + 0, skipped + 0 }' "$work/log"
}

# Its tests write what went wrong to $ERRF, and end with 127 if they cannot run.
iproute2_test() {
	local status=0
	rm -rf "$work/suite"
	cp -a "$IPROUTE2/testsuite" "$work/suite"
	(
		cd "$work/suite"
		# shellcheck disable=SC2030,SC2031 # of this shell
		export PATH=$2 DEV=lo IPVER=$1 SNAME=ip STD_ERR=$work/stderr STD_OUT=$work/stdout ERRF=$work/suite/failures
		IP=$(command -v ip) TC=$(command -v tc) SS=$(command -v ss) BRIDGE=$(command -v bridge)
		export IP TC SS BRIDGE
		alone sh "tests/ip/$1"
	) >"$work/log" 2>&1 </dev/null || status=$?
	[ ! -e "$work/suite/failures" ] || cat "$work/suite/failures" >>"$work/log"
	if [ "$status" = 127 ]; then
		echo 0 0 1
	elif [ -e "$work/suite/failures" ] || grep -q FAILED "$work/log"; then
		echo 0 1 0
	else
		echo 1 0 0
	fi
}

passed=0 failed=0 skipped=0
# shellcheck disable=SC2031 # PATH is that of this shell
# compare KIND NAME: ours must pass as much, and fail as little, as the real ip.
compare() {
	local real ours verdict=ok number=$((passed + failed + skipped + 1))
	real=$("$1" "$2" "$PATH")
	cp "$work/log" "$work/real.log"
	ours=$("$1" "$2" "$work/ours:$PATH")
	read -r rp rf rs <<<"$real"
	read -r op of os <<<"$ours"
	if [ "$op" -lt "$rp" ] || [ "$of" -gt "$rf" ]; then
		verdict="not ok"
		failed=$((failed + 1))
	elif [ "$rp" = 0 ]; then
		skipped=$((skipped + 1))
		echo "ok $number - $2 # SKIP nothing of it passes here, with the real ip either"
		return
	else
		passed=$((passed + 1))
	fi
	echo "$verdict $number - $2: $op passed, $of failed, $os skipped; real ip: $rp, $rf, $rs"
	[ "$verdict" = ok ] || diff "$work/real.log" "$work/log" | grep '^[<>]' | head -n 40 | sed 's/^/# /'
}

wanted=" $* "
wants() {
	[ "$wanted" = "  " ] || [[ $wanted == *" $1 "* ]]
}

if [ -n "${SELFTESTS:-}" ]; then
	for name in "${selftests[@]}"; do
		! wants "$name" || [ ! -f "$SELFTESTS/net/$name" ] || compare selftest "$name"
	done
fi
if [ -n "${IPROUTE2:-}" ]; then
	while read -r name; do
		! wants "$name" || compare iproute2_test "$name"
	done < <(cd "$IPROUTE2/testsuite/tests/ip" && find . -name '*.t' | sed 's,^\./,,' | sort)
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
