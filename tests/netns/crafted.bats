#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Input that is damaged or meant to harm, messages larger than usual, too few descriptors: errors, never a
# signal, a loop, or silence.

load lib

setup() {
	lone h
}

# bytes HEX…: the bytes that pairs of hexadecimal digits stand for.
bytes() {
	local all=$*
	all=${all// /}
	# shellcheck disable=SC2001 # a group
	# shellcheck disable=SC2059 # the escapes are its format
	printf "$(sed 's/../\\x&/g' <<<"$all")"
}

# number N: 32 bits, in the order of this machine.
number() {
	local hex
	printf -v hex %08x "$1"
	if [ "$(printf '\1\0' | od -An -td2 | tr -d ' ')" = 1 ]; then
		hex=${hex:6:2}${hex:4:2}${hex:2:2}${hex:0:2}
	fi
	bytes "$hex"
}

# survives COMMAND… <FILE: it ends by itself, soon, with one of its own statuses.
survives() {
	local got=0
	output=$(on h timeout 60 "$@" 2>&1) || got=$?
	case $got in
	0 | 1 | 2 | 255) ;;
	*) echo "status $got: $*: $output"; return 1 ;;
	esac
}

@test "files of ip with lengths that cannot be" {
	local length file=$BATS_TEST_TMPDIR/file
	for length in 0 1 15 16 17 27 0x7fffffff 0x80000000 0x90000000 0xfffffff0 0xfffffffc 0xffffffff; do
		{ number 0x45311224; number "$length"; number 0x18; number 0; number 0; } >"$file"
		status 2 on h timeout 60 iproute route showdump <"$file"
		same "rtnl-from_file: truncated message"
		status 2 on h timeout 60 iproute route restore <"$file"
		same "rtnl-from_file: truncated message"
		{ number 0x71706986; number "$length"; number 0x20; number 0; number 0; } >"$file"
		status 2 on h timeout 60 iproute rule restore <"$file"
		same "rtnl-from_file: truncated message"
	done
	# A whole message, and a piece behind it.
	on h ip route save >"$file"
	for length in 1 4 15; do
		{ cat "$file"; head -c "$length" /dev/zero; } >"$file.more"
		status 2 on h timeout 60 iproute route showdump <"$file.more"
		same "rtnl-from_file: truncated message"
	done
	# A message as short as it may be says nothing.
	{ number 0x45311224; number 28; number 0x18; number 0; number 0; number 0; number 0; number 0; } >"$file"
	survives iproute route showdump <"$file"
}

@test "files of ip with any byte changed" {
	local object at size file=$BATS_TEST_TMPDIR/file value
	on h iproute batch - <<-'END'
		add 10.8.0.0/24 nexthop gw 192.0.2.2 nexthop gw 192.0.2.3 class 250
		add 10.9.0.0/24 gw 192.0.2.2 mtu lock 1400 class 250
		addrule pref 300 from 10.1.0.0/16 iif eth0 class 250
	END
	for object in route rule; do
		on h ip "$object" save >"$file"
		size=$(stat -c %s "$file")
		[ "$size" -gt 60 ]
		for ((at = 4; at < size; at += 3)); do
			for value in 00 ff; do
				cp "$file" "$file.bad"
				bytes "$value" | dd of="$file.bad" bs=1 seek="$at" conv=notrunc status=none
				if [ "$object" = route ]; then
					survives iproute route showdump <"$file.bad"
					survives iproute -j -d route showdump <"$file.bad"
				else
					survives iproute rule restore <"$file.bad"
				fi
			done
		done
	done
}

@test "files of other systems: CR LF, a byte order mark" {
	on h iproute batch - <<-'END'
		add 10.8.0.0/24 gw 192.0.2.2 class 250
		addrule pref 300 from 10.1.0.0/16 class 250
	END
	local form file=$BATS_TEST_TMPDIR/file
	for form in "" -j; do
		# shellcheck disable=SC2086 # an option or none
		on h iproute $form save >"$file"
		sed 's/$/\r/' "$file" >"$file.crlf"
		{ bytes efbbbf; cat "$file"; } >"$file.mark"
		{ bytes efbbbf; cat "$file.crlf"; } >"$file.both"
		for file in "$file.crlf" "$file.mark" "$file.both"; do
			status 0 on h iproute restore "$file"
			same unchanged
			status 0 on h iproute restore - < <(cat "$file")
			same unchanged
		done
		file=$BATS_TEST_TMPDIR/file
	done
	printf '\xef\xbb\xbfadd 10.7.0.0/24 \\\r\n  gw 192.0.2.2 \\\r\n  class 250\r\n# the end\r\n' >"$file"
	on h iproute batch "$file"
	ip -n h route show table 250 | grep -q '^10.7.0.0/24'
	# The line at fault is read again, and has its number.
	printf '\xef\xbb\xbfadd 10.6.0.0/24 gw 192.0.2.2\r\nadd 10.5.0.0/24 gw 203.0.113.1\r\n' >"$file"
	status 2 on h iproute batch "$file"
	has "$file:2: "
	marked 203.0.113.1
	[ -z "$(ip -n h route show 10.6.0.0/24)" ]
}

@test "JSON with something behind it" {
	local rest file=$BATS_TEST_TMPDIR/file
	on h iproute -j save >"$file"
	for rest in garbage ']' '[]' ',' '{}'; do
		{ cat "$file"; echo "$rest"; } >"$file.more"
		status 255 on h timeout 60 iproute restore "$file.more"
		has "something follows the array"
		status 255 on h timeout 60 iproute batch "$file.more"
		has "something follows the array"
	done
	{ cat "$file"; printf '\0garbage'; } >"$file.more"
	status 255 on h timeout 60 iproute restore "$file.more"
	has ": there is a NUL byte in the file"
}

# hops FAMILY COUNT: so many nexthops.
hops() {
	local family=$1 count=$2
	if [ "$family" = 4 ]; then
		seq 1 "$count" | awk '{ printf " nexthop gw 10.64.%d.%d dev eth0", $1 / 250, $1 % 250 + 1 }'
	else
		seq 1 "$count" | awk '{ printf " nexthop gw fd00::%x dev eth0", $1 + 1 }'
	fi
}

@test "a route of many nexthops hides no other, and comes back" {
	ip -n h addr add 10.64.0.1/16 dev eth0
	ip -n h addr add fd00::1/64 dev eth0 nodad
	local count family before=$BATS_TEST_TMPDIR/before form
	for count in 204 205 300 1100; do
		for family in 4 6; do
			echo "add $([ $family = 4 ] && echo 0.0.0.0/1 || echo ::/1)$(hops $family $count)"
			echo "add $([ $family = 4 ] && echo 192.0.2.128/25 || echo fd01::/64) dev eth1"
		done >"$BATS_TEST_TMPDIR/lines"
		on h iproute batch "$BATS_TEST_TMPDIR/lines"
		# Each the first dump on its socket.
		on h iproute -4 show | grep -q "^192.0.2.128/25 dev eth1"
		[ "$(on h iproute -4 show 0.0.0.0/1 | grep -o nexthop | wc -l)" = "$count" ]
		[ "$(on h iproute -6 show ::/1 | grep -o nexthop | wc -l)" = "$count" ]
		on h iproute -6 show | grep -q "^fd01::/64 dev eth1"
		[ "$(on h iproute -4 route show | grep -c nexthop)" = "$count" ]
		for form in "" -j; do
			# shellcheck disable=SC2086 # an option or none
			on h iproute $form save >"$before"
			status 0 on h iproute restore "$before"
			same unchanged
			on h iproute batch - <<<"$(printf 'del 0.0.0.0/1\ndel ::/1\n')"
			status 0 on h iproute restore "$before"
			has "2 added"
			# shellcheck disable=SC2086 # an option or none
			on h iproute $form save | cmp - "$before"
		done
		on h iproute batch - <<<"$(printf 'del 0.0.0.0/1\ndel ::/1\ndel 192.0.2.128/25\ndel fd01::/64\n')"
	done
	# More than the kernel could list is refused.
	# shellcheck disable=SC2046 # words
	status 255 on h iproute add 0.0.0.0/1 $(hops 4 2000)
	has "nexthops do not fit into one message"
}

# limited N WORDS…: with descriptors 0 to N - 1 alone, and none of them in use but 0 to 2.
limited() {
	local limit=$1
	shift
	# shellcheck disable=SC2016 # expanded inside
	on h bash -c 'for open in {3..255}; do eval "exec $open>&-"; done
		exec timeout 60 prlimit --nofile="$@"' bash "$limit" iproute "$@"
}

@test "too few descriptors are an error, not silence" {
	on h iproute add 10.8.0.0/24 gw 192.0.2.2
	local limit
	for limit in 4 5; do
		status 2 limited "$limit" monitor
		has "cannot listen to the kernel: Too many open files"
	done
	# One for the conversation, none for names.
	status 2 limited 4 save
	has "Too many open files"
	status 2 limited 4 save "$BATS_TEST_TMPDIR/saved"
	[ ! -e "$BATS_TEST_TMPDIR/saved" ]
	status 2 limited 4 show
	has "Too many open files"
	status 2 limited 4 route show
	has "Too many open files"
	status 2 limited 4 add 10.7.0.0/24 dev eth0
	has "Too many open files"
	status 2 limited 4 route add 10.7.0.0/24 dev eth0
	has "devices: cannot open a netlink socket: Too many open files"
	[ -z "$(ip -n h route show 10.7.0.0/24)" ]
	# Names, but no files of names.
	status 2 limited 5 show
	has "cannot read /"
	# Enough.
	status 0 limited 8 show
}

@test "monitor with few descriptors ends when it is told to" {
	local limit wanted
	for limit in 6 7 8; do
		wanted=0
		# It listens, and has none left to ask for names.
		[ "$limit" != 6 ] || wanted=2
		# shellcheck disable=SC2016 # expanded inside
		status "$wanted" on h timeout 600 bash -c 'for open in {3..255}; do eval "exec $open>&-"; done
			prlimit --nofile="$1" iproute monitor &
			until ls -l /proc/$!/fd | grep -q signalfd; do
				kill -0 $! || break
				sleep 0.05
			done
			kill $!; wait $!' bash "$limit"
	done
}
