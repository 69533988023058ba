#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs every test, or those named, and sums up.
#
#   tests/run.sh [TEST...]        a TEST is a program or a .bats file; `unit`, `golden`, `fuzz`, `model`, `faults`: those of that
#                                 folder; another NAME: tests/netns/NAME.bats
#
# $TEST_RUNNER, if set, runs the programs: an emulator (tests/cross/check.sh).
# $top_srcdir and $top_builddir say where things are (make check sets them). Every test prints TAP. As each one ends,
# its count and time are shown, with what failed or was skipped; VERBOSE=1 shows all of it. The last line is the sum.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export top_srcdir=${top_srcdir:-$(dirname "$here")}
export top_builddir=${top_builddir:-$top_srcdir}
top_srcdir=$(cd "$top_srcdir" && pwd)
top_builddir=$(cd "$top_builddir" && pwd)
limit=${TEST_LIMIT:-1800}

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# One test to its log: TAP on its standard output, whatever it is.
run_one() {
	local test=$1 log=$2 status=0
	# shellcheck disable=SC2086 # words
	case $test in
	*.bats) timeout -k 5 "$limit" "$top_srcdir/tests/netns/run.sh" "$test" >"$log" 2>&1 || status=$? ;;
	*) timeout -k 5 "$limit" ${TEST_RUNNER:-} "$test" >"$log" 2>&1 || status=$? ;;
	esac
	if [ "$status" = 124 ]; then
		echo "not ok - $test: no end after $limit s" >>"$log"
	elif [ "$status" != 0 ] && ! grep -q '^not ok' "$log"; then
		echo "not ok - $test: status $status" >>"$log"
	elif ! awk '/^1\.\.[0-9]/ { planned += substr($0, 4); plan = 1 } /^(not )?ok/ { seen++ }
		END { exit !plan || planned != seen }' "$log"; then
		echo "not ok - $test: ran other tests than it planned" >>"$log"
	fi
}

# The programs of tests/FOLDER that were built.
programs() {
	case $1 in
	unit) find "$top_builddir/tests/unit" -name 'test_*' -type f -perm -u+x | sort ;;
	golden) find "$top_builddir/tests/golden" -name run -type f -perm -u+x ;;
	model) find "$top_builddir/tests/model" -name model -type f -perm -u+x ;;
	faults) [ ! -x "$top_builddir/tests/faults/inject" ] || echo "$top_srcdir/tests/faults/faults.sh" ;;
	fuzz) find "$top_builddir/tests/fuzz" -name 'replay_*' -type f -perm -u+x | sort ;;
	esac
}

tests=()
for name in "${@:-all}"; do
	case $name in
	all)
		mapfile -t tests < <(programs unit && programs golden && programs fuzz && programs model && programs faults &&
			find "$top_srcdir/tests" -name '*.bats' ! -path '*/vm/*' ! -path '*/daemons/*' | sort)
		;;
	unit | golden | fuzz | model | faults) mapfile -t -O ${#tests[@]} tests < <(programs "$name") ;;
	*/*) tests+=("$name") ;;
	*) tests+=("$top_srcdir/tests/netns/$name.bats") ;;
	esac
done

if [ $# = 0 ] && [[ ${tests[*]} != */unit/test_* ]]; then
	echo "ok 1 - unit tests # SKIP configure found no cmocka (Debian: libcmocka-dev)" | tee "$logs/0000.tap"
fi

# report TEST LOG SECONDS: one at a time, so that no lines mix.
report() {
	local test=$1 log=$2 skipped
	(
		flock 9
		echo >>"$logs/ended"
		skipped=$(grep -ciE '^ok .*# skip' "$log" || true)
		printf '== %s: %d ok, %d not ok, %d skipped, %d s (%d of %d)\n' "${test#"$top_srcdir/"}" \
			"$(($(grep -c '^ok' "$log" || true) - skipped))" "$(grep -c '^not ok' "$log" || true)" \
			"$skipped" "$3" "$(wc -l <"$logs/ended")" "${#tests[@]}"
		if [ -n "${VERBOSE:-}" ] || grep -q '^not ok' "$log"; then
			cat "$log"
		else
			grep -iE '^ok .*# skip' "$log" || true
		fi
	) 9>"$logs/lock"
}

# As many at a time as there are processors.
number=0
for test in "${tests[@]}"; do
	number=$((number + 1))
	(
		log=$logs/$(printf %04d.tap "$number") start=$SECONDS
		run_one "$test" "$log"
		report "$test" "$log" $((SECONDS - start))
	) &
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
		wait -n || true
	done
done
wait

cat "$logs"/*.tap | awk '
	/^ok .*# [Ss][Kk][Ii][Pp]/ { skipped++; next }
	/^ok/ { passed++ }
	/^not ok/ { failed++ }
	END {
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed || !passed
	}'
