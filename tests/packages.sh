# SPDX-License-Identifier: GPL-2.0-or-later
# Which Debian packages the project needs, and how they are installed when they are missing.
# shellcheck shell=bash disable=SC2034 # the lists are for who sources this

build_packages=(build-essential autoconf automake pkg-config libmnl-dev libnftnl-dev)
test_packages=(bats libcmocka-dev libnl-route-3-dev iproute2 nftables conntrack iputils-ping jq clang clang-format
	clang-tidy cppcheck mandoc shellcheck strace tmux zsh fish)
# make check-daemons uses bird2 and frr where they are installed, tests/netns/firewalls.bats firewalld, fail2ban, ufw and
# iptables. Nothing here installs them: Debian would start these daemons on the machine at once.
# For make check-cross; the libraries are only unpacked.
cross_packages=(gcc-s390x-linux-gnu libc6-dev-s390x-cross gcc-i686-linux-gnu libc6-dev-i386-cross qemu-user
	musl-tools)
# For make check-vm; the kernels are only unpacked.
vm_packages=(qemu-system-x86 kmod busybox-static xz-utils)

# packages_install PACKAGE…: those that are missing, with apt-get, if nothing must go for them; as root, or through sudo.
packages_install() {
	local package missing=()
	for package; do
		dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
			missing+=("$package")
	done
	[ ${#missing[@]} -gt 0 ] || return 0
	echo "installing: ${missing[*]}"
	local sudo=()
	[ "$(id -u)" = 0 ] || sudo=(sudo)
	"${sudo[@]}" apt-get update -q >/dev/null
	"${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-remove "${missing[@]}" >/dev/null
}
