#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Builds the fuzz targets with clang and runs each for a while, in user space only.
#
#   tests/fuzz/fuzz.sh [SECONDS [TARGET...]]        60 seconds, every target
#
# New inputs are kept in $top_builddir/fuzz/TARGET; what crashes, in the file that libFuzzer names. Put an
# input that found a bug into tests/fuzz/corpus/TARGET: `make check` replays it.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=${top_builddir:-$top}/fuzz
seconds=${1:-60}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=(words message names file kernel)

if ! command -v clang >/dev/null; then
	echo "fuzz: needs clang with libFuzzer" >&2
	exit 1
fi
read -ra libraries < <(pkg-config --cflags --libs libnftnl libmnl)
# shellcheck disable=SC2054 # the commas are the compiler's
flags=(-g -O2 -std=gnu11 -D_GNU_SOURCE '-DPACKAGE_VERSION="fuzz"' -I"$top/src" -include "$top/src/base/banned.h"
	-include "$top/src/base/missing.h"
	-fsanitize=address,undefined -fno-sanitize-recover=undefined -DFUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
	-fsanitize-coverage-ignorelist="$top/tests/fuzz/uncovered")

# Large blocks of memory are kept from run to run: see memory.c. What talks to the kernel is led to fake_kernel.c.
# shellcheck disable=SC2054 # the commas are the linker's
keep=("$top/tests/fuzz/memory.c" -Wl,--wrap=memory_resize -Wl,--wrap=free)
wrap=-Wl
for name in lock_take lock_give mnl_socket_{open2,bind,close,get_fd,setsockopt,sendto,recvfrom} recv send sendto; do
	wrap+=,--wrap=$name
done

# The program as a library, so that a target links only what it calls.
rm -rf "$work/objects"
mkdir -p "$work/objects"
compile() {
	local source=$1 name=${1#"$top/src/"}
	shift
	$cache clang "$@" -fsanitize=fuzzer-no-link -c "$source" -o "$work/objects/${name//\//-}.o"
}
export -f compile
cache=$(command -v ccache || true)
export top work cache
printf '%s\0' "$top"/src/*/*.c "$top"/src/*/*/*.c |
	xargs -0 -P "$(nproc)" -I{} bash -c 'compile "$@"' compile {} "${flags[@]}"
rm -f "$work/libiproute.a" "$work/objects/netlink-nft_none.c.o"
ar cr "$work/libiproute.a" "$work/objects"/*.o

# Freed memory is used again soon: it stays in the processor's cache.
export ASAN_OPTIONS=quarantine_size_mb=2:malloc_context_size=8${ASAN_OPTIONS:+:$ASAN_OPTIONS}
for target in "${targets[@]}"; do
	kernel=()
	# shellcheck disable=SC2054 # the same
	case $target in
	names) kernel=(-Wl,--wrap=fopen -Wl,--wrap=scandir) ;;
	file | kernel) kernel=("$top/tests/fuzz/fake_kernel.c" "$wrap") ;;
	esac
	clang "${flags[@]}" -fsanitize=fuzzer "$top/tests/devices.c" "$top/tests/fuzz/$target.c" \
		"${kernel[@]}" "${keep[@]}" "$work/libiproute.a" "${libraries[@]}" -lm -o "$work/fuzz_$target"
	mkdir -p "$work/$target"
	options=(-max_total_time="$seconds" -max_len=1024 -entropic=0 -print_final_stats=1 -artifact_prefix="$work/$target-")
	[ ! -e "$top/tests/fuzz/$target.dict" ] || options+=(-dict="$top/tests/fuzz/$target.dict")
	"$work/fuzz_$target" "${options[@]}" "$work/$target" "$top/tests/fuzz/corpus/$target"
done
