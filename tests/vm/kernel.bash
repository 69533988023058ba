# SPDX-License-Identifier: GPL-2.0-or-later
# Debian's stock kernels for a guest in QEMU. Whoever sources this has $work, a folder for temporary files.
# shellcheck shell=bash

cannot() {
	echo "$1" >&2
	exit 126
}

need() {
	command -v "$1" >/dev/null || cannot "$1 is missing (Debian: $2)"
}

# kernel_get PACKAGE: unpacks the kernel package, or the one that a metapackage stands for, once, and sets $kernel (its
# folder) and $version.
kernel_get() {
	local image cache=${VM_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/iproute-vm}
	need qemu-system-x86_64 qemu-system-x86
	need modprobe kmod
	need busybox busybox-static
	need xz xz-utils
	need apt-get apt
	image=$(apt-cache depends "$1" 2>/dev/null | sed -n 's/.*Depends: \(linux-image-\)/\1/p') || true
	kernel=$cache/${image:-$1}
	if [ ! -d "$kernel" ]; then
		(
			mkdir -p "$cache" && cd "${work:?}"
			apt-get download -q "${image:-$1}" >download.log 2>&1 &&
				dpkg-deb -x ./*.deb unpacked &&
				depmod -b unpacked "$(ls unpacked/lib/modules)" && mv unpacked "$kernel"
		) || cannot "no kernel package ${image:-$1}: $(tail -n1 "$work/download.log")"
	fi
	version=$(ls "$kernel/lib/modules")
}

# modules_unpack FOLDER MODULE…: each behind those that it needs, as FOLDER/NN.ko.
modules_unpack() {
	local folder=$1 file number=0
	shift
	while IFS= read -r file; do
		number=$((number + 1))
		case $file in
		*.xz) xz -dc "$file" ;;
		*) cat "$file" ;;
		esac >"$folder/$(printf %02d "$number").ko"
	done < <(for module; do
		modprobe -d "$kernel" -S "$version" --show-depends "$module"
	done | awk '/^insmod/ && !seen[$2]++ { print $2 }')
}

# KVM needs a processor that says so: nested, /dev/kvm may open and never start a kernel. Without it one
# processor is quickest, and no randomised addresses, for which every program would be translated anew. On a busy
# machine the kernel would miss its timer's interrupts as it boots, and give up: no_timer_check.
accelerator() {
	if [ -w /dev/kvm ] && grep -qwE 'vmx|svm' /proc/cpuinfo; then
		echo kvm
	else
		echo tcg
	fi
}
