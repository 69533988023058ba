#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The guard: no change cuts the connection that it is made over, by a real TCP connection.
# shellcheck disable=SC2086,SC2154,SC2164 # words; variables of lib.bash; setup fails if cd does

load lib
load lab

PORT=2222
ME=192.0.2.1

setup() {
	lab
	cd "$BATS_TEST_TMPDIR"
	export SSH_CONNECTION="$FAR 51000 $ME $PORT"
	on r iproute save >before
}

teardown() {
	unlab
}

# session QUIET: a session from far away to the router, until SIGTERM, or until no byte comes for QUIET milliseconds.
# `wait $session` ends as pull does.
session() {
	ready r "$top_builddir/tests/netns/flows" push $ME $PORT
	servers+=($!)
	ip netns exec o1 "$top_builddir/tests/netns/flows" pull $FAR $ME $PORT "$1" >pulled 3>&- &
	session=$!
	until ip netns exec r ss -Htn state established "sport = :$PORT" | grep -q .; do
		kill -0 "$session"
		sleep 0.01
	done
}

state() {
	on r iproute save
	on r ip rule
}

# cut WORDS…: refused with status 3, nothing changes; and rightly: done all the same, the session ends.
cut() {
	state >as_it_was
	status 3 on r iproute "$@"
	has "this would cut the connection from $FAR:51000; nothing was changed"
	has 'its replies leave by gw 192.0.2.2 dev eth2 by rule 32766'
	has '-confirm SECONDS undoes the change unless it is confirmed; -force makes it all the same'
	state | diff as_it_was -
	session 1000
	status 0 on r iproute -force "$@"
	wait "$session" && {
		echo "$*: the session lives on"
		return 1
	}
	unlab
	on r iproute -force restore before
}

# keep WORDS…: done, and the session lives on.
keep() {
	status 0 on r iproute "$@"
	kill -0 "$session"
}

@test "ways to cut it by routes" {
	cut del default
	cut replace default gw 198.51.100.2
	cut replace default gw 192.0.2.77
	cut add $FAR/32 reject
	cut flush gw 192.0.2.2
}

@test "ways to cut it by rules" {
	on r iproute add default gw 198.51.100.2 class 99
	on r iproute save >before
	cut addrule from $ME prohibit
	cut addrule to 203.0.113.0/24 pref 5 class 99
	cut addrule ipproto tcp sport $PORT pref 7 reject
	cut delrule pref 32766
	# Packets for this host are taken by rule 0, unless that goes.
	printf 'addrule pref 9 class local\naddrule pref 3 from 203.0.113.0/24 iif eth2 drop\ndelrule pref 0\n' >lines
	cut batch lines
}

@test "ways to cut it by whole files" {
	cat >policy <<-'EOF'
		add default gw 198.51.100.2 class 98
		addrule not fwmark 7 pref 10 class 98
	EOF
	cut apply policy
	printf 'addrule pref 11 from 192.0.2.0/24 class 97\nadd default prohibit class 97\n' >lines
	cut batch lines
	grep -v '^add default' before >without
	cut restore without
}

@test "what it says: the way, and which rule or route would take it" {
	status 3 on r iproute addrule from $ME pref 9 prohibit
	has 'its replies leave by gw 192.0.2.2 dev eth2 by rule 32766 (class main) and its route default gw 192.0.2.2 dev eth2;'
	has 'they would be dropped: rule 9 refuses it by rule 9 (from 192.0.2.1 prohibit)'
	status 3 on r iproute replace default gw 198.51.100.2
	has 'they would leave by gw 198.51.100.2 dev eth3 by rule 32766 (class main) and its route default gw 198.51.100.2 dev eth3'
	printf 'addrule pref 9 class local\naddrule pref 3 from 203.0.113.0/24 iif eth2 drop\ndelrule pref 0\n' >lines
	status 3 on r iproute batch lines
	has 'its packets would be dropped: rule 3 refuses it'
	status 3 on r iproute -dry-run del default
	status 0 on r iproute -confirm 60 del default
	status 0 on r iproute rollback
	on r iproute save | diff before -
	# Under ip's names it does what ip does.
	status 0 on r iproute route del default
}

@test "harmless changes, and the session lives on" {
	session 20000
	keep add 10.50.0.0/16 gw 192.0.2.2
	keep add 203.0.113.0/24 gw 192.0.2.2
	keep add default gw 198.51.100.2 class 99
	keep add default gw 198.51.100.2 metric 50
	keep addrule from 10.9.0.0/16 route gw 198.51.100.2
	keep addrule to 203.0.114.0/24 prohibit
	keep addrule fwmark 7 class 99
	keep addrule ipproto udp pref 20 drop
	keep addrule ipproto tcp dport $PORT iif eth3 pref 21 drop
	keep addrule iif eth1 pref 22 class 99
	keep addrule from $ME pref 23 class main
	keep addrule ipproto tcp sport 80 pref 24 reject
	keep addrule tos 8 from 10.0.0.0/8 pref 25 drop
	keep addrule from 203.0.113.0/24 iif eth2 pref 26 drop
	keep -6 addrule pref 26 drop
	keep replace default gw 192.0.2.2 mtu 1400
	keep local-policy off
	kill "$session"
	wait "$session"
	[ "$(<pulled)" = alive ]
}

@test "-guard names the other end; sudo hides the variable, not the ancestors; elsewhere it is no matter" {
	unset SSH_CONNECTION
	status 3 on r iproute -guard $FAR del default
	has "would cut the connection from $FAR;"
	status 3 on r iproute -guard $FAR:51000 del default
	has "would cut the connection from $FAR:51000;"
	status 3 on r iproute -guard "$FAR 51000 $ME $PORT" addrule ipproto tcp sport $PORT prohibit
	status 255 on r iproute -guard nowhere del default
	has '"nowhere" is not a connection'
	marked nowhere
	has 'write ADDR or ADDR:PORT of the other end; [ADDR]:PORT of IPv6'
	# Bash keeps the program that it runs for the last command in its own process.
	status 3 env SSH_CONNECTION="$FAR 51000 $ME $PORT" \
		bash -c 'env -u SSH_CONNECTION ip netns exec r iproute del default; exit $?'
	status 3 env SSH_CONNECTION="$FAR 51000 $ME $PORT" setsid -w \
		bash -c 'env -u SSH_CONNECTION bash -c "ip netns exec r iproute del default; exit \$?"; exit $?'
	status 3 env SSH_CONNECTION="::ffff:$FAR 51000 ::ffff:$ME $PORT" ip netns exec r iproute del default
	# The connection ends in another namespace: this one is free.
	status 0 env SSH_CONNECTION="$FAR 51000 10.77.0.1 $PORT" ip netns exec r iproute del default
}

@test "IPv6, several hops, and types of service" {
	ip -n r addr add 2001:db8:1::1/64 dev eth2 nodad
	ip -n r addr add 2001:db8:2::1/64 dev eth3 nodad
	on r iproute add default nexthop gw 2001:db8:1::2 nexthop gw 2001:db8:2::2
	export SSH_CONNECTION="2001:db8:9::9 51000 2001:db8:1::1 22"
	status 0 on r iproute replace default nexthop gw 2001:db8:1::2 nexthop gw 2001:db8:2::2 weight 3
	status 0 on r iproute replace default gw 2001:db8:2::2
	status 3 on r iproute replace default gw 2001:db8:1::2
	status 3 on r iproute addrule from 2001:db8:1::1 pref 2 drop
	status 3 on r iproute -6 addrule tos 0x10 pref 3 prohibit
	has 'would cut the connection from [2001:db8:9::9]:51000'
	status 0 on r iproute -6 addrule tos 0x4 pref 3 prohibit
	status 0 on r iproute del default gw 192.0.2.2
}
