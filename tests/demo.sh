#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-or-later
# Installs what is missing, builds, and plays the document's setup in a network namespace of its own. The
# routes and rules of this machine are not touched.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

prepare() {
	# shellcheck source=tests/packages.sh
	. "$top/tests/packages.sh"
	packages_install "${build_packages[@]}" iproute2 util-linux
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	echo "Building in $work ..."
	# In a copy: the tree stays as it is.
	mkdir "$work/build"
	tar -C "$top" --exclude=./.git -cf - . | tar -C "$work/build" -xf -
	(
		cd "$work/build"
		[ ! -f Makefile ] || make -s distclean
		autoreconf -fi
		./configure --quiet
		make --no-print-directory -s -j"$(nproc)"
	) >"$work/log" 2>&1 || {
		cat "$work/log"
		exit 1
	}
	local who=-rmn
	[ "$(id -u)" != 0 ] || who=-mn
	PATH=$work/build/src:$PATH:/usr/sbin:/sbin unshare "$who" "$0" inside
}

bold='' plain=''
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	bold=$'\e[1m' plain=$'\e[0m'
fi

# say TEXT: what comes now.
say() {
	printf '\n%s# %s%s\n' "$bold" "$*" "$plain"
}

# run command…: shows it, then what it prints.
run() {
	printf '%s$ %s%s\n' "$bold" "$*" "$plain"
	"$@" 2>&1
}

# refused command…: the same for a mistake.
refused() {
	local status=0
	run "$@" || status=$?
	[ "$status" != 0 ] || {
		echo "this should have been refused"
		exit 1
	}
	echo "(exit status $status)"
}

devices() {
	local link
	ip link set dev lo up
	for link in eth0 eth1; do
		ip link add name "$link" type veth peer name "${link}p"
		ip link set dev "${link}p" up
		ip link set dev "$link" up
	done
	ip addr add 192.0.2.1/24 dev eth0
	ip addr add 198.51.100.1/24 dev eth1
}

# `iproute -r` prints the document's block, to the byte.
compare() {
	iproute -r | diff - <(
		cat <<-'END'
			Kernel routing policy rules
			Pref Source             Destination        TOS Iface   Cl
			   0 default            default            00  *       255
			 254 default            default            00  *       254
			 255 default            default            00  *       253
		END
	)
	echo "(the document's block, byte for byte)"
}

play() {
	devices

	say "A namespace with eth0 192.0.2.1/24 and eth1 198.51.100.1/24, as it starts:"
	run iproute
	run iproute -r

	say "The document's default setup: rules 0, 254 and 255 instead of the kernel's."
	run iproute addrule pref 254 class 254 proto kernel
	run iproute addrule pref 255 class 253 proto kernel
	run iproute delrule pref 32766
	run iproute delrule pref 32767
	run iproute -r
	compare

	say "Application 1: just routes. They go into class 254, main."
	run iproute add 10.0.0.0/8 gw 192.0.2.2
	run iproute add 10.4.0.0/16 tos 10 gw 192.0.2.3 metric 5
	run iproute add 10.5.0.0 mask 255.255.0.0 reject

	say "Application 2: a rule with a gateway of its own."
	run iproute addrule from 10.9.0.0/16 dev eth1 route gw 192.0.2.4 dev eth0

	say "Application 3: OSPF classes. The area classes end with a reject record."
	run iproute addrule class 253
	run iproute addrule class 252
	run iproute addrule class 251
	run iproute addrule to 10.1.0.0/16 class 250
	run iproute addrule to 10.2.0.0/16 class 250
	run iproute addrule to 10.3.0.0/16 class 249
	run iproute add default reject class 250
	run iproute add default reject class 249

	say "What a routing daemon would put there: two intra-area routes, an external one."
	run iproute add 10.1.1.0/24 gw 198.51.100.2 class 250
	run iproute add 10.3.1.0/24 gw 198.51.100.3 class 249
	run iproute add 203.0.113.0/24 gw 192.0.2.5 class 253

	say "What is there now. A rule added later is scanned earlier."
	run iproute -r
	run iproute
	run iproute classes

	say "In the words that made it:"
	run iproute -4 showrules
	run iproute show class 250

	say "Mistakes: what is wrong, where, what would be right. Nothing has changed."
	refused iproute add 10.7.0.0/16 gv 192.0.2.2
	refused iproute add 10.7.0.0/16 gw 10.77.0.1
	refused iproute addrule from 10.0.0.5/8 class 250
	refused iproute addrule to 10.3.0.0/16 class 249
}

case ${1:-} in
inside) play ;;
*) prepare ;;
esac
