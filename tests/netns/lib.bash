# SPDX-License-Identifier: GPL-2.0-or-later
# Shared by the tests in network namespaces. Every file starts with `load lib`, and runs in its own namespaces
# (see run.sh).
# shellcheck shell=bash

PATH=${top_builddir:?}/src:$PATH:/usr/sbin:/sbin

# fresh: a new network namespace HOST for the test, with lo up. `on HOST command…` runs there.
fresh() {
	local name
	for name; do
		ip netns del "$name" 2>/dev/null || true
		ip netns add "$name"
		ip -n "$name" link set lo up
	done
}

on() {
	ip netns exec "$@"
}

# wire A ADDR/LEN B ADDR/LEN [NAME-IN-A [NAME-IN-B]]: a link between two namespaces, up, with addresses.
wire() {
	local a=$1 a_address=$2 b=$3 b_address=$4 a_name=${5:-$3} b_name=${6:-$1}
	ip -n "$a" link add name "$a_name" type veth peer name "$b_name" netns "$b"
	ip -n "$a" addr add "$a_address" dev "$a_name"
	ip -n "$b" addr add "$b_address" dev "$b_name"
	ip -n "$a" link set dev "$a_name" up
	ip -n "$b" link set dev "$b_name" up
}

# A busy machine needs longer than an idle one, a guest without KVM much longer.
patience=8
[ -z "${IN_VM:-}" ] || patience=20

# until_true SECONDS COMMAND…: waits until the command succeeds; SECONDS are those of a machine that has time for it. What
# has to come to pass is waited for in this way, and never given a time: on a busy machine it needs any.
until_true() {
	local end=$((SECONDS + $1 * patience))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || { echo "not in time: $*"; return 1; }
		sleep 0.05
	done
}

# ready HOST COMMAND…: starts it there in the background, as $!, and waits until it says `ready`.
ready() {
	local said
	said=$(mktemp)
	ip netns exec "$@" >"$said" 3>&- &
	until_true 20 grep -q ready "$said"
	rm "$said"
}

# asleep PID: it is one of our program, and waits for something.
asleep() {
	[ "$(cat "/proc/$1/comm")" = iproute ] && grep -q '^State:.*S' "/proc/$1/status"
}

# all_up HOST: no route of its is down.
all_up() {
	fails grep linkdown <<<"$(on "$1" ip route show table all && on "$1" ip -6 route show table all)"
}

# settled HOST: waits until its links are up, which the kernel notices with a delay.
settled() {
	until_true 20 all_up "$1" || { echo "the links of $1 do not come up"; return 1; }
}

# lone HOST: a namespace with eth0 (192.0.2.1/24, 2001:db8:1::1/64) and eth1 (198.51.100.1/24).
lone() {
	fresh "$1"
	# No addresses that the kernel adds later: the tests compare the whole state.
	on "$1" sysctl -qw net.ipv6.conf.default.addr_gen_mode=1
	ip -n "$1" link add name eth0 type veth peer name eth0p
	ip -n "$1" link add name eth1 type veth peer name eth1p
	# No IPv6 at the far ends: their routes would come before or after those of the near ends.
	on "$1" sysctl -qw net.ipv6.conf.eth0p.disable_ipv6=1 net.ipv6.conf.eth1p.disable_ipv6=1
	ip -n "$1" addr add 192.0.2.1/24 dev eth0
	ip -n "$1" addr add 2001:db8:1::1/64 dev eth0 nodad
	ip -n "$1" addr add 198.51.100.1/24 dev eth1
	local link
	for link in eth0 eth0p eth1 eth1p; do
		ip -n "$1" link set dev "$link" up
	done
	settled "$1"
}

# received HOST [6]: number of ICMP echo requests that the host has received, IPv4 or IPv6.
# shellcheck disable=SC2016 # these are words of awk
received() {
	if [ -n "${2:-}" ]; then
		on "$1" awk '$1 == "Icmp6InEchos" { print $2 }' /proc/net/snmp6
		return
	fi
	on "$1" awk '/^IcmpMsg:/ { if (!n++) { for (i = 2; i <= NF; i++) if ($i == "InType8") c = i }
		else seen = $c } END { print seen + 0 }' /proc/net/snmp
}

# status N command…: the command ends with this status; its output (stdout and stderr) is in $output.
status() {
	local wanted=$1 got=0
	shift
	output=$("$@" 2>&1) || got=$?
	[ "$got" = "$wanted" ] || {
		echo "status $got instead of $wanted: $*"
		echo "$output"
		return 1
	}
}

# fails COMMAND…: the command ends with another status than 0, but was found and not killed. (`! COMMAND` can't fail a test
# unless it is the last line: errexit ignores it. tests/lint/includes.sh refuses that form.)
fails() {
	local got=0 said
	said=$("$@" 2>&1) || got=$?
	case $got in
	0 | 12[4-9] | 1[3-9][0-9])
		echo "status $got, but should fail: $*"
		echo "$said"
		return 1
		;;
	esac
}

# lacks TEXT: $output doesn't contain it.
lacks() {
	[[ $output != *"$1"* ]] || { echo "'$1' in: $output"; return 1; }
}

# marked WORD: the mark in $output stands exactly under WORD ("" for the end of the line).
marked() {
	local word=$1 line mark
	mark=$(grep -nE '^ +\^+$' <<<"$output" | head -n1)
	[ -n "$mark" ] || { echo "no mark in: $output"; return 1; }
	line=$(sed -n "$((${mark%%:*} - 1))p" <<<"$output")
	mark=${mark#*:}
	local blanks=${mark%%^*}
	local carets=${mark#"$blanks"}
	local under=${line:${#blanks}:${#carets}}
	[ "$under" = "$word" ] || { echo "the mark is under '$under', not '$word':"; echo "$output"; return 1; }
}

# Succeeds if this namespace maps every user; that of an ordinary user maps only one.
every_user() {
	grep -q ' 4294967295$' /proc/self/uid_map
}

# same WANTED: $output is exactly this.
same() {
	# A process substitution is a background process, too: $! of the caller is kept unless this fails.
	[ "$1" = "$output" ] || diff -u <(echo "$1") <(echo "$output")
}

# has TEXT: $output contains it.
has() {
	[[ $output == *"$1"* ]] || { echo "no '$1' in: $output"; return 1; }
}

# round_trip HOST: a save there, as text and as JSON, restores to the same in an empty namespace.
round_trip() {
	# shellcheck disable=SC2016 # expanded inside
	on "$1" bash -c '
		saved=$(mktemp -d) && cd "$saved" || exit
		for form in "" -j; do
			iproute $form save >before &&
				iproute flush all >flushed && iproute flushrules all >>flushed &&
				iproute restore before >first && iproute $form save >after &&
				iproute restore - <before >second || exit
			diff -u before after || exit
			[ "$(cat second)" = unchanged ] || { cat before second; exit 1; }
		done
		rm -r "$saved"'
}

# libnl_agrees HOST: libnl reads the same routes and rules there as we do.
libnl_agrees() {
	local family reader=$top_builddir/tests/peer/reader ours theirs
	for family in 4 6; do
		ours=$(on "$1" iproute -N -d -j "-$family" -l | jq -S -c -f "${top_srcdir:?}/tests/peer/reader.jq" | sort)
		theirs=$(on "$1" "$reader" routes "$family" | jq -S -c . | sort)
		diff -u <(echo "$ours") <(echo "$theirs") || return
		ours=$(on "$1" iproute -N -d -j "-$family" showrules | jq -S -c -f "${top_srcdir:?}/tests/peer/reader.jq")
		theirs=$(on "$1" "$reader" rules "$family" | jq -S -c .)
		diff -u <(echo "$ours") <(echo "$theirs") || return
	done
}

# After each test that passed: its state can be saved and restored. In files that set read_by_libnl, libnl must read the
# same.
teardown() {
	round_trips
	[ -z "${read_by_libnl:-}" ] || libnl_sees_the_same
}

libnl_sees_the_same() {
	local host
	[ -n "${BATS_TEST_COMPLETED:-}" ] && [ -x "$top_builddir/tests/peer/reader" ] &&
		command -v jq >/dev/null || return 0
	while read -r host _; do
		libnl_agrees "$host" || { echo "libnl reads something else in $host"; return 1; }
	done < <(ip netns list)
}

round_trips() {
	local host
	[ -n "${BATS_TEST_COMPLETED:-}" ] || return 0
	while read -r host _; do
		round_trip "$host" || { echo "saved and restored, $host is different"; return 1; }
	done < <(ip netns list)
}

# need NAME command…: skips the test with a reason if the kernel or the machine cannot do that.
need() {
	local what=$1
	shift
	"$@" >/dev/null 2>&1 || skip "$what is missing here"
}

# heavy: skips the test in a guest (make check-vm), where thousands of anything take minutes.
heavy() {
	[ -z "${IN_VM:-}" ] || skip "too many for a guest without KVM"
}
