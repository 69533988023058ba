#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# packaging/build-deb.sh TARBALL DIRECTORY: builds Debian's source and binary packages in DIRECTORY from a tarball of
# `make dist` and the debian/ beside this file; arguments behind these are for dpkg-buildpackage.
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
tarball=$1 directory=$2
shift 2
version=$(dpkg-parsechangelog -l "$top/debian/changelog" -S Version)
cp "$tarball" "$directory/iproute-policy_${version%-*}.orig.tar.xz"
cd "$directory"
rm -rf iproute-policy
mkdir iproute-policy
tar -xf "iproute-policy_${version%-*}.orig.tar.xz" -C iproute-policy --strip-components=1
cp -a "$top/debian" iproute-policy/
cd iproute-policy
exec dpkg-buildpackage -us -uc "$@"
