#!/usr/bin/env bash
# Runs every test, or those named, and sums up.
#
#   tests/run.sh [TEST...]        a TEST is a unit program, a .golden runner or a .bats file
#
# $top_srcdir and $top_builddir say where things are (make check sets them). Every test speaks TAP; what
# failed or was skipped is shown, the rest only with VERBOSE=1. The last line is the sum.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export top_srcdir=${top_srcdir:-$(dirname "$here")}
export top_builddir=${top_builddir:-$top_srcdir}
top_srcdir=$(cd "$top_srcdir" && pwd)
top_builddir=$(cd "$top_builddir" && pwd)
limit=${TEST_LIMIT:-300}

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# One test to its log: TAP on its standard output, whatever it is.
run_one() {
	local test=$1 log=$2 status=0
	case $test in
	*.bats) timeout -k 5 "$limit" "$top_srcdir/tests/netns/run.sh" "$test" >"$log" 2>&1 || status=$? ;;
	*) timeout -k 5 "$limit" "$test" >"$log" 2>&1 || status=$? ;;
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

tests=("$@")
if [ $# = 0 ]; then
	while IFS= read -r test; do
		tests+=("$test")
	done < <(
		find "$top_builddir/tests" -path '*/tests/unit/test_*' -type f -perm -u+x | sort
		for program in golden/run fuzz/replay_words fuzz/replay_message; do
			[ ! -x "$top_builddir/tests/$program" ] || echo "$top_builddir/tests/$program"
		done
		find "$top_srcdir/tests" -name '*.bats' ! -path '*/vm/*' | sort
	)
fi

if [ $# = 0 ] && [[ ${tests[*]} != */unit/test_* ]]; then
	echo "ok 1 - unit tests # SKIP configure found no cmocka (Debian: libcmocka-dev)" | tee "$logs/0000"
fi

# As many at a time as there are processors; the logs come in order.
number=0
for test in "${tests[@]}"; do
	number=$((number + 1))
	run_one "$test" "$logs/$(printf %04d "$number")" &
	while [ "$(jobs -rp | wc -l)" -ge "$(nproc)" ]; do
		wait -n || true
	done
done
wait

number=0
for test in "${tests[@]}"; do
	number=$((number + 1))
	log=$logs/$(printf %04d "$number")
	echo "== ${test#"$top_srcdir/"}: $(grep -c '^ok' "$log" || true) ok," \
		"$(grep -c '^not ok' "$log" || true) not ok"
	if [ -n "${VERBOSE:-}" ] || grep -q '^not ok' "$log"; then
		cat "$log"
	else
		grep -iE '^ok .*# skip' "$log" || true
	fi
done

cat "$logs"/* | awk '
	/^ok .*# [Ss][Kk][Ii][Pp]/ { skipped++; next }
	/^ok/ { passed++ }
	/^not ok/ { failed++ }
	END {
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed || !passed
	}'
