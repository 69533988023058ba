#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# packaging/try-deb.sh ROOT PACKAGE.deb: installs the package in ROOT, a fresh debootstrap that has iproute2, plays
# debian/tests/demo, purges the package, and compares what is there before and after. As root.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
root=$1 package=$2

# Everything but dpkg's own records and the journal of what was installed.
files() {
	(cd "$root" && find . -xdev \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./tmp -o -path ./var/lib/dpkg \
		-o -path ./var/lib/apt -o -path ./var/cache -o -path ./var/log \) -prune -o -print | sort)
}

# inside COMMAND…: in ROOT, in namespaces of its own.
# shellcheck disable=SC2016 # expanded inside
inside() {
	unshare -mn --propagation private sh -euc '
		mount -t proc proc "$1/proc"
		mount -t sysfs sysfs "$1/sys"
		root=$1
		shift
		exec env DEBIAN_FRONTEND=noninteractive LC_ALL=C chroot "$root" "$@"' sh "$root" "$@"
}

files >"$root/tmp/before"
cp "$package" "$root/tmp/iproute-policy.deb"
cp "$top/debian/tests/demo" "$root/tmp/demo"
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends /tmp/iproute-policy.deb
inside ip -V
inside iproute -V
inside sh /tmp/demo
inside man -w iproute
inside dpkg -V iproute-policy
chroot "$root" env DEBIAN_FRONTEND=noninteractive apt-get purge -y -q --auto-remove iproute-policy
files >"$root/tmp/after"
diff "$root/tmp/before" "$root/tmp/after"
echo "nothing is left of $package in $root"
