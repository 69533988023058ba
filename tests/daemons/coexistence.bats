#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The document's chapter GATED: a routing daemon works in the class main, and does not know the other classes. Whatever
# is done in the rest, the daemon's routes stay, and it never has to put one back.

load ../netns/lib
load ospf
load frr

# The number of each daemon's routes.
routes=100

setup() {
	rm -f /run/enough
	lone r
}

# The daemons would put their routes back.
teardown() {
	touch /run/enough
	daemons_end
	rm -f /run/*.pid
}

# bird_here: BIRD with static routes in main, in r.
bird_here() {
	local i
	{
		echo 'router id 192.0.2.1; protocol device { } protocol kernel { ipv4 { export all; }; }
			protocol static { ipv4;'
		for ((i = 0; i < routes; i++)); do
			echo "route 10.66.$i.0/24 via 192.0.2.2;"
		done
		echo '}'
	} >/run/r.conf
	ip netns exec r bird -f -c /run/r.conf -s /run/r.ctl >/run/r.out 2>&1 3>&- &
	echo $! >/run/r.pid
	until_true 20 is_there bird
}

frr_here() {
	local i program
	mkdir -p /run/frr
	for ((i = 0; i < routes; i++)); do
		echo "ip route 10.66.$i.0/24 192.0.2.2"
	done >/run/frr/static.conf
	chown -R frr:frr /run/frr
	for program in zebra staticd; do
		ip netns exec r "/usr/lib/frr/$program" -f /run/frr/static.conf -i "/run/frr/$program.vty.pid" \
			-z /run/frr/zserv.api --vty_socket /run/frr >"/run/frr/$program.out" 2>&1 3>&- &
		echo $! >"/run/$program.pid"
		until_true 10 test -S "/run/frr/$program.vty"
	done
	# Debian's name of FRR's 196 is static, which is also 4.
	until_true 20 is_there 196
}

# is_there PROTO: all routes of the daemon.
is_there() {
	[ "$(theirs "$1" | wc -l)" = "$routes" ]
}

theirs() {
	on r iproute -4 show proto "$1" 2>/dev/null | sort
}

# undisturbed PROTO: while everything is done in the rest, no message about a route of the daemon's comes.
undisturbed() {
	local before
	before=$(theirs "$1")
	ip netns exec r ip monitor route >/run/changes 2>&1 3>&- &
	echo $! >/run/monitor.pid
	until_true 20 told_by_monitor
	on r iproute batch - <<-'END'
		add default gw 192.0.2.9 class 250
		add 10.67.0.0/16 gw 192.0.2.9
		addrule from 10.1.0.0/16 class 250
		addrule from 10.2.0.0/16 route gw 192.0.2.9
	END
	on r iproute save >/run/saved
	on r iproute local-policy off
	on r iproute flushrules all
	on r iproute flush class 250
	on r iproute del 10.67.0.0/16
	on r iproute restore /run/saved
	status 0 on r iproute restore /run/saved
	same unchanged
	on r iproute flush proto boot class main
	on r iproute flush class 250
	until_true 10 grep -q 'Deleted 10.67.0.0/16' /run/changes
	if grep '10\.66\.' /run/changes; then
		echo "the daemon was disturbed"
		return 1
	fi
	[ "$(theirs "$1")" = "$before" ]
}

# left_out PROTO: a save says what it leaves out, and why; what is named is saved.
left_out() {
	on r iproute save >/run/saved 2>/run/said
	grep -q "$routes routes or rules of routing daemons or DHCP are left out" /run/said
	fails grep -q '10\.66\.' /run/saved
	[ "$(on r iproute save proto "$1" | grep -c '10\.66\.')" = "$routes" ]
	# A restore of the rest does not remove them.
	on r iproute restore /run/saved
	is_there "$1"
}

@test "BIRD in main is not disturbed by what is done in the rest" {
	need BIRD command -v bird
	bird_here
	undisturbed bird
	left_out bird
	# Named, they go, and BIRD puts them back.
	on r iproute flush proto bird
	[ -z "$(theirs bird)" ]
}

@test "FRR in main is not disturbed by what is done in the rest" {
	need "FRR, with its user frr," test -x /usr/lib/frr/staticd -a -n "$(id -u frr 2>/dev/null)"
	frr_here
	undisturbed 196
}

# The classes of the 100,000 routes.
big=(250 251 252 253 254)

bird_fills_big() {
	local class
	{
		echo 'router id 192.0.2.1; protocol device { }'
		for class in "${big[@]}"; do
			echo "ipv4 table c$class;
				protocol kernel { kernel table $class; scan time 60; ipv4 { table c$class; export all; }; }
				protocol static s$class { ipv4 { table c$class; };"
			awk -v net="10.$((class - 150))" 'BEGIN { for (i = 0; i < 20000; i++)
				printf "route %s.%d.%d/32 via 192.0.2.2;\n", net, i / 256, i % 256; print "}" }'
		done
	} >/run/r.conf
	ip netns exec r bird -f -c /run/r.conf -s /run/r.ctl >/run/r.out 2>&1 3>&- &
	echo $! >/run/r.pid
}

# monitor_reports VERB COUNT: so many changes of BIRD's routes, or more.
monitor_reports() {
	[ "$(grep -c "^$1 .* proto bird" /run/changes)" -ge "$2" ]
}

# busy: lists and changes of all sorts, again and again, until /run/enough is there; no command may fail.
busy() {
	local i=0
	while [ ! -e /run/enough ]; do
		i=$((i + 1))
		{
			on r iproute -4 classes &&
				on r iproute show class 250 &&
				on r iproute -j show class 252 10.102.1.7 &&
				on r iproute add 10.200.0.0/16 gw "192.0.2.$((i % 9 + 2))" class 250 &&
				on r iproute addrule from "10.1.$((i % 250)).0/24" class 251 &&
				on r iproute apply "/run/policy.$((i % 2))" &&
				on r iproute del 10.200.0.0/16 class 250 &&
				on r iproute delrule from "10.1.$((i % 250)).0/24"
		} >/run/busy 2>&1 || { [ $? = 1 ] && grep -q 'no route matches' /run/busy; } || {
			cp /run/busy /run/failed
			return
		}
		echo "$i" >/run/rounds
	done
}

@test "100,000 routes of BIRD in five classes, while lists, monitor and apply run: nothing is lost or touched" {
	need BIRD command -v bird
	heavy
	local busy class
	printf 'add 10.201.%d.0/24 gw 192.0.2.9 class 250\n' {0..99} >/run/policy.0
	printf 'add 10.201.%d.0/24 gw 192.0.2.8 class 252\naddrule from 10.9.0.0/16 class 252\n' {100..150} |
		awk '!seen[$0]++' >/run/policy.1
	ip netns exec r iproute monitor routes >/run/changes 2>&1 3>&- &
	echo $! >/run/monitor.pid
	until_true 20 told_by_monitor
	busy >/dev/null 2>&1 3>&- &
	busy=$!
	# monitor reports each step before the next one begins: if events are lost on a busy machine, it compares what is
	# there, and a route that went and came in between would be none of its changes.
	routes=100000
	bird_fills_big
	until_true 120 is_there bird
	until_true 60 monitor_reports add 100000
	# BIRD takes a class away and fills it again.
	on r birdc -s /run/r.ctl disable s253 >/dev/null
	routes=80000
	until_true 60 is_there bird
	until_true 60 monitor_reports del 20000
	on r birdc -s /run/r.ctl enable s253 >/dev/null
	routes=100000
	until_true 60 is_there bird
	touch /run/enough
	wait "$busy"
	if [ -e /run/failed ]; then
		cat /run/failed
		return 1
	fi
	[ "$(cat /run/rounds)" -ge 2 ]
	# What is ours came and went; the rest is what BIRD says, route by route.
	on r iproute add 10.202.0.0/16 gw 192.0.2.9 class 250
	until_true 60 grep -q 10.202.0.0/16 /run/changes
	for class in "${big[@]}"; do
		on r birdc -s /run/r.ctl "show route table c$class" | sed -n 's,^\(10[0-9.]*\)/32.*,\1,p' | sort >/run/wanted
		[ "$(wc -l </run/wanted)" = 20000 ]
		on r iproute show class "$class" proto bird | cut -d' ' -f1 | sort | diff /run/wanted -
	done
	# monitor missed none: 100,000 came, 20,000 went and came again.
	monitor_reports add 120000
	monitor_reports del 20000
	[ "$(grep '^del .* proto bird' /run/changes | cut -d' ' -f2 | sort -u | wc -l)" = 20000 ]
	fails grep -qE "^del .* class (25[0-2]|main) proto bird" /run/changes
}
