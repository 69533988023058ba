#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what is missing, builds, runs every test and the linters, those that need no kernel for other processors, then
# all tests again under the sanitizers of gcc, and a part of them under those of clang. Says when each step starts. The
# last line is the sum of all runs: N passed, N failed, N skipped.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/packages.sh
. "$top/tests/packages.sh"
packages_install "${build_packages[@]}" "${test_packages[@]}"
# shellcheck disable=SC2154 # of packages.sh
packages_install "${cross_packages[@]}" || echo "no compilers for other processors: see what check-cross skips"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# In a copy: a tree that somebody has built in cannot be built from elsewhere, and stays as it is.
mkdir "$work/source"
tar -C "$top" --exclude=./.git -cf - . | tar -C "$work/source" -xf -
cd "$work/source"
[ ! -f Makefile ] || make --no-print-directory -s distclean
autoreconf -fi 2>"$work/autoreconf.log" || {
	cat "$work/autoreconf.log"
	exit 1
}

# say TEXT: a step starts; how long the script has been running.
say() {
	printf '== %d:%02d %s\n' $((SECONDS / 60)) $((SECONDS % 60)) "$*"
}

# shellcheck source=tests/count.bash
. "$top/tests/count.bash"

# run DIRECTORY TESTS CONFIGURE-OPTION…: builds there, and runs TESTS (none named: all).
run() {
	local directory=$work/$1 tests=$2 status=0
	shift 2
	say "configure --enable-werror $*"
	mkdir "$directory"
	(
		cd "$directory" && "$work/source/configure" --quiet --enable-werror "$@" &&
			say "make" && make --no-print-directory -s -j"$(nproc)" &&
			say "make check" && make --no-print-directory -s check TESTS_NAMED="$tests"
	) 2>&1 | tee "$directory.log" || status=1
	count "$directory.log" "$status"
}

run plain ''
say "make check-daemons"
status=0
make --no-print-directory -s -C "$work/plain" check-daemons 2>&1 | tee "$work/daemons.log" || status=1
count "$work/daemons.log" "$status"
say "make check-cross"
status=0
make --no-print-directory -s -C "$work/plain" check-cross 2>&1 | tee "$work/cross.log" || status=1
count "$work/cross.log" "$status"
say "make lint"
if (cd "$work/plain" && make --no-print-directory -s lint); then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
fi
run sanitized '' --enable-sanitizers
# clang's sanitizers find other faults than gcc's.
run clang 'unit golden fuzz batch document own refusals routes rules save' --enable-sanitizers CC=clang
say "end"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
