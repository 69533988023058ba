# SPDX-License-Identifier: GPL-2.0-or-later
# The sum of several runs of tests.
# shellcheck shell=bash

passed=0 failed=0 skipped=0
# count LOG STATUS: adds what a run of tests wrote last to the sum.
count() {
	local sum p f s
	sum=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$1" | tail -n1) || true
	IFS=' ,' read -r p _ f _ s _ <<<"${sum:-0 passed, 0 failed, 0 skipped}"
	# A failure that no test has counted: it did not build, or did not come to its end.
	[ "$2" = 0 ] || [ "$f" != 0 ] || f=1
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}
