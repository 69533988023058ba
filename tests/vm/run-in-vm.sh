#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Runs a command as root under a stock Debian kernel, in QEMU.
#
#   tests/vm/run-in-vm.sh [-k PACKAGE] [-m MEBIBYTES] [-t SECONDS] COMMAND [WORD...]
#
# The guest has this machine's files under the same paths, read-only (9p) with a tmpfs above: what it writes is
# thrown away. It has no network; $IN_VM is 1. What the command prints is printed here, both streams as one; its
# status is this script's. 124: no end in time; 125: the guest died, its console follows; 126: this machine
# cannot run it, and why. $VM_CACHE is where kernels are unpacked, once. No root is needed.
set -euo pipefail

package=linux-image-amd64 memory=1024 limit=600
while getopts k:m:t: option; do
	case $option in
	k) package=$OPTARG ;;
	m) memory=$OPTARG ;;
	t) limit=$OPTARG ;;
	*) exit 126 ;;
	esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || {
	sed -n '2,/^set/s/^# \?//p' "${BASH_SOURCE[0]}" >&2
	exit 126
}
here=$PWD
# shellcheck source=tests/vm/kernel.bash
. "$(dirname "${BASH_SOURCE[0]}")/kernel.bash"
PATH=$PATH:/usr/sbin:/sbin
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The first process: mounts the root, goes there and becomes the script that runs the command.
write_init() {
	cat <<-INIT
		#!/bin/busybox sh
		/bin/busybox --install -s /bin
		mount -t devtmpfs dev /dev
		mount -t proc proc /proc
		mount -t sysfs sys /sys
		for module in /modules/*; do insmod "\$module"; done
		mount -t 9p -o ro,trans=virtio,version=9p2000.L,cache=loose,msize=512000 machine /lower
		mount -t tmpfs -o size=75% above /above
		mkdir /above/upper /above/work
		mount -t overlay -o lowerdir=/lower,upperdir=/above/upper,workdir=/above/work root /guest
		mkdir -p /guest/lib/modules
		mount --bind "/lower$kernel/lib/modules" /guest/lib/modules
		for part in dev proc sys; do mount --move "/\$part" "/guest/\$part"; done
		mount -t tmpfs run /guest/run
		mkdir /guest/run/vm
		mount -t 9p -o trans=virtio,version=9p2000.L result /guest/run/vm
		exec switch_root /guest /bin/bash /run/vm/command
	INIT
}

# What it runs. The result is on a mount of its own: complete when the status is there.
write_command() {
	cat <<-COMMAND
		mkdir -p /dev/pts /dev/shm
		ln -s /proc/self/fd /dev/fd
		for stream in 0:stdin 1:stdout 2:stderr; do ln -s "fd/\${stream%:*}" "/dev/\${stream#*:}"; done
		mount -t devpts pts /dev/pts
		mount -t tmpfs shm /dev/shm
		mount -t cgroup2 cgroup /sys/fs/cgroup
		export PATH=$(printf %q "$PATH") HOME=/root LANG=C.UTF-8 TERM=dumb IN_VM=1
		(cd $(printf %q "$here") && $(printf '%q ' "$@")) </dev/null >>/run/vm/output 2>&1
		echo \$? >/run/vm/status
		echo b >/proc/sysrq-trigger
		sleep 60
	COMMAND
}

initramfs_build() {
	mkdir -p "$work/initramfs"/{bin,dev,proc,sys,lower,above,guest,modules}
	cd "$work/initramfs"
	cp "$(command -v busybox)" bin
	modules_unpack modules virtio_pci 9pnet_virtio 9p overlay
	write_init >init
	chmod +x init
	find . | busybox cpio -o -H newc >../initrd 2>/dev/null
	cd "$here"
}

guest_run() {
	local accel cpus=1
	accel=$(accelerator)
	[ "$accel" = tcg ] || cpus=$(nproc)
	timeout -k 5 "$limit" qemu-system-x86_64 -accel "$accel" -cpu max -smp "$cpus" -m "$memory" \
		-nodefaults -display none -no-reboot \
		-kernel "$kernel/boot/vmlinuz-$version" -initrd "$work/initrd" \
		-append "console=ttyS0 quiet no_timer_check panic=-1 oops=panic mitigations=off norandmaps" \
		-fsdev local,id=machine,path=/,security_model=none,readonly=on,multidevs=remap \
		-device virtio-9p-pci,fsdev=machine,mount_tag=machine \
		-fsdev local,id=result,path="$work/result",security_model=none \
		-device virtio-9p-pci,fsdev=result,mount_tag=result \
		-serial "file:$work/console" </dev/null >"$work/qemu.log" 2>&1 &
	local guest=$! status=0
	tail -q -n +1 -s 0.2 --pid="$guest" -f "$work/result/output"
	wait "$guest" || status=$?
	[ ! -s "$work/result/status" ] || return "$(cat "$work/result/status")"
	[ "$status" != 124 ] || return 124
	cat "$work/qemu.log" "$work/console" >&2
	return 125
}

kernel_get "$package"
mkdir "$work/result"
: >"$work/result/output"
write_command "$@" >"$work/result/command"
initramfs_build
guest_run
