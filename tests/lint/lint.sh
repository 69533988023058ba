#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
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
mapfile -t scripts < <(find tests man .ci completions packaging -name '*.sh' -o -path '.ci/run' -o -name '*.bash' | sort)

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

# The program does not have to be installed for it.
# shellcheck disable=SC2317 # called through check
units() {
	local directory status=0
	directory=$(mktemp -d)
	sed "s|^\(Exec[A-Za-z]*=\)[^ ]*/iproute |\1/bin/true |" "${top_builddir:?}/boot/iproute.service" >"$directory/iproute.service"
	cp boot/iproute-online.service "$directory"
	systemd-analyze verify --man=no "$directory"/*.service || status=1
	rm -r "$directory"
	return "$status"
}

# page_length MOST PAGE: it has at most that many lines on a terminal of 80 columns.
# shellcheck disable=SC2317 # called through check
page_length() {
	local lines
	lines=$(mandoc -T utf8 -O width=78 "$2" | wc -l)
	[ "$lines" -le "$1" ] || { echo "$2 has $lines lines, more than $1"; return 1; }
}

check architecture tests/lint/includes.sh
check versions tests/lint/versions.sh
check "all is used" perl tests/lint/unused.pl
check "errors are tested" perl tests/lint/errors.pl
check clang-format clang-format --dry-run -Werror "${sources[@]}" "${headers[@]}"
check cppcheck cppcheck --quiet --enable=warning,performance,portability --inline-suppr \
	--error-exitcode=1 --std=c11 --suppress=missingIncludeSystem -j "$(nproc)" -Isrc src
check clang-tidy tidy "${flags[@]}" -I"${top_builddir:?}" -Isrc -include src/base/banned.h
check "clang-tidy of the peer" tidy_peer
check shellcheck shellcheck -x "${scripts[@]}"
check "shellcheck of packages" shellcheck -s sh -e SC2034,SC2154 packaging/APKBUILD debian/tests/netns debian/tests/demo
check "shellcheck of boot" shellcheck -s sh boot/hook boot/iproute.init boot/iproute.openrc
! command -v systemd-analyze >/dev/null || check "units of systemd" units
check "OpenWrt's Makefile" tests/lint/openwrt.sh
check mandoc mandoc -Tlint -W warning "$top_builddir"/man/*.[578]
check "length of iproute(8)" page_length 400 "$top_builddir/man/iproute.8"
exit "$bad"
