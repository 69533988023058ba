#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds for other processors, and runs the unit and golden tests there; compiles for musl: make check-cross.
#
#   tests/cross/check.sh [-i] [NAME...]           NAME: s390x (big-endian, 64 bits), i686 (32 bits), musl; none named: all
#
# -i installs the compilers and the emulator first. The libraries are Debian's, downloaded and unpacked, never installed;
# $CROSS_CACHE is where they are kept. What is missing is skipped, with the reason. The last line is the sum.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top_srcdir=$(realpath "${top_srcdir:-$here/../..}")
top_builddir=$(realpath "${top_builddir:-$top_srcdir}")
cache=${CROSS_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/iproute-cross}
tests=(unit golden fuzz)

if [ "${1:-}" = -i ]; then
	shift
	# shellcheck source=tests/packages.sh disable=SC2154
	. "$here/../packages.sh"
	packages_install "${build_packages[@]}" "${cross_packages[@]}"
fi
names=("$@")
[ $# -gt 0 ] || names=(s390x i686 musl)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=tests/count.bash
. "$here/../count.bash"

# What a name stands for: Debian's architecture, its folder of libraries, the compiler's prefix, the emulator, the
# loader of the C library. A loader of another build of that library starts programs, and threads may then hang.
describe() {
	case $1 in
	s390x) debian=s390x multiarch=s390x-linux-gnu triplet=s390x-linux-gnu emulator=qemu-s390x loader=ld64.so.1 ;;
	i686) debian=i386 multiarch=i386-linux-gnu triplet=i686-linux-gnu emulator='' loader=ld-linux.so.2 ;;
	*)
		echo "no architecture $1" >&2
		exit 2
		;;
	esac
	[ -z "$emulator" ] || [ "$(uname -m)" != "$1" ] || emulator=
	loading=
	[ -n "$emulator" ] || [ ! -e "/usr/$triplet/lib/$loader" ] || loading=-Wl,--dynamic-linker=/usr/$triplet/lib/$loader
}

# Why it can't be built or run here; nothing: it can.
obstacle() {
	command -v "$triplet-gcc" >/dev/null || {
		echo "$triplet-gcc is missing (Debian: gcc-$triplet, libc6-dev-$debian-cross)"
		return
	}
	echo 'int main(void) { return 0; }' >"$work/true.c"
	# shellcheck disable=SC2086 # no word, or one
	"$triplet-gcc" $loading -o "$work/true" "$work/true.c" 2>/dev/null || {
		echo "$triplet-gcc finds no C library (Debian: libc6-dev-$debian-cross)"
		return
	}
	[ -z "$emulator" ] || command -v "$emulator" >/dev/null || {
		echo "$emulator is missing (Debian: qemu-user)"
		return
	}
	run "$work/true" 2>/dev/null || echo "programs for $1 do not run here"
}

# run COMMAND…: a program for that processor.
run() {
	LD_LIBRARY_PATH="$cache/$debian/usr/lib/$multiarch:/usr/$triplet/lib" "${runner[@]}" "$@"
}

# The libraries, from Debian's archive of that architecture; apt's own state is not touched.
libraries() {
	local root=$cache/$debian state=$work/apt options
	[ ! -e "$root/complete" ] || return 0
	mkdir -p "$root" "$state/lists/partial" "$state/cache/archives/partial"
	: >"$state/status"
	options=(-q -o "APT::Architecture=$debian" -o "APT::Architectures=$debian" -o "Dir::State=$state"
		-o "Dir::State::lists=$state/lists" -o "Dir::State::status=$state/status" -o "Dir::Cache=$state/cache"
		-o "APT::Sandbox::User=root")
	# Of an archive with security updates or backports one may fail; what is missing then shows below.
	apt-get "${options[@]}" update >"$work/apt.log" 2>&1 || true
	(
		cd "$state"
		apt-get "${options[@]}" download libmnl0 libmnl-dev libnftnl11 libnftnl-dev libcmocka0 libcmocka-dev
	) >>"$work/apt.log" 2>&1 || return 1
	local package
	for package in "$state"/*.deb; do
		dpkg-deb -x "$package" "$root"
	done
	touch "$root/complete"
}

# build DIRECTORY: program and tests.
build() {
	local root=$cache/$debian
	mkdir "$1" && cd "$1" || return
	PKG_CONFIG_LIBDIR=$root/usr/lib/$multiarch/pkgconfig:$root/usr/share/pkgconfig \
		"$work/source/configure" --quiet --enable-werror --host="$triplet" CC="$triplet-gcc" \
		CPPFLAGS="-I$root/usr/include" LDFLAGS="-L$root/usr/lib/$multiarch $loading" \
		IPROUTE_FOR_BUILD="$top_builddir/src/iproute" &&
		make --no-print-directory -s -j"$(nproc)" all programs-check
}

# Everything but the links: Debian has no libraries for musl.
check_musl() {
	local headers=$work/headers name
	if ! command -v musl-gcc >/dev/null; then
		echo "ok - musl # SKIP musl-gcc is missing (Debian: musl-tools)"
		skipped=$((skipped + 1))
		return
	fi
	mkdir "$headers" "$work/musl"
	for name in linux asm-generic libmnl; do
		ln -s "/usr/include/$name" "$headers/"
	done
	ln -s "/usr/include/$(gcc -print-multiarch)/asm" "$headers/"
	if (
		cd "$work/musl" &&
			"$work/source/configure" --quiet --enable-werror --disable-nat CC=musl-gcc CPPFLAGS="-idirafter $headers" &&
			make --no-print-directory -s -j"$(nproc)" src/libiproute.a src/main.o
	) >"$work/musl.log" 2>&1; then
		echo "ok - musl: compiles, without a warning"
		passed=$((passed + 1))
	else
		grep -v '^  CC ' "$work/musl.log"
		echo "not ok - musl"
		failed=$((failed + 1))
	fi
}

check() {
	local reason status=0
	if [ "$1" = musl ]; then
		check_musl
		return
	fi
	describe "$1"
	runner=()
	[ -z "$emulator" ] || runner=("$emulator" -L "/usr/$triplet")
	reason=$(obstacle "$1")
	[ -n "$reason" ] || libraries || reason="no libraries for $debian: $(tail -n1 "$work/apt.log")"
	if [ -n "$reason" ]; then
		echo "ok - $1 # SKIP $reason"
		skipped=$((skipped + 1))
		return
	fi
	echo "== $1"
	(
		build "$work/$1" || exit
		export LD_LIBRARY_PATH=$cache/$debian/usr/lib/$multiarch:/usr/$triplet/lib
		top_srcdir=$work/source top_builddir=$work/$1 TEST_RUNNER="${runner[*]}" \
			"$work/source/tests/run.sh" "${tests[@]}"
	) >"$work/$1.log" 2>&1 || status=$?
	grep -vE '^  (CC|CCLD|AR|GEN) ' "$work/$1.log"
	count "$work/$1.log" "$status"
}

# A copy: a tree that somebody has built in cannot be built from elsewhere.
mkdir "$work/source"
tar -C "$top_srcdir" --exclude=./.git -cf - . | tar -C "$work/source" -xf -
(
	cd "$work/source"
	[ ! -f Makefile ] || make --no-print-directory -s distclean
	autoreconf -fi
) >"$work/source.log" 2>&1 || {
	cat "$work/source.log"
	exit 1
}
for name in "${names[@]}"; do
	check "$name"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
