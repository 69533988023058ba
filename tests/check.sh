#!/usr/bin/env bash
# Installs what is missing, builds, runs every test, the linters, and every test again under sanitizers.
# The last line is the sum of both runs: N passed, N failed, N skipped.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source=tests/packages.sh
. "$top/tests/packages.sh"
packages_install "${build_packages[@]}" "${test_packages[@]}"

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

passed=0 failed=0 skipped=0
# run DIRECTORY CONFIGURE-OPTION…: builds there, runs every test, and adds up what make check counts.
run() {
	local directory=$work/$1 status=0 sum p f s
	shift
	echo "== configure --enable-werror $*"
	mkdir "$directory"
	(
		cd "$directory" && "$work/source/configure" --quiet --enable-werror "$@" &&
			make --no-print-directory -s -j"$(nproc)" &&
			make --no-print-directory -s check
	) 2>&1 | tee "$directory.log" || status=1
	sum=$(grep -E '^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$' "$directory.log" | tail -n1) || true
	IFS=' ,' read -r p _ f _ s _ <<<"${sum:-0 passed, 0 failed, 0 skipped}"
	# A failure that no test has counted: it did not build, or did not come to its end.
	[ "$status" = 0 ] || [ "$f" != 0 ] || f=1
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

run plain
run sanitized --enable-sanitizers
echo "== lint"
if (cd "$work/plain" && make --no-print-directory -s lint); then
	passed=$((passed + 1))
else
	failed=$((failed + 1))
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
