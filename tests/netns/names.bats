#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Devices and classes whose names look like something else: they are quoted where the grammar needs it, come
# back as they are, and put no control character on a terminal.

load lib

# What a device may be called; the kernel refuses blanks, '/' and ':', and newer ones `all` and `default`.
# shellcheck disable=SC1003,SC2016 # as they stand
wished=('#x' '"a' 'a"b' "'a" "'\"" '\' 'a\' dev default '*' 'v0' '"v0"' "'v0'" '$x' "\$'" '[a]' '{' via class all main
	254 0x10 $'a\x01b' $'\x1b[1m' $'\x7f' $'\xff' $'gr\xc3\xbcn' $'\xc2\x9b1m' ',' '--' '=')

# Names in rt_tables that are hard to tell from something else.
tables() {
	local folder=$BATS_FILE_TMPDIR/iproute2
	mkdir -p "$folder"
	cat >"$folder/rt_tables" <<-'END'
		201 4g
		202 254
		203 "t
		204 t"u
		205 't
		206 \
		207 all
		208 dev
		209 0x10
		210 $'
		211 -h
		212 default
		213 main
	END
	printf '214 \x1b[1m\n215 \xff\n' >>"$folder/rt_tables"
}

setup() {
	fresh h
	on h sysctl -qw net.ipv6.conf.default.disable_ipv6=1
	tables
	# Of this file's own mount namespace.
	[ -d /etc/iproute2 ] || mkdir /etc/iproute2
	mount --bind "$BATS_FILE_TMPDIR/iproute2" /etc/iproute2
	local number=0 device
	devices=()
	for device in "${wished[@]}"; do
		ip -n h link add name "$device" type veth peer name "p$((number + 1))" 2>/dev/null || continue
		devices+=("$device")
		number=$((number + 1))
		[ "$device" != v0 ] || v0=$number
		ip -n h addr add "10.0.$number.1/24" dev "$device"
		ip -n h link set dev "p$number" up
		ip -n h link set dev "$device" up
	done
	settled h
	[ "$number" -ge $((${#wished[@]} - 2)) ]
}

# The names are those of the bind mount: the common teardown runs before this.
teardown() {
	round_trips
	umount /etc/iproute2
}

# harmless TEXT: no control character but the newline, and UTF-8.
harmless() {
	iconv -f UTF-8 -t UTF-8 <<<"$1" >/dev/null || { echo "no UTF-8: $1" | cat -v; return 1; }
	[[ ! $1 =~ [$'\x01'-$'\x09\x0b'-$'\x1f\x7f'] ]] || { echo "control characters: $1" | cat -v; return 1; }
}

@test "devices: added, shown, saved, restored, and read line by line" {
	local number=0 device before=$BATS_TEST_TMPDIR/before form shown=$BATS_TEST_TMPDIR/shown
	for device in "${devices[@]}"; do
		number=$((number + 1))
		on h iproute add "10.1.$number.0/24" gw "10.0.$number.2" dev "$device"
		# The kernel has that very device, and no other.
		[ "$(ip -n h -j route show "10.1.$number.0/24" dev "$device" | grep -c "10.1.$number.0/24")" = 1 ]
		# Alone, and as a line.
		output=$(on h iproute show "10.1.$number.0/24")
		harmless "$output"
		on h iproute batch - <<<"del $output"
		on h iproute batch - <<<"add $output"
		[ "$(on h iproute show "10.1.$number.0/24")" = "$output" ]
		[ "$(on h iproute show dev "$device" root 10.1.0.0/16 | wc -l)" = 1 ]
	done
	on h iproute show root 10.1.0.0/16 >"$shown"
	[ "$(wc -l <"$shown")" = "${#devices[@]}" ]
	for form in "" -j; do
		# shellcheck disable=SC2086 # an option or none
		on h iproute $form save >"$before"
		harmless "$(cat "$before")"
		[ -z "$form" ] || jq . "$before" >/dev/null
		on h iproute flush root 10.1.0.0/16
		status 0 on h iproute restore "$before"
		on h iproute show root 10.1.0.0/16 | sort | diff -u <(sort "$shown") -
		# shellcheck disable=SC2086 # an option or none
		on h iproute $form save | cmp - "$before"
	done
	harmless "$(on h iproute)"
	harmless "$(on h iproute -l)"
	on h iproute -j show | jq . >/dev/null
	on h iproute -j route | jq . >/dev/null
}

@test "\"v0\" and v0 are two devices" {
	on h iproute batch - <<-END
		add 10.9.1.0/24 gw 10.0.$((v0 + 1)).2 dev '"v0"'
		add 10.9.2.0/24 gw 10.0.$v0.2 dev v0
		add 10.9.3.0/24 gw 10.0.$((v0 + 2)).2 dev "'v0'"
		add 10.9.4.0/24 gw 10.0.$v0.2 dev "v0"
	END
	ip -n h route show 10.9.1.0/24 | grep -qF 'dev "v0"'
	ip -n h route show 10.9.2.0/24 | grep -qF 'dev v0 '
	ip -n h route show 10.9.3.0/24 | grep -qF "dev 'v0'"
	ip -n h route show 10.9.4.0/24 | grep -qF 'dev v0 '
}

@test "rules by device" {
	local number=0 device before=$BATS_TEST_TMPDIR/before form
	for device in "${devices[@]}"; do
		number=$((number + 1))
		on h iproute addrule pref $((1000 + number)) iif "$device" class 250
		output=$(on h iproute showrules pref $((1000 + number)))
		harmless "$output"
		on h iproute batch - <<<"delrule $output"
		on h iproute batch - <<<"addrule $output"
		[ "$(on h iproute showrules pref $((1000 + number)))" = "$output" ]
		[ "$(on h iproute showrules iif "$device" | wc -l)" = 1 ]
	done
	for form in "" -j; do
		# shellcheck disable=SC2086 # an option or none
		on h iproute $form save >"$before"
		harmless "$(cat "$before")"
		on h iproute flushrules class 250
		status 0 on h iproute restore "$before"
		# shellcheck disable=SC2086 # an option or none
		on h iproute $form save | cmp - "$before"
	done
	harmless "$(on h iproute -r)"
	on h iproute -j -r | jq . >/dev/null
}

@test "classes" {
	local class before=$BATS_TEST_TMPDIR/before form
	for class in {201..215}; do
		on h iproute add "10.2.$class.0/24" gw 10.0.1.2 class "$class"
		output=$(on h iproute show class "$class")
		harmless "$output"
		ip -n h -N route show table "$class" | grep -q "10.2.$class.0/24"
		on h iproute batch - <<<"del $output"
		on h iproute batch - <<<"add $output"
		ip -n h -N route show table "$class" | grep -q "10.2.$class.0/24"
		on h iproute addrule pref "$class" from "10.2.$class.0/24" class "$class"
	done
	on h iproute add 10.2.1.0/24 gw 10.0.1.2 class 4g
	ip -n h -N route show table 201 | grep -q 10.2.1.0/24
	on h iproute show class 201 | grep -q "class 4g"
	for form in "" -j; do
		# shellcheck disable=SC2086 # an option or none
		on h iproute $form save >"$before"
		harmless "$(cat "$before")"
		ip -n h -N rule >"$BATS_TEST_TMPDIR/rules"
		on h iproute flush all
		on h iproute flushrules all
		status 0 on h iproute restore "$before"
		ip -n h -N rule | diff -u "$BATS_TEST_TMPDIR/rules" -
		# shellcheck disable=SC2086 # an option or none
		on h iproute $form save | cmp - "$before"
	done
	harmless "$(on h iproute classes)"
	# A scope of such a name is one, too.
	on h iproute save class '"t' >"$before"
	status 0 on h iproute restore "$before"
	same unchanged
}

# dot_is_sound TEXT: its strings end, and what is outside of them is the grammar's.
dot_is_sound() {
	local rest
	harmless "${1//$'\t'/ }"
	# shellcheck disable=SC2001 # a group
	rest=$(sed -E 's/"([^"\\]|\\.)*"/S/g' <<<"$1")
	lacks_in "$rest" '"'
	[ "$(grep -cvE '^(digraph policy \{|\}|[[:space:]][][ a-zA-Z0-9_=;{}>-]+)$' <<<"$rest")" = 0 ] ||
		{ echo "not DOT: $rest"; return 1; }
}

# lacks_in TEXT PART
lacks_in() {
	[[ $1 != *"$2"* ]] || { echo "there is $2 in: $1"; return 1; }
}

@test "graph and the metrics of status" {
	local number=0 device class
	for device in "${devices[@]}"; do
		number=$((number + 1))
		on h iproute addrule pref $((1000 + number)) iif "$device" class $((200 + number % 16))
		on h iproute add "10.1.$number.0/24" gw "10.0.$number.2" dev "$device" class $((200 + number % 16))
	done
	dot_is_sound "$(on h iproute graph)"
	dot_is_sound "$(on h iproute graph 10.1.3.4 from 10.9.9.9 iif "${devices[2]}")"
	printf '%s\n' '100 "q' '101 a\b' $'102 \x1b[1m' $'103 \xff' >"$BATS_FILE_TMPDIR/iproute2/rt_protos"
	for class in 100 101 102 103; do
		ip -n h -N route add "10.8.$class.0/24" via 10.0.1.2 proto "$class"
	done
	printf '# nothing\n' >"$BATS_TEST_TMPDIR/policy"
	output=$(on h iproute -metrics status "$BATS_TEST_TMPDIR/policy") || [ $? = 1 ]
	harmless "$output"
	has 'iproute_routes{owner="\"q"} 1'
	has 'iproute_routes{owner="a\\b"} 1'
	has 'iproute_routes{owner="\\x1b[1m"} 1'
	has 'iproute_routes{owner="\\xff"} 1'
	on h iproute flush root 10.8.0.0/16
}

@test "names of realms that cannot be read back give way to numbers" {
	local long before=$BATS_TEST_TMPDIR/before form
	printf -v long '%080d' 7
	printf '%s\n' '10 r/s' '11 /' "12 r$long" '13 plain' '14 "r' >"$BATS_FILE_TMPDIR/iproute2/rt_realms"
	for form in 10 11 12 13 14; do
		ip -n h -N route add "10.4.$form.0/24" via 10.0.1.2 realm "$form"
		on h iproute add "10.5.$form.0/24" gw 10.0.1.2 realms "$form/$form"
		on h iproute addrule pref "20$form" from "10.5.$form.0/24" class 250 realms "$form/$form"
	done
	output=$(on h iproute show 10.5.13.0/24)
	has "realms plain/plain"
	output=$(on h iproute show 10.5.10.0/24)
	has "realms 10/10"
	for form in "" -j; do
		# shellcheck disable=SC2086 # an option or none
		on h iproute $form save >"$before"
		on h iproute flush root 10.4.0.0/15
		on h iproute flushrules class 250
		status 0 on h iproute restore "$before"
		# shellcheck disable=SC2086 # an option or none
		on h iproute $form save | cmp - "$before"
	done
	rm "$BATS_FILE_TMPDIR/iproute2/rt_realms"
}

@test "errors and terminals get no control characters" {
	local words
	for words in $'\x1b[31mred' $'a\x07b' $'\xff\xfe' $'\xc2\x9b31m' $'a\x7fb' $'\r\x1b[2J'; do
		for form in "show dev" "add 10.3.0.0/24 class" "addrule from" "" "-" "batch" "save" "help" "route show dev" "-n"; do
			# shellcheck disable=SC2086 # words
			output=$(on h iproute $form "$words" 2>&1) || true
			harmless "$output"
		done
		printf 'add 10.3.0.0/24 gw 10.0.1.2 dev %s\n' "$words" >"$BATS_TEST_TMPDIR/lines"
		output=$(on h iproute batch "$BATS_TEST_TMPDIR/lines" 2>&1) || true
		harmless "$output"
	done
	need script script -V
	# ip's form is ip's, but not on a terminal.
	output=$(on h script -qec "iproute route show" /dev/null | tr -d '\r')
	harmless "$output"
	[[ $output == *'a\x01b'* ]]
	[[ $(on h iproute route show) == *$'a\x01b'* ]]
	output=$(on h script -qec "iproute -color=never show" /dev/null | tr -d '\r')
	harmless "$output"
}

@test "a name in a rule that no device can have is read as it is listed" {
	# A rule as another program may make it: iif with the bytes given in hexadecimal.
	command -v python3 >/dev/null || skip 'needs python3'
	lone n
	on n python3 - <<-'SEND'
		import socket, struct
		for name in (b"a b", b"a/b", b"..", b"x'y"):
		    s = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 0)
		    value = name + b"\0"
		    attr = struct.pack("HH", 4 + len(value), 3) + value + b"\0" * (-len(value) % 4)
		    body = struct.pack("BBBBBBBBI", 2, 0, 0, 0, 7, 0, 0, 1, 0) + attr
		    s.send(struct.pack("IHHII", 16 + len(body), 32, 0x405, 1, 0) + body)
		    assert struct.unpack("i", s.recv(4096)[16:20])[0] == 0
	SEND
	status 0 on n iproute showrules class 7
	has "dev 'a b' [detached] class 7"
	on n iproute save rules >"$BATS_TEST_TMPDIR/saved"
	status 0 on n iproute restore "$BATS_TEST_TMPDIR/saved"
	same unchanged
	status 0 on n iproute delrule dev 'a b'
	status 0 on n iproute delrule dev a/b
	status 0 on n iproute showrules dev ..
	status 0 on n iproute restore "$BATS_TEST_TMPDIR/saved"
	same '2 added, 0 changed, 0 removed'
	status 0 on n iproute save rules
	same "$(cat "$BATS_TEST_TMPDIR/saved")"
	status 255 on n iproute addrule dev 'a b' class 8
}
