#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# packaging/openwrt/Makefile without OpenWrt: with stand-ins for its rules.mk and package.mk it is read, and its recipe
# for the package is run on what `make install` installs. $top_builddir is where that was built.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
make -s -C "${top_builddir:?}" install DESTDIR="$work/installed" prefix=/usr sysconfdir=/etc >"$work/log" 2>&1 || {
	cat "$work/log"
	exit 1
}
echo 'BUILD_DIR := build' >"$work/rules.mk"
cat >"$work/package.mk" <<'END'
define BuildPackage
all:
	$(call Package/$(1)/install,$(ROOT))
	test -n "$(PKG_SOURCE)" -a -n "$(PKG_LICENSE)" -a -n "$(filter-out  ,$(Package/$(1)/conffiles))"
endef
END
make -s -f packaging/openwrt/Makefile TOPDIR="$work" INCLUDE_DIR="$work" ROOT="$work/package" \
	PKG_INSTALL_DIR="$work/installed" INSTALL_DIR="install -d" INSTALL_BIN="install -m 755" \
	INSTALL_CONF="install -m 600" INSTALL_DATA="install -m 644"
[ -x "$work/package/usr/bin/iproute" ] && [ -s "$work/package/etc/iproute/policy" ]
