#!/usr/bin/env bash
# tests/lint/lint.sh FLAGS: everything that can be said of the tree without running it. $top_builddir is
# where it was built.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
read -ra flags <<<"$1"
bad=0

need() {
	command -v "$1" >/dev/null || {
		echo "lint needs $1: apt-get install $2"
		exit 1
	}
}
need clang-format clang-format
need clang-tidy clang-tidy
need cppcheck cppcheck
need shellcheck shellcheck
need mandoc mandoc

# check NAME command…
check() {
	local name=$1
	shift
	if "$@"; then
		echo "lint: $name: clean"
	else
		echo "lint: $name: see above"
		bad=1
	fi
}

mapfile -t sources < <(find src tests -name '*.c' | sort)
mapfile -t headers < <(find src tests -name '*.h' | sort)
mapfile -t scripts < <(find tests man .ci completions -name '*.sh' -o -path '.ci/run' -o -name '*.bash' | sort)

# shellcheck disable=SC2317,SC2016 # called through check; expanded inside
tidy() {
	export tidy_flags="$*"
	printf '%s\0' "${sources[@]}" | grep -zv '^tests/\(fuzz\|bench\|peer\)/' |
		xargs -0 -P "$(nproc)" -n 4 bash -c 'clang-tidy --quiet "$@" -- $tidy_flags 2>&1 |
			grep -v "warnings\? generated\|^Use -header-filter\|^Suppressed" | grep . && exit 1 || exit 0' tidy
}

# The peer knows libnl's headers, and none of ours: both have a folder netlink/.
# shellcheck disable=SC2317 # called through check
tidy_peer() {
	local libnl
	read -ra libnl <<<"$(pkg-config --cflags libnl-route-3.0)"
	! clang-tidy --quiet tests/peer/*.c -- -std=gnu11 "${libnl[@]}" 2>/dev/null | grep .
}

check architecture tests/lint/includes.sh
check "errors are tested" perl tests/lint/errors.pl
check clang-format clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}"
check cppcheck cppcheck --quiet --enable=warning,performance,portability --inline-suppr \
	--error-exitcode=1 --std=c11 --suppress=missingIncludeSystem -j "$(nproc)" -Isrc src
check clang-tidy tidy "${flags[@]}" -I"${top_builddir:?}" -Isrc -include src/base/banned.h
check "clang-tidy of the peer" tidy_peer
check shellcheck shellcheck -x "${scripts[@]}"
check mandoc mandoc -Tlint -W warning "$top_builddir/man/iproute.8"
exit "$bad"
