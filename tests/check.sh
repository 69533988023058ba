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
cd "$top"
[ -x configure ] || autoreconf -fi

passed=0 failed=0 skipped=0
# run DIRECTORY CONFIGURE-OPTION…: builds there and adds up what make check counts.
run() {
	local directory=$work/$1
	shift
	mkdir "$directory"
	(
		cd "$directory"
		"$top/configure" --quiet --enable-werror "$@"
		make --no-print-directory -s -j"$(nproc)"
		make --no-print-directory -s -j"$(nproc)" check
	) 2>&1 | tee "$directory.log" || failed=$((failed + 1))
	local p f s
	read -r p f s < <(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed, \([0-9]*\) skipped$/\1 \2 \3/p' \
		"$directory.log" | tail -n1) || { p=0 f=1 s=0; }
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
