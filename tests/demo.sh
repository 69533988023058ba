#!/usr/bin/env bash
# Installs what is missing, builds, and plays the document's setup in a private network namespace. Nothing
# outside of it is touched.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

prepare() {
	# shellcheck source=tests/packages.sh
	. "$top/tests/packages.sh"
	packages_install "${build_packages[@]}" iproute2
	work=$(mktemp -d)
	trap 'rm -rf "$work"' EXIT
	echo "building in $work ..."
	(
		cd "$top"
		[ -x configure ] || autoreconf -fi
		cd "$work"
		"$top/configure" --quiet
		make --no-print-directory -s -j"$(nproc)"
	) >"$work/log" 2>&1 || {
		cat "$work/log"
		exit 1
	}
	local who=-rn
	[ "$(id -u)" != 0 ] || who=-n
	PATH=$work/src:$PATH:/usr/sbin:/sbin unshare "$who" "$0" inside
}

# say TEXT…: what comes now.
say() {
	printf '\n# %s\n' "$*"
}

# run command…: shows it, then what it prints.
run() {
	printf '$ %s\n' "$*"
	"$@" 2>&1
}

# `iproute -r` must print the document's block, to the byte.
compare() {
	iproute -r | diff - <(
		cat <<-'END'
			Kernel routing policy rules
			Pref Source             Destination        TOS Iface   Cl
			   0 default            default            00  *       255
			 254 default            default            00  *       254
			 255 default            default            00  *       253
		END
	) && echo "(the document's block, byte for byte)"
}

play() {
	ip link set lo up
	ip link add name eth0 type veth peer name eth0p
	ip link add name eth1 type veth peer name eth1p
	local link
	for link in eth0 eth0p eth1 eth1p; do
		ip link set dev "$link" up
	done
	ip addr add 192.0.2.1/24 dev eth0
	ip addr add 198.51.100.1/24 dev eth1

	say "The document's default setup: rules 0, 254 and 255."
	run iproute addrule pref 254 class 254 proto kernel
	run iproute addrule pref 255 class 253 proto kernel
	run iproute delrule pref 32766
	run iproute delrule pref 32767
	run iproute -r
	compare

	say "Application 1: routes in class 254, main."
	run iproute add 10.0.0.0/8 gw 192.0.2.2
	run iproute add 10.4.0.0/16 tos 10 gw 192.0.2.3 metric 5
	run iproute add 10.5.0.0/16 reject

	say "Application 2: a rule with a gateway of its own."
	run iproute addrule from 10.9.0.0/16 dev eth1 route gw 192.0.2.4 dev eth0

	say "Application 3: OSPF classes."
	run iproute addrule class 253
	run iproute addrule class 252
	run iproute addrule class 251
	run iproute addrule to 10.1.0.0/16 class 250
	run iproute addrule to 10.2.0.0/16 class 250
	run iproute addrule to 10.3.0.0/16 class 249
	run iproute add default reject class 250
	run iproute add default reject class 249
	run iproute add 10.1.1.0/24 gw 198.51.100.2 class 250
	run iproute add 10.3.1.0/24 gw 198.51.100.3 class 249
	run iproute add 203.0.113.0/24 gw 192.0.2.5 class 253

	say "What is there now."
	run iproute -r
	run iproute

	say "A mistake: what is wrong, where, and what would be right. Nothing has changed."
	run iproute add 10.7.0.0/16 gv 192.0.2.2 || true
	run iproute add 10.7.0.0/16 gw 10.77.0.1 || true
}

case ${1:-} in
inside) play ;;
*) prepare ;;
esac
