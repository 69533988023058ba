#!/usr/bin/env bash
# Builds the fuzz targets with clang and runs each for a while, in user space only.
#
#   tests/fuzz/fuzz.sh [SECONDS [TARGET...]]        60 seconds, words and message
#
# New inputs are kept in $top_builddir/fuzz/TARGET; what crashes, in the file that libFuzzer names. Put an
# input that found a bug into tests/fuzz/corpus/TARGET: `make check` replays it.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
work=${top_builddir:-$top}/fuzz
seconds=${1:-60}
targets=("${@:2}")
[ ${#targets[@]} -gt 0 ] || targets=(words message)

if ! command -v clang >/dev/null; then
	echo "fuzz: needs clang with libFuzzer" >&2
	exit 1
fi
read -ra mnl < <(pkg-config --cflags --libs libmnl)
mkdir -p "$work"
for target in "${targets[@]}"; do
	# Everything that talks to nobody: the fuzzers link neither netlink/ nor command/.
	clang -g -O1 -std=gnu11 -D_GNU_SOURCE -I"$top/src" -include "$top/src/base/banned.h" \
		-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
		"$top"/src/{base,output,field,kind,model}/*.c "$top/tests/devices.c" \
		"$top/tests/fuzz/$target.c" "${mnl[@]}" -lm -o "$work/fuzz_$target"
	mkdir -p "$work/$target"
	"$work/fuzz_$target" -max_total_time="$seconds" -max_len=1024 -print_final_stats=1 \
		-artifact_prefix="$work/$target-" -dict="$top/tests/fuzz/$target.dict" \
		"$work/$target" "$top/tests/fuzz/corpus/$target"
done
