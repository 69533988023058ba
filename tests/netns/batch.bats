#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Batches: all lines or none, whatever happens in between.

load lib

setup() {
	lone r
	cd "$BATS_TEST_TMPDIR" || return
}

# state: all that the kernel has of routes and rules.
state() {
	on r ip route show table all
	on r ip -6 route show table all
	on r ip rule
	on r ip -6 rule
	on r iproute save
}

# populate: something of each sort, with equals whose order counts.
populate() {
	on r iproute batch - <<-'LINES'
		add 10.1.0.0/16 gw 192.0.2.2
		append 10.1.0.0/16 gw 192.0.2.3
		append 10.1.0.0/16 gw 192.0.2.4 mtu 1400
		append 10.1.0.0/16 gw 192.0.2.4
		add 10.2.1.0/24 gw 192.0.2.11 class 250
		add 10.2.2.0/24 gw 192.0.2.12 class 250
		add 10.2.3.0/24 gw 192.0.2.13 class 250
		add 10.2.4.0/24 gw 192.0.2.14 class 250
		add 2001:db8:5::/48 dev eth0
		add 2001:db8:6::/48 gw 2001:db8:1::9
		append 2001:db8:6::/48 gw 2001:db8:1::8
		addrule pref 100 from 10.9.1.0/24 class 251
		addrule pref 100 from 10.9.2.0/24 class 252
		addrule pref 100 from 10.9.3.0/24 class 253
		addrule pref 100 class 250
		addrule from 10.10.0.0/16 route gw 192.0.2.9
		addrule from 10.11.0.0/16 route gw 192.0.2.10
		addrule from 2001:db8:7::/48 route gw 2001:db8:1::7
	LINES
}

# mixed: adds, deletes, replaces, rules and flushes; each line sees what those before it did.
mixed() {
	cat <<-'LINES'
		del 10.1.0.0/16 gw 192.0.2.3
		add 10.20.0.0/16 gw 192.0.2.2
		replace 10.2.3.0/24 gw 192.0.2.77 class 250
		delrule pref 100 from 10.9.2.0/24
		addrule from 10.30.0.0/16 route gw 192.0.2.30
		addrule pref 100 from 10.9.9.0/24 class 250
		change 10.2.4.0/24 gw 192.0.2.78 class 250
		replace 2001:db8:6::/48 gw 2001:db8:1::77
		delrule from 10.10.0.0/16
		replacerule from 10.11.0.0/16 route gw 192.0.2.11
		prepend 10.1.0.0/16 gw 192.0.2.50
		del 10.20.0.0/16
		replace 10.1.0.0/16 gw 192.0.2.60
		append 10.1.0.0/16 gw 192.0.2.51
		delrule from 2001:db8:7::/48
		flush class 250
		add 10.2.1.0/24 gw 192.0.2.3 class 250
		add 2001:db8:8::/48 dev eth0
		del 2001:db8:5::/48
		flushrules from root 10.9.0.0/16
		addrule from 10.31.0.0/16 class 250
		addrule from 10.32.0.0/16 class 250
		delrule from 10.31.0.0/16
		del all 10.1.0.0/16
		add 10.1.0.0/16 gw 192.0.2.2
	LINES
}

# many: thousands of lines of every sort.
many() {
	local i
	for ((i = 0; i < 2000; i++)); do
		echo "add 10.$((64 + i / 250)).$((i % 250)).0/24 gw 192.0.2.$((2 + i % 200))"
		echo "append 10.1.0.0/16 gw 192.0.2.$((60 + i % 100)) metric $((i / 100))"
		# These get the preferences in front of 100.
		((i % 32)) || echo "addrule from 10.$((128 + i / 250)).$((i % 250)).0/24 route gw 192.0.2.7"
		((i % 8)) || echo "addrule pref $((1000 + i)) from 10.$((160 + i / 250)).$((i % 250)).0/24 drop"
	done
	for ((i = 0; i < 500; i++)); do
		echo "replace 10.$((64 + i / 250)).$((i % 250)).0/24 gw 192.0.2.9"
		((i % 8)) || echo "delrule pref $((1000 + i))"
	done
	mixed
}

@test "a batch that is refused at any of its lines leaves the same bytes" {
	populate
	mixed >lines
	state >before
	local lines at wrong
	lines=$(wc -l <lines)
	for ((at = 0; at <= 2 * lines; at++)); do
		wrong='add 10.99.0.0/16 gw 10.77.0.1'
		((at % 2)) && wrong='addrule from 10.98.0.0/16 gw 10.77.0.1'
		{
			head -n $((at / 2)) lines
			echo "$wrong"
			tail -n +$((at / 2 + 1)) lines
		} >wrong
		status 2 on r iproute batch wrong
		has "wrong:$((at / 2 + 1)): kernel: Nexthop has invalid gateway (ENETUNREACH)"
		marked 10.77.0.1
		has 'wrong: nothing was changed'
		state >after
		diff -u before after
	done
	status 0 on r iproute batch lines
	same ''
	status 0 on r iproute show 10.1.0.0/16
	same '10.1.0.0/16 gw 192.0.2.2 dev eth0 class main'
	round_trip r
}

@test "a batch that is stopped at any moment leaves the same bytes" {
	populate
	{
		many
		echo 'add 10.99.0.0/16 gw 10.77.0.1'
	} >lines
	state >before
	local start=${EPOCHREALTIME/./} time try got undone=0
	status 2 on r iproute batch lines
	time=$((${EPOCHREALTIME/./} - start))
	for ((try = 0; try < 20 || (undone == 0 && try < 100); try++)); do
		ip netns exec r env --default-signal=INT,TERM iproute batch lines 2>errors &
		sleep "$(printf '0.%06d' $((time * (RANDOM % 100) / 100)))"
		got=0
		# shellcheck disable=SC2046 # one number
		kill -$( ((try % 2)) && echo INT || echo TERM) $! 2>/dev/null || true
		wait $! || got=$?
		case $got in
		2) ((undone += $(grep -c 'stopped by SIG.* changes made are undone' errors))) || true ;;
		130 | 143) ;; # nothing was sent yet
		*) cat errors; return 1 ;;
		esac
		state >after
		diff -u before after
	done
	echo "# $undone of $try were stopped midway" >&3
	[ "$undone" -gt 0 ]
}

@test "no packet is lost while a batch replaces 1,000 routes under traffic" {
	fresh a b
	wire a 192.0.2.1/24 b 192.0.2.2/24
	ip -n b addr add 192.0.2.3/24 dev a
	ip -n b addr add 10.50.0.0/16 dev lo
	local i gateway
	for gateway in 2 3; do
		for ((i = 0; i < 1000; i++)); do
			echo "replace 10.50.$((i / 256)).$((i % 256))/32 gw 192.0.2.$gateway"
		done >"lines$gateway"
	done
	on a iproute batch lines2
	# It ends when the last one is answered. With a deadline, the packet on its way then would count as lost.
	on a ping -q -f -c 20000 -W 20 10.50.1.7 >pings &
	local ping=$! rounds=0
	while kill -0 "$ping" 2>/dev/null; do
		on a iproute batch lines3
		on a iproute batch lines2
		((++rounds))
	done
	wait "$ping"
	echo "# $rounds rounds" >&3
	cat pings
	grep ' 0% packet loss' pings
	[ "$(on a ip route show via 192.0.2.2 | wc -l)" = 1000 ]
}

@test "two batches at once never share a private class" {
	local net
	for net in 1 2; do
		for ((i = 0; i < 2000; i++)); do
			echo "addrule from 10.$net.$((i / 250)).$((i % 250)) route gw 192.0.2.$((2 + i % 200))"
		done >"lines$net"
	done
	on r iproute batch lines1 &
	on r iproute batch lines2
	wait $!
	[ "$(on r iproute -r | grep -c ' own gw 192.0.2.')" = 4000 ]
	[ "$(on r ip rule | sed -n 's/.*lookup \(2147[0-9]*\).*/\1/p' | sort | uniq -d | wc -l)" = 0 ]
	status 0 on r iproute showrules from 10.2.7.249
	has 'from 10.2.7.249 route gw 192.0.2.201 dev eth0'
	on r iproute flushrules from root 10.0.0.0/8
	status 0 on r iproute -d -N show
	[[ $output != *'class 2147'* ]]
}

@test "every wrong line is named, and nothing is sent" {
	cat >lines <<-'LINES'
		# a comment
		iproute add 10.1.0.0/16 gw 192.0.2.2
		ip add 10.2.0.0/16 \
		   gw 192.0.2.x

		frob 10.3.0.0/16
		-6 add 10.4.0.0/16 dev eth0
		add 10.5.0.0/16 dev eth7
		show
		-force add 10.5.0.0/16 dev eth0
		del 10.77.0.0/16
	LINES
	state >before
	status 255 on r iproute batch lines
	state >after
	diff -u before after
	has 'lines:3: "192.0.2.x"'
	has 'lines:6: there is no verb "frob"'
	has 'lines:7: "10.4.0.0/16" is IPv4, but the line is IPv6'
	has 'lines:8: there is no device "eth7"'
	has 'lines:9: a batch takes only verbs that change something'
	has 'lines:10: a line of a batch cannot have -force'
	has 'lines:11: there is no such route in class main'
	has 'lines: 7 of 8 lines are wrong; nothing was changed'
	status 255 on r iproute batch nowhere
	has 'nowhere: No such file'
	status 255 on r iproute batch
	status 255 on r iproute batch lines more
}

@test "lines of scripts for ip paste in" {
	cat >lines <<-'LINES'
		ip route add 10.1.0.0/16 via 192.0.2.2 table 250
		ip -6 route append 2001:db8:5::/48 via 2001:db8:1::9
		ip rule add from 10.3.0.0/16 lookup 250 priority 7
		ip rule add from 10.4.0.0/16 blackhole priority 8
		ip rule delete pref 8
		ip route del 10.1.0.0/16 table 250
	LINES
	status 0 on r iproute batch lines
	status 0 on r iproute showrules from root 10.0.0.0/8
	same 'pref 7 from 10.3.0.0/16 class 250'
	status 0 on r iproute show 2001:db8:5::/48
	status 255 on r iproute batch - <<<'ip -4 route del all'
	has '`del all` needs words that select routes'
	status 255 on r iproute batch - <<<'ip rule frob from 10.0.0.0/8'
	marked frob
}

@test "-force goes on past refusals, and tells each" {
	on r iproute add 10.1.0.0/16 gw 192.0.2.2
	cat >lines <<-'LINES'
		add 10.1.0.0/16 gw 192.0.2.3
		add 10.2.0.0/16 gw 192.0.2.3
		addrule from 10.3.0.0/16 route gw 10.77.0.1
		addrule from 10.4.0.0/16 route gw 192.0.2.4
		del 10.77.0.0/16
	LINES
	status 2 on r iproute -force batch - <lines
	has '-:1: kernel: File exists (EEXIST)'
	has '-:3: kernel: Nexthop has invalid gateway (ENETUNREACH)'
	has '-:5: there is no such route in class main'
	has '-: 2 done, 3 refused'
	status 0 on r iproute show root 10.0.0.0/8
	same '10.1.0.0/16 gw 192.0.2.2 dev eth0 class main
10.2.0.0/16 gw 192.0.2.3 dev eth0 class main'
	# Of a rule whose record was refused nothing stays.
	status 0 on r iproute showrules from root 10.0.0.0/8
	same 'pref 32764 from 10.4.0.0/16 route gw 192.0.2.4 dev eth0'
	status 255 on r iproute -force batch - <<<'add nonsense'
}

@test "-ensure: what is there already is success" {
	cat >lines <<-'LINES'
		add 10.1.0.0/16 gw 192.0.2.2
		addrule from 10.3.0.0/16 route gw 192.0.2.3
		addrule pref 5 from 10.4.0.0/16 drop
	LINES
	on r iproute batch lines
	state >before
	status 2 on r iproute batch lines
	status 0 on r iproute -ensure batch lines
	sed 's/^/-ensure /' lines >each
	status 0 on r iproute batch each
	state >after
	diff -u before after
}

@test "many rules come out as if they had been added one by one" {
	local i
	for ((i = 0; i < 100; i++)); do
		case $((i % 4)) in
		0) echo "addrule from 10.1.$i.0/24 class 250" ;;
		1) echo "addrule pref 500 from 10.2.$i.0/24 class 250" ;;
		2) echo "addrule pref $((i * 37 % 101 + 400)) from 10.3.$i.0/24 goto 32766" ;;
		3) echo "addrule from 2001:db8:$i::/48 class 250" ;;
		esac
	done >lines
	while read -ra words; do
		on r iproute "${words[@]}"
	done <lines
	state | sed 's/ suppress.*//' >single
	lone r
	status 0 on r iproute batch lines
	state >all
	diff -u single all
	# A rule twice is told, in the file and in the kernel.
	status 2 on r iproute batch - <<<'addrule from 10.1.8.0/24 class 250'
	status 2 on r iproute batch - <<<$'addrule from 10.8.0.0/24 class 9\naddrule from 10.8.0.0/24 class 9'
	has '-:2: the rule exists already'
}

# spread: thousands of routes in words that ip takes too, in no order, with equals whose order counts.
spread() {
	local i at first
	for ((i = 0; i < 1500; i++)); do
		at=$((i * 7 % 500))
		echo "route append 10.$((64 + at / 250)).$((at % 250)).0/24 via 192.0.2.$((2 + (i + i / 500) % 200)) metric $((i % 2))"
	done
	# The gateways of what follows are on this network.
	echo 'route add 100.64.0.0/24 dev eth0'
	for ((i = 0; i < 500; i++)); do
		echo "route add 10.$((96 + i / 250)).$((i % 250)).0/24 via 100.64.0.$((2 + i % 200))"
	done
	for ((i = 0; i < 400; i++)); do
		echo "route replace 10.$((96 + i / 250)).$((i % 250)).0/24 via 192.0.2.$((2 + i % 200))"
	done
	for ((i = 499; i >= 0; i--)); do
		first=$((i * 143 % 500))
		echo "route del 10.$((64 + i / 250)).$((i % 250)).0/24 metric $((first % 2)) via 192.0.2.$((2 + first % 200))"
	done
	echo 'route prepend 10.64.3.0/24 via 192.0.2.250 metric 1'
}

@test "many routes come out as if they had been added one by one" {
	spread >lines
	state >before
	on r ip -batch lines
	on r ip route show table all >single
	[ "$(grep -c metric single)" -gt 500 ]
	lone r
	{
		cat lines
		echo 'add 10.99.0.0/16 gw 10.77.0.1'
	} >wrong
	status 2 on r iproute batch wrong
	has "wrong:$(wc -l <wrong): kernel: Nexthop has invalid gateway"
	state >after
	diff -u before after
	status 0 on r iproute batch lines
	on r ip route show table all >all
	diff -u single all
	lone r
	need "nexthop objects" on r ip nexthop
	status 0 on r iproute -nexthops batch lines
	on r iproute save >shared
	lone r
	on r ip -batch lines
	on r iproute save >single
	diff -u single shared
}

# crowd: many routes of one prefix, and lines that each select one of them by another word; ip takes them, too.
crowd() {
	local i
	for ((i = 2; i < 90; i++)); do
		echo "route append 10.0.0.0/8 via 192.0.2.$i metric $((i % 3))"
		echo "route append 10.0.0.0/8 via 192.0.2.$((i / 2)) dev eth0 metric $((100 + i)) src 192.0.2.1"
		echo "route add 2001:db8:9::/48 from 2001:db8:$i::/48 dev eth$((i % 2))"
	done
	echo 'route append 10.0.0.0/8 dev eth1 metric 7'
	echo 'route append 10.0.0.0/8 via 192.0.2.7 metric 7 src 198.51.100.1'
	echo 'route add 10.0.0.0/8 metric 200 nexthop via 192.0.2.8 nexthop via 198.51.100.8'
	echo 'route add 10.0.0.0/8 metric 201 nexthop dev eth1 nexthop via 192.0.2.8'
	for ((i = 89; i > 1; i -= 2)); do
		echo "route del 10.0.0.0/8 via 192.0.2.$i metric $((i % 3))"
		echo "route del 10.0.0.0/8 metric $((100 + i)) via 192.0.2.$((i / 2))"
		echo "route del 2001:db8:9::/48 from 2001:db8:$i::/48"
	done
	echo 'route del 10.0.0.0/8 src 198.51.100.1'
	echo 'route del 10.0.0.0/8 dev eth1'
	echo 'route del 10.0.0.0/8 metric 201 nexthop dev eth1 nexthop via 192.0.2.8'
	echo 'route prepend 10.0.0.0/8 via 192.0.2.99 metric 1'
	echo 'route replace 10.0.0.0/8 via 192.0.2.98 metric 2'
	echo 'route del 10.0.0.0/8 via 192.0.2.98'
	echo 'route append 10.0.0.0/8 via 192.0.2.98 metric 2'
	echo 'route del 10.0.0.0/8 via 192.0.2.99 metric 1'
	echo 'route append 10.0.0.0/8 via 192.0.2.99 metric 0'
}

@test "one of many routes of a prefix is found by any of its words" {
	crowd >lines
	state >before
	on r ip -batch lines
	on r ip route show table all >single
	on r ip -6 route show table all >>single
	lone r
	status 0 on r iproute batch lines
	on r ip route show table all >all
	on r ip -6 route show table all >>all
	diff -u single all
	# Words that several have in common select none; the gateway of a nexthop is not that of its route.
	status 3 on r iproute batch - <<<$'del 10.0.0.0/8 gw 192.0.2.98\ndel 10.0.0.0/8 dev eth0'
	has '-:2: '
	has 'routes match, but del removes only one'
	status 1 on r iproute batch - <<<$'del 10.0.0.0/8 gw 192.0.2.98\ndel 10.0.0.0/8 gw 198.51.100.8'
	has '-:2: there is no such route in class'
	status 0 on r iproute batch - <<<$'add 10.3.0.0/16 dev eth0\ndel 10.0.0.0/8 nexthop gw 198.51.100.8 nexthop gw 192.0.2.8'
	lone r
	{
		cat lines
		echo 'add 10.99.0.0/16 gw 10.77.0.1'
	} >wrong
	status 2 on r iproute batch wrong
	state >after
	diff -u before after
}

@test "a dry run of a batch shows its changes and makes none" {
	populate
	state >before
	status 0 on r iproute -dry-run batch - <<<$'add 10.5.0.0/16 dev eth0\nflush class 250\ndel 10.5.0.0/16'
	state >after
	diff -u before after
	has 'add 10.5.0.0/16 dev eth0 class main'
	has 'del 10.2.4.0/24 gw 192.0.2.14 dev eth0 class 250'
	has 'del 10.5.0.0/16 dev eth0 class main'
}

@test "-nexthops: routes share objects, which come and go with them" {
	need "nexthop objects" on r ip nexthop
	local i
	state >before
	for i in {1..6}; do
		echo "add 10.$i.0.0/16 gw 192.0.2.$((i % 2 + 2))"
		echo "add 2001:db8:$i::/48 gw 2001:db8:1::2 dev eth0"
	done >lines
	echo 'add 10.7.0.0/16 gw 192.0.2.9' >>lines
	{
		cat lines
		echo 'add 10.99.0.0/16 gw 10.77.0.1'
	} >wrong
	status 2 on r iproute -nexthops batch wrong
	has 'wrong:14: kernel: Nexthop has invalid gateway'
	marked 10.77.0.1
	state >after
	diff -u before after
	[ -z "$(on r ip nexthop)" ]

	status 0 on r iproute batch lines
	on r iproute save >plain
	on r iproute flush root 10.0.0.0/8
	on r iproute -6 flush root 2001:db8::/32
	status 0 on r iproute -nexthops batch lines
	on r iproute save >shared
	diff -u plain shared
	[ "$(on r ip nexthop | grep -c 'proto 98')" = 3 ]
	[ "$(on r ip route | grep -c 'nhid 2147')" = 6 ]
	[ "$(on r ip -6 route | grep -c 'nhid 2147')" = 6 ]

	# A batch sees what they hold; refused, it brings them back.
	state >before
	status 2 on r iproute batch - <<-'LINES'
		del 10.1.0.0/16 gw 192.0.2.3
		replace 10.2.0.0/16 gw 192.0.2.8
		flush gw 2001:db8:1::2
		add 10.99.0.0/16 gw 10.77.0.1
	LINES
	state >after
	diff -u before after

	on r iproute del 10.1.0.0/16
	on r iproute del 10.3.0.0/16 gw 192.0.2.3
	[ "$(on r ip nexthop | wc -l)" = 3 ]
	on r iproute del 10.5.0.0/16
	[ "$(on r ip nexthop | wc -l)" = 2 ]
	on r iproute flush root 10.0.0.0/8
	on r iproute -6 flush root 2001:db8::/32
	[ -z "$(on r ip nexthop)" ]
}

@test "a rule among many that select the same is found by its preference" {
	local i
	lone r
	for i in {1..40}; do
		echo "addrule pref $((100 + i)) from 10.0.0.0/8 class $((300 + i))"
	done >"$BATS_TEST_TMPDIR/alike"
	on r iproute batch "$BATS_TEST_TMPDIR/alike"
	[ "$(on r iproute showrules from 10.0.0.0/8 | wc -l)" = 40 ]
	status 2 on r iproute batch - <<<'addrule pref 120 from 10.0.0.0/8 class 320'
	has 'the rule exists already'
	on r iproute batch - <<<'replacerule pref 120 from 10.0.0.0/8 class 321'
	status 0 on r iproute showrules pref 120
	same 'pref 120 from 10.0.0.0/8 class 321'
}

parts() {
	on r nft list ruleset | grep -o 'comment "r[^"]*"' | sort -u
}

@test "-force: nothing stays in nftables of a line that was refused, and all of what stands" {
	printf '%s\n' 'addrule from 10.2.0.0/16 gw 192.0.77.2 masq' >lines
	status 2 on r iproute -force batch lines
	[ -z "$(parts)" ]
	status 0 on r iproute -r
	lacks warning
	printf '%s\n' 'addrule from 10.3.0.0/16 pref 5 gw 192.0.2.2 masq' 'add 203.0.113.7 nat 192.0.2.7' \
		'addrule from 10.2.0.0/16 pref 6 gw 192.0.77.2 masq' 'addrule from 10.4.0.0/16 pref 4 class 7 log' >lines
	status 2 on r iproute -force batch lines
	[ "$(parts)" = 'comment "route 203.0.113.7 nat 192.0.2.7"
comment "rule 4 realm 32770 from 10.4.0.0/16 log"
comment "rule 5 realm 32768 from 10.3.0.0/16 masq"' ]
	# A rule that was to be replaced keeps its part.
	printf '%s\n' 'replacerule from 10.3.0.0/16 pref 5 gw 192.0.77.2 masq' 'delrule pref 4' >lines
	status 2 on r iproute -force batch lines
	status 0 on r iproute showrules from 10.3.0.0/16
	same 'pref 5 from 10.3.0.0/16 route gw 192.0.2.2 dev eth0 masq'
	[ "$(parts)" = 'comment "route 203.0.113.7 nat 192.0.2.7"
comment "rule 5 realm 32768 from 10.3.0.0/16 masq"' ]
}
