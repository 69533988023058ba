#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# The packages have the version of configure.ac, and the newest entry of NEWS is about it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

version=$(sed -n 's/^AC_INIT(\[iproute\], \[\(.*\)\])$/\1/p' configure.ac)
bad=0
# expect FILE EXPRESSION: what sed finds first there is the version.
expect() {
	local found
	found=$(sed -n "$2" "$1" | head -n1)
	[ "$found" = "$version" ] || {
		echo "$1: version '$found', but configure.ac says $version   [versions]"
		bad=1
	}
}
expect debian/changelog 's/^iproute-policy (\(.*\)-[0-9]*) .*/\1/p'
expect packaging/iproute-policy.spec 's/^Version: *//p'
expect packaging/APKBUILD 's/^pkgver=//p'
expect packaging/openwrt/Makefile 's/^PKG_VERSION:=//p'
expect NEWS 's/^iproute \([0-9.]*\).*/\1/p'
exit $bad
