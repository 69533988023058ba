#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs the suites that need a kernel under Debian's stock kernels, in QEMU: make check-vm.
#
#   tests/vm/check.sh [-i] [-a] [-k PACKAGE]... [BATS...]        each BATS as tests/netns/NAME.bats
#
# -i installs what is missing first. Kernels: 6.1 and 6.12; files: tests/model/model, tests/vm, tests/daemons, and those of
# tests/netns that depend on the kernel; -a: all of tests/netns, which takes hours. Each kernel is booted once, and takes
# twenty minutes of one processor; both run at a time if there are processors for it. Where QEMU or a kernel is missing
# that is skipped, with the reason. $VM_LIMIT: seconds for each kernel. The last line is the sum.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export top_srcdir=${top_srcdir:-$(cd "$here/../.." && pwd)}
export top_builddir=${top_builddir:-$top_srcdir}
kernels=() all=
# What these test is the same under every kernel: words, files, output; or it is about many lines, or many processes; or
# tests/vm has it, or another file, at less cost.
elsewhere=(alike apply arrivals attribute batch callers check completion confirm count crafted differential encap errors exact
	exactly explain faults firewalls guard hints incremental killed libnl linear lists long names nathints output
	pairs recipes rehearse routes select sequences shown status stress together waiting words)
while getopts aik: option; do
	case $option in
	a) all=1 ;;
	i)
		# shellcheck source=tests/packages.sh disable=SC2154
		. "$here/../packages.sh"
		packages_install "${test_packages[@]}" "${vm_packages[@]}"
		;;
	k) kernels+=("$OPTARG") ;;
	*) exit 2 ;;
	esac
done
shift $((OPTIND - 1))
[ ${#kernels[@]} -gt 0 ] || kernels=(linux-image-amd64 linux-image-6.12-amd64)

logs=$(mktemp -d)
trap 'rm -rf "$logs"' EXIT

# The guests see this machine's files as they change: they run a copy, with what was built.
tree=$logs/tree
mkdir "$tree"
for directory in "$top_srcdir" "$top_builddir"; do
	tar -C "$directory" --exclude=./.git --exclude='*.[oa]' -cf - . | tar -C "$tree" -xf -
done
files=("$@")
if [ $# = 0 ]; then
	[ -z "$all" ] || elsewhere=()
	mapfile -t files < <(cd "$tree" && printf '%s\n' tests/model/model tests/{vm,daemons,netns}/*.bats |
		grep -vxF "$(printf 'tests/netns/%s.bats\n' "${elsewhere[@]}")")
fi

# run_kernel PACKAGE: file by file, each with its sum and how long it took. A test has longer than on the machine
# itself, which is 20 to 50 times as fast.
run_kernel() {
	local package=$1 log=$logs/$1.log status=0
	# shellcheck disable=SC2016 # expanded in the guest
	"$here/run-in-vm.sh" -k "$package" -m 2048 -t "${VM_LIMIT:-1800}" \
		env top_srcdir="$tree" top_builddir="$tree" VERBOSE="${VERBOSE:-}" TEST_LIMIT=900 bash -c '
			for file; do
				SECONDS=0
				tests/run.sh "$file" || failed=1
				echo "# $file: $SECONDS s"
			done
			echo "ran all"
			exit "${failed:-0}"' bash "${files[@]}" >"$log" 2>&1 || status=$?
	if [ "$status" = 126 ]; then
		printf 'ok 1 # SKIP %s\n0 passed, 0 failed, 1 skipped\n' "$(tail -n1 "$log")" >"$log"
	elif ! grep -q '^ran all$' "$log"; then
		[ "$status" != 124 ] || status='124: no end in time'
		printf 'not ok - the guest: status %s\n0 passed, 1 failed, 0 skipped\n' "$status" >>"$log"
	fi
}

cd "$tree"
for kernel in "${kernels[@]}"; do
	run_kernel "$kernel" &
	[ "$(nproc)" -gt 1 ] || wait
done
wait

for kernel in "${kernels[@]}"; do
	echo "==== $kernel"
	cat "$logs/$kernel.log"
done
cat "$logs"/*.log | awk '
	/^[0-9]+ passed, [0-9]+ failed, [0-9]+ skipped$/ {
		passed += $1
		failed += $3
		skipped += $5
	}
	END {
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit failed != 0
	}'
