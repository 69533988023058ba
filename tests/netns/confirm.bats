#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# -confirm: a change is undone by itself, unless it is confirmed in time.

# shellcheck disable=SC2016,SC2086,SC2164,SC2238 # words of iproute; words to split; setup fails if cd does
load lib
load held

setup() {
	lone r
	cd "$BATS_TEST_TMPDIR"
	on r iproute addrule from 10.77.0.0/16 pref 77 gw 192.0.2.77 masq
	on r iproute add 10.66.0.0/16 gw 192.0.2.9
	on r iproute addrule from 10.78.0.0/16 pref 78 class 5
	on r iproute save >before
	cat >lines <<-'EOF'
		delrule pref 77
		add 10.55.0.0/16 gw 192.0.2.4
		replace 10.66.0.0/16 gw 192.0.2.10
		addrule from 10.1.1.0/24 pref 9 gw 192.0.2.4 masq
		replacerule pref 78 from 10.78.0.0/16 prohibit
		addrule from 2001:db8:9::/48 pref 11 class 6
	EOF
}

unchanged() {
	on r iproute save | diff before -
}

# undone: what waits is undone within a time that is long enough for every machine.
undone() {
	until_true 20 fails compgen -G '/run/iproute/pending-*'
}

@test "a route that others resemble is undone alone" {
	on r iproute add default gw 192.0.2.2 class 252 metric 7 mtu 1400
	on r iproute -6 add default gw 2001:db8:1::2 class 252 metric 7
	on r iproute append default gw 192.0.2.3 class 252
	on r iproute save >before
	cat >more <<-'EOF'
		add default gw 192.0.2.2 class 252 tos 8
		append default gw 192.0.2.2 class 252 mtu 1300
		-6 add default gw 2001:db8:1::2 class 252
	EOF
	on r iproute -confirm 60 batch more
	on r iproute rollback
	unchanged
	# Nothing of it was made: nothing goes.
	on r iproute -confirm 60 batch more
	cp /run/iproute/pending-* waits
	on r iproute rollback
	unchanged
	head -n1 waits >"/run/iproute/pending-$(on r stat -Lc %i /proc/self/ns/net)"
	sed 1d waits >>"/run/iproute/pending-$(on r stat -Lc %i /proc/self/ns/net)"
	on r iproute rollback
	unchanged
}

# shown: what is listed of rules, and the routes of their private classes.
shown() {
	on r iproute showrules
	{ ip -n r -4 route show table all; ip -n r -6 route show table all; } | grep 'table 2147'
	on r nft list ruleset | grep 'comment "rule'
}

@test "a rule whose own route is gone is undone as it was, and found by its words again" {
	on r iproute addrule from 10.79.0.0/16 pref 79 gw 192.0.2.77 only
	on r iproute addrule from 2001:db8:79::/48 pref 80 gw 2001:db8:1::77 only
	on r iproute save >before
	ip -n r link set eth0 down
	shown >gone
	[ "$(grep -c 'own (gone' gone)" = 3 ]
	local words
	printf 'delrule pref %s\n' 77 79 >more
	echo '-6 delrule pref 80' >>more
	for words in 'delrule pref 77' 'delrule pref 79' '-6 delrule pref 80' 'flushrules all' 'batch more'; do
		status 0 on r iproute -confirm 60 $words
		fails diff <(shown) gone
		status 0 on r iproute rollback
		same undone
		shown | diff gone -
	done
	ip -n r link set eth0 up
	ip -n r addr add 2001:db8:1::1/64 dev eth0 nodad
	settled r
	on r iproute add 10.66.0.0/16 gw 192.0.2.9
	on r iproute addrule from 10.77.0.0/16 pref 77 gw 192.0.2.77 masq
	on r iproute addrule from 10.79.0.0/16 pref 79 gw 192.0.2.77 only
	on r iproute addrule from 2001:db8:79::/48 pref 80 gw 2001:db8:1::77 only
	unchanged
}

@test "rollback while a device is down: what waits is named, and done by the next rollback" {
	on r iproute addrule from 10.79.0.0/16 pref 79 gw 192.0.2.77 only
	on r iproute addrule from 2001:db8:79::/48 pref 80 gw 2001:db8:1::77
	on r iproute add 10.67.0.0/16 gw 198.51.100.9
	on r iproute save >before
	printf '%s\n' 'delrule pref 77' 'delrule pref 79' 'del 10.66.0.0/16' 'delrule pref 78' '-6 delrule pref 80' \
		'del 10.67.0.0/16' 'add 10.68.0.0/16 reject' >more
	on r iproute -confirm 60 batch more
	ip -n r link set eth0 down
	for _ in 1 2; do
		status 4 on r iproute rollback
		has 'eth0 is down; `ip link set eth0 up` brings it up'
		has 'the change is undone but for the lines above; 4 of them wait for a device'
		has 'when it is there and up: `iproute rollback`; `iproute confirm` gives them up'
		# The rules are there, so that `only` refuses; all the rest is done, and nothing is blocked.
		status 0 on r iproute showrules pref 79
		same 'pref 79 from 10.79.0.0/16 own (gone with its device, address or nexthop) only'
		status 0 on r iproute -6 showrules pref 80
		has 'own (gone'
		status 0 on r iproute show 10.67.0.0/16
		status 1 on r iproute show 10.68.0.0/16
		status 0 on r iproute showrules pref 78
		fails compgen -G '/run/iproute/pending-*'
		status 0 on r iproute add 10.69.0.0/16 reject
		status 0 on r iproute del 10.69.0.0/16
		output=$(on r iproute status) || true
		has 'an earlier rollback waits for a device: `iproute rollback` goes on with it when that is up'
	done
	# Followed to the letter.
	on r bash -c "ip link set eth0 up"
	ip -n r addr add 2001:db8:1::1/64 dev eth0 nodad
	settled r
	status 0 on r iproute rollback
	same undone
	unchanged
	status 1 on r iproute rollback
	same 'no change waits to be confirmed'
	fails compgen -G '/run/iproute/rest-*'
}

@test "rollback after a device was deleted: it waits until there is one again, or is given up" {
	on r iproute addrule from 10.79.0.0/16 pref 79 gw 198.51.100.9 dev eth1
	on r iproute save >before
	local last
	for last in rollback confirm '-confirm 60 add 10.69.0.0/16 reject'; do
		on r iproute -confirm 60 batch <(echo 'delrule pref 79'; cat lines)
		ip -n r link del eth1
		status 4 on r iproute rollback
		has 'there is no device "eth1"'
		has '1 of them waits for a device'
		[ "$last" != rollback ] || status 4 on r iproute rollback
		ip -n r link add name eth1 type veth peer name eth1p
		ip -n r addr add 198.51.100.1/24 dev eth1
		ip -n r link set dev eth1 up
		ip -n r link set dev eth1p up
		settled r
		status 0 on r iproute $last
		if [ "$last" != rollback ]; then
			on r iproute rollback || true
			# It is not made by a rollback of something else.
			status 1 on r iproute showrules pref 79
			on r iproute addrule from 10.79.0.0/16 pref 79 gw 198.51.100.9 dev eth1
		fi
		unchanged
	done
}

@test "undone when the time is over" {
	# A second may be over before the next command has started.
	ip netns exec r ip monitor rule >./seen 3>&- &
	until_true 20 monitor_hears
	status 0 on r iproute -confirm 1 batch lines
	has 'undone in 1 s, unless `iproute confirm` comes'
	undone
	unchanged
	until_true 20 grep -q '^Deleted 9:' seen
	grep -q '^9:' seen
	kill $!
	status 1 on r iproute confirm
	same 'no change waits to be confirmed'
}

# monitor_hears: ./seen has a rule that comes and goes.
monitor_hears() {
	ip -n r rule add pref 4000 nop
	ip -n r rule del pref 4000
	grep -q 4000 seen
}

@test "confirmed: it stays" {
	on r iproute -confirm 60 batch lines
	status 0 on r iproute confirm
	same confirmed
	on r iproute save >after
	sleep 0.5
	on r iproute save | diff after -
	status 1 on r iproute rollback
	same 'no change waits to be confirmed'
}

@test "rollback undoes it at once" {
	on r iproute -confirm 60 batch lines
	status 0 on r iproute rollback
	same undone
	unchanged
}

@test "nothing else is changed meanwhile; reading goes on" {
	on r iproute -confirm 60 add 10.1.0.0/16 reject
	status 3 on r iproute add 10.2.0.0/16 reject
	[[ $output =~ 'a change waits to be confirmed, for '[0-9]+' s: nothing else is changed until then' ]]
	has '`iproute confirm` keeps it, `iproute rollback` undoes it at once'
	status 3 on r iproute flush all
	status 3 on r iproute restore before
	status 0 on r iproute show 10.1.0.0/16
	on r iproute rollback
	unchanged
}

@test "the words of ip are refused, too; a program that calls ip by its name is not" {
	local words
	on r iproute -confirm 60 batch lines
	on r iproute save >after
	printf 'route add 10.88.0.0/16 via 192.0.2.2\nrule add from 10.88.0.0/16 table 7\n' >ips
	for words in "route add 10.88.0.0/16 via 192.0.2.2" "rule add from 10.88.0.0/16 table 7" "route del 10.66.0.0/16" \
		"rule del pref 78" "route flush table 5 to 10.0.0.0/8" "rule flush" "route replace 10.66.0.0/16 via 192.0.2.3"; do
		status 3 on r iproute $words
		has 'a change waits to be confirmed, for '
		has '`iproute confirm` keeps it, `iproute rollback` undoes it at once'
	done
	status 1 on r iproute -batch ips
	status 1 on r iproute -force -batch ips
	[ "$(grep -c 'a change waits' <<<"$output")" = 2 ]
	on r iproute route show >/dev/null
	on r iproute save | diff after -
	mkdir -p name
	ln -sf "$(command -v iproute)" name/ip
	status 0 on r name/ip route add 10.88.0.0/16 via 192.0.2.2
	status 0 on r name/ip route del 10.88.0.0/16
	on r iproute confirm
	status 0 on r iproute -batch ips
}

@test "undone by the next command if the process that waits was killed" {
	on r iproute -confirm 60 batch lines
	# It is the only one that waits in this namespace.
	kill -KILL "$(ip netns pids r)"
	# The time is over.
	sed -i '1s/^\(# iproute pending\) [0-9]*/\1 1/' /run/iproute/pending-*
	grep -q '^# iproute pending 1 ' /run/iproute/pending-*
	status 1 on r iproute confirm
	has 'the time was over: the change has been undone'
	unchanged
}

@test "survives the end of the session that made it" {
	timeout 200 setsid bash -c 'ip netns exec r iproute -confirm 1 batch lines; kill -HUP 0' || true
	undone
	unchanged
}

@test "a refused change leaves nothing to confirm" {
	status 2 on r iproute -confirm 60 add 10.7.0.0/16 gw 10.99.0.1
	status 1 on r iproute rollback
	unchanged
	status 255 on r iproute -confirm 0 add 10.7.0.0/16 reject
	has '"0" is not a number of seconds (1 to 86400)'
	status 255 on r iproute confirm it
	has 'nothing may follow this verb'
}

@test "what is there already leaves nothing to confirm" {
	on r iproute add 10.44.0.0/16 gw 192.0.2.2
	on r iproute -6 add reject 2001:db8:44::/48
	status 0 on r iproute -confirm 600 -ensure add 10.44.0.0/16 gw 192.0.2.2
	same unchanged
	status 0 on r iproute -confirm 600 -ensure -6 add reject 2001:db8:44::/48
	same unchanged
	echo 'add 10.44.0.0/16 gw 192.0.2.2' | on r iproute -confirm 600 -ensure batch -
	status 0 on r iproute -confirm 600 -ensure delrule from 10.1.2.3 pref 5
	status 1 on r iproute rollback
	# One change among others waits, and only that is undone.
	printf '%s\n' 'add 10.44.0.0/16 gw 192.0.2.2' 'add 10.45.0.0/16 gw 192.0.2.2' |
		on r iproute -confirm 600 -ensure batch -
	status 0 on r iproute rollback
	status 0 on r iproute show 10.44.0.0/16
	status 1 on r iproute show 10.45.0.0/16
}

@test "restore and apply wait, too" {
	printf '# save\nadd 10.3.0.0/16 reject\n' >small
	on r iproute -force -confirm 60 restore small
	on r iproute rollback
	unchanged
	printf 'add 10.3.0.0/16 reject\naddrule from 10.4.0.0/16 route gw 192.0.2.4\n' >policy
	on r iproute apply policy
	on r iproute save >before
	printf 'add 10.3.0.0/16 gw 192.0.2.8\naddrule from 10.5.0.0/16 route gw 192.0.2.4\n' >policy
	on r iproute -confirm 60 apply policy
	on r iproute rollback
	unchanged
}

@test "what somebody else has changed meanwhile stops nothing" {
	on r iproute -confirm 60 batch lines
	ip -n r route del 10.55.0.0/16
	ip -n r rule add from 10.1.2.0/24 table 9 pref 8
	status 0 on r iproute rollback
	ip -n r rule del pref 8
	unchanged
}

@test "a damaged file is named" {
	mkdir -p /run/iproute
	echo nonsense >"/run/iproute/pending-$(on r stat -Lc %i /proc/self/ns/net)"
	status 2 on r iproute add 10.7.0.0/16 reject
	has 'is damaged; remove it'
	rm -r /run/iproute
}

@test "on a terminal it counts down, and Enter keeps it" {
	timeout 200 script -qfec 'ip netns exec r iproute -confirm 60 batch lines' log < <(
		until_true 20 grep -q 'Enter keeps it' log
		echo
		until_true 20 grep -q confirmed log
	) >/dev/null
	grep -q 'undone in [0-9]* s; Enter keeps it' log
	grep -q confirmed log
	status 1 on r iproute rollback
	status 0 on r iproute showrules pref 9
}

@test "on a terminal: the time runs out" {
	timeout 200 script -qfec 'ip netns exec r iproute -confirm 1 batch lines' log < <(
		until_true 20 grep -q 'was not confirmed' log
	) >/dev/null || true
	grep -q 'the change was not confirmed here' log
	undone
	unchanged
}

@test "of two at the same instant, one waits and is refused" {
	need strace strace -V
	hold 1 -confirm 60 add 10.1.0.0/16 reject
	waits -confirm 60 add 10.2.0.0/16 reject
	ended 0
	has 'undone in 60 s'
	waited 3
	has 'a change waits to be confirmed, for '
	on r iproute rollback
	unchanged
}

@test "a dry run is not refused, and undoes nothing" {
	on r iproute -confirm 60 add 10.1.0.0/16 reject
	status 0 on r iproute -dry-run add 10.2.0.0/16 reject
	has 'add reject 10.2.0.0/16'
	status 0 on r iproute show 10.1.0.0/16
	on r iproute rollback
	unchanged
}

@test "what one command does in several rounds is undone as a whole" {
	need strace strace -V
	on r iproute add 10.1.0.0/16 gw 192.0.2.2 class 250
	on r iproute add 10.2.0.0/16 gw 192.0.2.2 class 250
	on r iproute save >before
	hold_changes -confirm 60 flush class 250
	ip -n r route add 10.3.0.0/16 via 192.0.2.2 table 250 proto boot
	ended 0
	[ -z "$(ip -n r route show table 250)" ]
	on r iproute rollback
	on r iproute del 10.3.0.0/16 class 250
	unchanged
}

@test "while the kernel refuses to undo it, it waits for the next command" {
	need strace strace -V
	local file
	on r iproute -confirm 60 batch lines
	file=$(echo /run/iproute/pending-*)
	status 4 on r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=sendto,sendmsg \
		-e inject=sendto,sendmsg:error=ENOBUFS:when=3+ iproute rollback
	has "the change is not undone: this is tried again by the next command that changes something; remove $file to keep the change"
	[ -e "$file" ]
	status 0 on r iproute rollback
	same undone
	unchanged
}

@test "what waits in a namespace that is gone is not for the one that got its number" {
	local file
	on r iproute -confirm 60 batch lines
	on r iproute save >after
	file=$(echo /run/iproute/pending-*)
	sed -i '1s/[0-9]*$/77777/' "$file"
	status 1 on r iproute rollback
	same 'no change waits to be confirmed'
	[ ! -e "$file" ]
	on r iproute save | diff after -
}

@test "without the process that undoes it, a change is not made" {
	need strace strace -V
	status 2 on r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=clone,clone3,vfork \
		-e inject=clone,clone3,vfork:error=EAGAIN iproute -confirm 60 batch lines
	has 'cannot start /proc/self/exe: Resource temporarily unavailable'
	fails compgen -G '/run/iproute/pending-*'
	unchanged
}

@test "a NAT route that came or went comes back or goes; a batch deletes one by its words" {
	on r iproute -confirm 60 add 198.18.2.0/24 nat 10.1.0.0/24
	status 0 on r iproute rollback
	unchanged
	on r iproute add 198.18.2.0/24 nat 10.1.0.0/24
	on r iproute save >with
	on r iproute -confirm 60 del 198.18.2.0/24 nat 10.1.0.0/24
	status 0 on r iproute rollback
	on r iproute save | diff with -
	echo 'del 198.18.2.0/24 nat 10.9.0.0/24' >wrong
	status 1 on r iproute batch wrong
	echo 'del 198.18.2.0/24 dev lo class local nat 10.1.0.0/24' >right
	status 0 on r iproute batch right
}

@test "what an owner has comes back as its own, also where only nftables knows the owner" {
	cat >declared <<-'EOF'
		add 198.18.2.0/24 nat 10.1.0.0/24
		addrule pref 330 dev eth0 reply route gw 192.0.2.2
		addrule pref 340 from 2001:db8:7::/64 masq class 250
		addrule pref 341 from 2001:db8:7::/64 prohibit
	EOF
	on r iproute apply declared
	on r iproute save >with
	status 0 on r iproute -confirm 60 apply /dev/null
	status 0 on r iproute rollback
	same undone
	on r iproute save | diff with -
	status 0 on r iproute apply declared
	same unchanged
	# What goes is known also where nftables has not got it, or not yet when the program was killed.
	on r iproute apply /dev/null
	on r iproute -confirm 60 apply declared
	on r nft flush ruleset
	status 0 on r iproute rollback
	same undone
	[ -z "$(ip -n r route show table local 198.18.2.0/24)" ]
	fails grep -E '^(330|340|341):' <(ip -n r rule; ip -n r -6 rule)
}

# killed_at K WORDS…: the command dies at the K-th thing that it sends; false: it sends fewer.
killed_at() {
	local at=$1
	shift
	on r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=sendto,sendmsg \
		-e "inject=sendto,sendmsg:signal=KILL:when=$at" iproute "$@" >/dev/null 2>&1 && return 1
	return 0
}

@test "killed at any moment, a change that was to wait is undone by rollback" {
	need strace strace -V
	local at
	# The whole file comes to 50 messages, most of them before the first change.
	for ((at = 1; at < 80; at += 1 + (at < 20) * 4)); do
		killed_at "$at" -confirm 600 batch lines || break
		on r iproute rollback >/dev/null || [ $? = 1 ]
		# The next commit clears what the killed one has left of private classes.
		on r iproute -ensure delrule pref 999
		unchanged
	done
	[ "$at" -gt 10 ]
	on r iproute rollback
	unchanged
	# So is one that was killed while it was being undone.
	for ((at = 5; at < 80; at += 3)); do
		on r iproute -confirm 600 batch lines 2>/dev/null
		killed_at "$at" rollback || break
		if compgen -G '/run/iproute/pending-*'; then
			on r iproute rollback
		fi
		on r iproute -ensure delrule pref 999
		unchanged
	done
	unchanged
}

# unremovable WORDS…: the command cannot remove a file.
unremovable() {
	on r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace='?unlink,unlinkat' \
		-e 'inject=?unlink,unlinkat:error=EROFS' iproute "$@"
}

@test "a file of what waits that cannot be removed" {
	need strace strace -V
	local file
	cat >declared <<-'EOF'
		add 10.55.0.0/16 gw 192.0.2.4
		expect 10.55.1.1 from 192.0.2.1 iif lo gw 192.0.2.4
	EOF
	# What was made waits, though nobody asked for that: it is not "nothing changed".
	status 4 unremovable apply declared
	has "cannot remove /run/iproute/pending-"
	has 'the changes wait, and are undone when their time is over; `iproute confirm` keeps them, `iproute rollback` undoes them at once'
	[ -n "$(ip -n r route show 10.55.0.0/16)" ]
	file=$(echo /run/iproute/pending-*)
	status 2 unremovable confirm
	has "cannot remove $file: Read-only file system"
	[ -n "$(ip -n r route show 10.55.0.0/16)" ]
	status 4 unremovable rollback
	has "cannot remove $file"
	has 'the change is undone; remove the file, or it is undone again'
	unchanged
	status 0 on r iproute rollback
	unchanged
	# A change that was refused leaves a file that means nothing.
	echo 'add 10.56.0.0/16 gw 10.99.99.99' >>lines
	status 2 unremovable -confirm 60 batch lines
	has "warning: cannot remove $file: Read-only file system"
	has 'remove it: it holds what would have undone the change'
	unchanged
}
