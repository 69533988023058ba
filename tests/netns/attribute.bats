#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What CONTRIBUTING.md says of a new attribute, tried: its patch is taken out of a copy of the source, which then has
# no trace of the attribute and still builds, and put back in.

load lib

# A tree that was built where it is lends its objects; of another one the copy is built anew.
setup_file() {
	command -v patch make >/dev/null || return 0
	export copy=$BATS_FILE_TMPDIR/copy
	mkdir "$copy"
	if [ -f "${top_srcdir:?}/src/libiproute.a" ]; then
		(cd "$top_srcdir" && cp -a aclocal.m4 build-aux config.h* config.status configure* Makefile* man src CONTRIBUTING.md "$copy")
	else
		(cd "$top_srcdir" && cp -a aclocal.m4 build-aux config.h.in configure* Makefile.* man src CONTRIBUTING.md "$copy")
		(cd "$copy" && ./configure --quiet CFLAGS=-O0)
	fi >&2
	rm -rf "$copy/src/iproute"
	sed -n '/^    --- a\/src/,/^$/s/^    //p' "$top_srcdir/CONTRIBUTING.md" >"$copy/attribute.patch"
}

setup() {
	[ -n "${copy:-}" ] || skip "no patch or no make"
	lone r
}

# Objects that nothing changed are taken over; the rest is built quickly.
build() {
	make -s -j2 -C "$copy" CFLAGS=-O0 src/iproute >"$BATS_TEST_TMPDIR/log" 2>&1 || {
		tail -n 20 "$BATS_TEST_TMPDIR/log"
		return 1
	}
}

@test "the patch says all places, and they are three" {
	[ "$(grep -c '^+++ ' "$copy/attribute.patch")" = 3 ]
	(cd "$copy" && patch -s --no-backup-if-mismatch -R -p1 <attribute.patch)
	fails grep -rn --include='*.[ch]' fastopen_no_cookie "$copy/src"
}

@test "without it the program builds, and loses nothing" {
	build
	status 255 on r "$copy/src/iproute" add 10.0.0.0/8 dev eth0 fastopen_no_cookie 1
	has '"fastopen_no_cookie" is not a word of a route'
	status 255 on r "$copy/src/iproute" route add 10.0.0.0/8 dev eth0 fastopen_no_cookie 1
	on r iproute add 10.0.0.0/8 dev eth0 fastopen_no_cookie 1
	status 0 on r "$copy/src/iproute" show 10.0.0.0/8
	same '10.0.0.0/8 dev eth0 class main metric-attr 17=0x01000000'
	status 0 on r "$copy/src/iproute" add 10.2.0.0/16 dev eth0 metric-attr 17=0x01000000
	status 0 on r iproute show 10.2.0.0/16
	same '10.2.0.0/16 dev eth0 class main fastopen_no_cookie 1'
}

@test "with it the word comes back from the kernel, in both dialects" {
	(cd "$copy" && patch -s --no-backup-if-mismatch -p1 <attribute.patch)
	diff -r --exclude='*.[ao]' --exclude=iproute --exclude='.*' "$top_srcdir/src" "$copy/src"
	build
	status 0 on r "$copy/src/iproute" add 10.0.0.0/8 dev eth0 fastopen_no_cookie 1
	status 0 on r "$copy/src/iproute" show 10.0.0.0/8
	same '10.0.0.0/8 dev eth0 class main fastopen_no_cookie 1'
	status 0 on r "$copy/src/iproute" route add 10.2.0.0/16 dev eth0 fastopen_no_cookie 1
	status 0 on r "$copy/src/iproute" route show 10.2.0.0/16
	same "$(on r ip route show 10.2.0.0/16)"
	has 'fastopen_no_cookie 1'
}
