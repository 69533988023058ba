#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# packaging/static.sh SOURCE LIBMNL [LIBNFTNL]: builds a static iproute, for containers and rescue systems, in the
# folder static/, from unpacked sources: a tarball of `make dist`, and the two libraries. Without libnftnl it has no
# masq, nat, log and valve. With musl (Debian: musl-tools) if that is there, else with the C library of $CC.
set -euo pipefail

source=$(realpath "$1") libmnl=$(realpath "$2") libnftnl=${3:+$(realpath "$3")}
rm -rf static
mkdir -p static/root/include static/build
cd static
root=$PWD/root
export PKG_CONFIG_LIBDIR=$root/lib/pkgconfig
flags="-Os -ffunction-sections -fdata-sections"

if command -v musl-gcc >/dev/null; then
	export CC=musl-gcc
	# musl brings no kernel headers.
	ln -s /usr/include/linux /usr/include/asm-generic "$root/include/"
	ln -s "/usr/include/$(gcc -print-multiarch)/asm" "$root/include/asm"
	flags+=" -idirafter $root/include"
fi

# build SOURCE CONFIGURE-OPTION…: in a copy, so that the source stays as it is.
build() {
	local name
	name=$(basename "$1")
	cp -a "$1" "build/$name"
	(
		cd "build/$name"
		shift
		[ -x configure ] || autoreconf -fi >/dev/null 2>&1
		./configure --quiet CFLAGS="$flags" LDFLAGS="-static -Wl,--gc-sections" "$@"
		make -s -j"$(nproc)"
	)
}

build "$libmnl" --prefix="$root" --disable-shared --enable-static
make -s -C "build/$(basename "$libmnl")" install >/dev/null
options=(--disable-nat) nat=without
if [ -n "$libnftnl" ]; then
	build "$libnftnl" --prefix="$root" --disable-shared --enable-static
	make -s -C "build/$(basename "$libnftnl")" install >/dev/null
	nat=with
	options=(CPPFLAGS="-I$root/include" LDFLAGS="-static -Wl,--gc-sections -L$root/lib")
fi
build "$source" "${options[@]}"
cp "build/$(basename "$source")/src/iproute" iproute
strip iproute
rm -rf build root
echo "static/iproute: $(stat -c %s iproute) bytes, ${CC:-cc}, $nat NAT"
