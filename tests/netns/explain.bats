#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# explain: where a packet goes, and which rules and nodes decide it.
# shellcheck disable=SC2016,SC2034,SC2046,SC2086 # text with $ in it; words

load lib
load lab

setup() {
	lone r
	ip -n r addr add 10.1.0.1/16 dev eth1
	on r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 \
		net.ipv4.conf.eth0.rp_filter=0 net.ipv4.conf.eth1.rp_filter=0
}

@test "explain: a packet that is forwarded, its replies, and the kernel's word" {
	on r iproute addrule pref 99 to 10.2.0.0/16 class 250
	on r iproute addrule pref 100 from 10.1.0.0/16 route gw 192.0.2.2 masq
	status 0 on r iproute explain 203.0.113.9 from 10.1.0.4 iif eth1
	same '10.1.0.4 -> 203.0.113.9, forwarded, in eth1
   0  class local                                        no route
  99  to 10.2.0.0/16 class 250                           203.0.113.9 is not in 10.2.0.0/16
 100  from 10.1.0.0/16 route gw 192.0.2.2 dev eth0 masq  matches: default gw 192.0.2.2 dev eth0
sent to 192.0.2.2 on eth0, as 192.0.2.1 (masq)
replies: in eth0, local, then to 10.1.0.4 on eth1
the kernel agrees'
	on r sysctl -qw net.ipv4.conf.eth1.rp_filter=1
	status 0 on r iproute explain 203.0.113.9 from 10.1.0.4 iif eth1
	has 'replies: in eth0, local, then to 10.1.0.4 on eth1; rp_filter lets the packet in'
}

@test "explain: a packet to this host, and where its reply goes" {
	on r iproute add default gw 192.0.2.2
	on r iproute addrule pref 100 from 10.1.0.1 to 203.0.113.8 prohibit
	status 0 on r iproute explain 192.0.2.1 from 203.0.113.9 iif eth1
	has 'delivered to this host
replies: sent to 192.0.2.2 on eth0
the kernel agrees'
	status 0 on r iproute -j explain 192.0.2.1 from 203.0.113.9 iif eth1
	has '"reply":{"type":"unicast","pref":32766,"class":254,"dst":"default","gateway":"192.0.2.2","dev":"eth0"'
	status 0 on r iproute explain 10.1.0.1 from 203.0.113.8 iif eth1
	has 'replies: refused: rule 100 refuses it; the program gets EACCES'
}

@test "explain: JSON" {
	on r iproute addrule pref 100 from 10.1.0.0/16 class 250
	on r iproute add default gw 192.0.2.2 class 250
	status 0 on r iproute -j explain 203.0.113.9 from 10.1.0.4 iif eth1
	same '[{"packet":{"from":"10.1.0.4","to":"203.0.113.9","iif":"eth1"},"steps":[{"pref":0,"rule":"class local","verdict":"no route","reason":"no route","class":255},{"pref":100,"rule":"from 10.1.0.0/16 class 250","verdict":"routed","reason":"matches: default gw 192.0.2.2 dev eth0","class":250,"node":"default gw 192.0.2.2 dev eth0"}],"result":{"type":"unicast","pref":100,"class":250,"dst":"default","gateway":"192.0.2.2","dev":"eth0","prefsrc":"192.0.2.1"},"reply":{"type":"unicast","pref":32766,"class":254,"dst":"10.1.0.0/16","dev":"eth1","prefsrc":"10.1.0.1"},"kernel":{"agrees":true}}]'
}

@test "explain: what refuses a packet, and what its sender sees" {
	on r iproute add default gw 192.0.2.2
	local node
	while IFS=';' read -r line seen; do
		# shellcheck disable=SC2086 # words
		on r iproute $line
		status 1 on r iproute explain 203.0.113.9 from 10.1.0.4 iif eth1
		has "$seen"
		has 'the kernel agrees'
		on r iproute flushrules pref 50
		on r iproute flush 203.0.113.0/24
	done <<-'END'
		add reject 203.0.113.0/24;refused: a node of the class of rule 32766 refuses it; its sender gets ICMP host unreachable
		add prohibit 203.0.113.0/24;its sender gets ICMP administratively prohibited
		add drop 203.0.113.0/24;its sender gets no answer
		addrule pref 50 to 203.0.113.9 reject;refused: rule 50 refuses it; its sender gets ICMP net unreachable
		addrule pref 50 iif eth1 prohibit;its sender gets ICMP administratively prohibited
	END
	status 1 on r iproute explain 203.0.113.9 from 10.1.0.4
	has 'dropped: 10.1.0.4 is not an address of this host; give `iif DEV` for an incoming packet; the program gets ENETUNREACH'
	on r sysctl -qw net.ipv4.conf.eth1.forwarding=0
	status 1 on r iproute explain 203.0.113.9 from 10.1.0.4 iif eth1
	has 'dropped: forwarding of eth1 is off; its sender gets no answer'
}

@test "explain: packets that may not come in" {
	on r iproute add default gw 192.0.2.2
	local words seen
	on r sysctl -qw net.ipv4.conf.eth1.rp_filter=1
	while IFS=';' read -r words seen; do
		# shellcheck disable=SC2086
		status 1 on r iproute explain $words iif eth1
		has "dropped: $seen"
		has 'the kernel agrees'
	done <<-'END'
		192.0.2.1 from 203.0.113.9;rp_filter 1 of eth1: the route back to 203.0.113.9 uses eth0; its sender gets no answer
		203.0.113.9 from 224.0.0.1;224.0.0.1 is not a valid source address
		203.0.113.9 from 127.0.0.1;127.0.0.0/8 is not accepted from a device: route_localnet of eth1 is off
		203.0.113.9 from 192.0.2.1;192.0.2.1 is an address of this host: accept_local of eth1 is off
		203.0.113.9 from 192.0.2.255;the route back to 192.0.2.255 is neither unicast nor local
		224.1.1.1 from 10.1.0.4;224.1.1.1 is a multicast group that this host has not joined
	END
	on r iproute del default gw 192.0.2.2
	status 1 on r iproute explain 192.0.2.1 from 203.0.113.9 iif eth1
	has 'dropped: rp_filter 1 of eth1: no route leads back to 203.0.113.9'
}

@test "explain: why a rule does not match" {
	on r iproute add default gw 192.0.2.2 class 250
	local selector words seen
	while IFS=';' read -r selector words seen; do
		# shellcheck disable=SC2086
		on r iproute addrule pref 7 $selector class 250
		# shellcheck disable=SC2086
		status 1 on r iproute explain 203.0.113.9 $words
		has "$seen"
		has 'the kernel agrees'
		on r iproute flushrules pref 7
	done <<-'END'
		fwmark 1;;the packet has no mark
		fwmark 1;mark 2;its mark is 0x2
		tos 8;tos 10;its tos is 0x10
		dscp 4;tos 20;its dscp is 8
		dev eth1;;the packet is this host's own
		dev eth1;from 10.1.0.4 iif eth0;the packet came in by eth0
		dev eth9;;there is no device eth9
		oif eth9;;there is no device eth9
		oif eth1;;the packet is bound to no device
		ipproto tcp;ipproto udp;its IP protocol is 17
		sport 80;ipproto udp sport 81;its source port is 81
		dport 80;ipproto udp dport 81;its destination port is 81
		from 10.7.0.0/16;;the packet has no source address yet
		from 10.7.0.0/16;from 10.1.0.1;10.1.0.1 is not in 10.7.0.0/16
		tun_id 7;;the packet came through no tunnel with this id
		not to 203.0.113.9;;the packet has all that follows "not"
	END
}

@test "explain: goto, nop, throw and suppressors" {
	on r iproute add default gw 192.0.2.2
	on r iproute add throw 203.0.113.0/24 class 250
	on r iproute addrule pref 10 nop
	on r iproute addrule pref 20 class 250
	on r iproute addrule pref 30 class main suppress_prefixlength 0
	on r iproute addrule pref 40 goto 60
	on r iproute addrule pref 50 reject
	on r iproute addrule pref 60 goto 70
	status 0 on r iproute explain 203.0.113.9
	same '203.0.113.9, from this host
    0  class local                         no route
   10  nop                                 matches: does nothing
   20  class 250                           matches: throw 203.0.113.0/24
   30  class main suppress_prefixlength 0  suppressed by its length: default gw 192.0.2.2 dev eth0
   40  goto 60                             matches: goes on at 60
   60  goto 70 [unresolved]                matches: there is no rule 70 to go to
32766  class main                          matches: default gw 192.0.2.2 dev eth0
sent to 192.0.2.2 on eth0, as 192.0.2.1
replies: in eth0, delivered to this host
the kernel agrees'
}

@test "explain: -d shows the nodes that lost, and why" {
	on r iproute add 203.0.113.0/24 gw 192.0.2.3 metric 5
	on r iproute add 203.0.113.0/24 gw 192.0.2.4 tos 10
	on r iproute add default gw 192.0.2.2
	status 0 on r iproute -d explain 203.0.113.9
	has '203.0.113.0/24 tos 0x10 gw 192.0.2.4 dev eth0'
	has ': for another tos'
	has ': the one before is better'
}

@test "explain: IPv6" {
	on r iproute add 2001:db8:9::/48 gw 2001:db8:1::2
	on r iproute addrule pref 9 from 2001:db8:7::/48 class 250
	status 0 on r iproute explain 2001:db8:9::9
	has 'the packet has no source address yet'
	has 'sent to 2001:db8:1::2 on eth0, as 2001:db8:1::1'
	has 'the kernel agrees'
	status 1 on r iproute explain 2001:db8:a::9
	has 'no rule leads to a route; the program gets ENETUNREACH'
}

@test "explain: of a file, without a kernel" {
	local policy=$BATS_TEST_TMPDIR/policy
	cat >"$policy" <<-'END'
		link eth0
		link eth1
		link eth2 down
		addr 192.0.2.1/24 dev eth0
		addr 10.1.0.1/16 dev eth1
		addrule pref 100 from 10.1.0.0/16 route gw 192.0.2.2 masq
		add 203.0.113.0/24 dev eth2
	END
	status 0 iproute explain -f "$policy" 203.0.113.9 from 10.1.0.4 iif eth1
	has 'sent to 192.0.2.2 on eth0, as 192.0.2.1 (masq)'
	[[ $output != *'kernel'* ]]
	status 1 iproute explain 203.0.113.9 -f "$policy"
	has 'no rule leads to a route'
	status 255 iproute explain 203.0.113.9 -f
	has '"-f" needs FILE after it'
	status 2 iproute explain 203.0.113.9 iif eth7 -f "$policy"
	marked eth7
}

@test "explain: an ICMP redirect is no disagreement" {
	fresh r a b
	ip -n r link add br0 type bridge
	ip -n r link set br0 up
	for host in a b; do
		ip -n r link add "to$host" type veth peer name eth0 netns "$host"
		ip -n r link set "to$host" master br0 up
		ip -n "$host" link set eth0 up
	done
	ip -n r addr add 192.0.2.1/24 dev br0
	ip -n a addr add 192.0.2.2/24 dev eth0
	ip -n b addr add 192.0.2.3/24 dev eth0
	ip -n b addr add 203.0.113.9/32 dev lo
	on a sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.send_redirects=1 net.ipv4.conf.eth0.send_redirects=1
	on r sysctl -qw net.ipv4.ip_forward=0 net.ipv4.conf.all.accept_redirects=1 net.ipv4.conf.br0.accept_redirects=1
	on r iproute add default gw 192.0.2.2
	on a iproute add default gw 192.0.2.3
	status 0 on r iproute explain 203.0.113.9
	lacks redirect
	# A redirect to a neighbour that is not known yet only asks for it.
	on r ping -q -c1 -W20 192.0.2.3 >/dev/null
	on r ping -q -c1 -W20 203.0.113.9 >/dev/null
	status 0 on r iproute explain 203.0.113.9
	has 'sent to 192.0.2.2 on br0, as 192.0.2.1'
	has 'the kernel agrees, but sends to 192.0.2.3 now: an ICMP redirect said so (`iproute -c`)'
	status 0 on r iproute -j explain 203.0.113.9
	has '"kernel":{"agrees":true,"redirected":"192.0.2.3"}'
	status 0 on r iproute -c
	has 192.0.2.3
}

# changing WHEN WORDS…: iproute, while the default route changes after those of its messages (strace's when=).
changing() {
	local when=$1 log=$BATS_TEST_TMPDIR/log stops=0
	shift
	: >"$log"
	ip netns exec r env ASAN_OPTIONS=detect_leaks=0 strace -o "$log" -e trace=sendto,sendmsg \
		-e inject=sendto,sendmsg:signal=STOP:when="$when" iproute "$@" >"$BATS_TEST_TMPDIR/said" 2>&1 &
	while kill -0 $! 2>/dev/null; do
		[ "$(grep -c 'stopped by SIGSTOP' "$log")" -gt "$stops" ] || continue
		stops=$((stops + 1))
		ip -n r route replace default via "192.0.2.$((stops + 2))"
		kill -CONT $(ip netns pids r)
	done
	wait $!
}

@test "explain: what the kernel says against the model" {
	need strace strace -V
	local asked
	on r iproute add default gw 192.0.2.2
	status 4 changing 1+ explain 203.0.113.9
	output=$(cat "$BATS_TEST_TMPDIR/said")
	has 'THE KERNEL DISAGREES: device or gateway differs
please report this, with the output of `iproute save -a` and `uname -r`'
	status 4 changing 1+ -j explain 203.0.113.9
	output=$(cat "$BATS_TEST_TMPDIR/said")
	has '"kernel":{"agrees":false,"reason":"device or gateway differs"}'
	# One change between what is read and the two questions: all is read again.
	on r env ASAN_OPTIONS=detect_leaks=0 strace -o "$BATS_TEST_TMPDIR/sent" -e trace=sendto,sendmsg iproute explain 203.0.113.9 >/dev/null
	asked=$(grep -n 'RTM_GETROUTE.*NLM_F_ACK' "$BATS_TEST_TMPDIR/sent" | head -n1)
	status 0 changing "$((${asked%%:*} - 1))" explain 203.0.113.9
	output=$(cat "$BATS_TEST_TMPDIR/said")
	has 'the kernel agrees'
	has 'sent to 192.0.2.3 on eth0'
}

@test "get: takes its reasons from the model" {
	on r iproute add default gw 192.0.2.2
	status 2 on r iproute get 203.0.113.9 from 10.9.0.1
	has "this host can't send from that address (ENETUNREACH)"
	has 'give `iif DEV` for an incoming packet'
	on r sysctl -qw net.ipv4.conf.eth1.forwarding=0
	status 2 on r iproute get 203.0.113.9 from 10.1.0.4 iif eth1
	has 'this host does not forward the packet (EHOSTUNREACH)'
	has 'forwarding of eth1 is off'
	on r iproute del default gw 192.0.2.2
	on r iproute addrule pref 5 fwmark 1 class 250
	status 2 on r iproute get 203.0.113.9
	has 'the packet has no mark, which this rule requires:'
	has 'pref 5 fwmark 0x1 class 250'
	on r iproute delrule pref 5
	status 2 on r iproute get 203.0.113.9
	has 'no rule leads to a route for this packet'
	has '`iproute explain` shows what each rule says'
	on r iproute addrule pref 5 reject
	status 2 on r iproute get 203.0.113.9
	has 'a rule rejects the packet: its sender gets ICMP net unreachable'
	has 'by this rule:'
}

@test "explain: a NAT route rewrites the destination before it is looked up" {
	need_translation
	on r iproute add 198.18.0.0/16 nat 10.2.0.0/16
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	on r iproute add 192.0.2.1 nat 10.1.0.8 ipproto tcp dport 8080-8090 to-port 80
	on r iproute addrule pref 90 from 10.1.0.0/24 nat 198.18.1.0/24 route gw 192.0.2.2
	status 0 on r iproute explain 198.18.1.5 from 203.0.113.9 iif eth0
	same '203.0.113.9 -> 198.18.1.5, forwarded, in eth0
rewritten to 10.1.0.5 by 198.18.1.0/24 nat 10.1.0.0/24
    0  class local  no route
   90  from 10.1.0.0/24 route gw 192.0.2.2 dev eth0 nat 198.18.1.0/24  203.0.113.9 is not in 10.1.0.0/24
32766  class main   matches: 10.1.0.0/16 dev eth1 src 10.1.0.1
sent to 10.1.0.5 on eth1
replies: in eth1, to 192.0.2.2 on eth0, as 198.18.1.5 (nat)
the kernel agrees'
	status 0 on r iproute explain 192.0.2.1 from 203.0.113.9 iif eth0 ipproto tcp dport 8085
	has '203.0.113.9 -> 192.0.2.1, forwarded, in eth0, ipproto 6, dport 8085
rewritten to 10.1.0.8, dport 80 by 192.0.2.1 nat 10.1.0.8 ipproto tcp dport 8080-8090 to-port 80'
	has 'sent to 10.1.0.8 on eth1'
	has 'to 192.0.2.2 on eth0, as 192.0.2.1 (nat)'
	output=$(on r iproute -j explain 203.0.113.9 from 10.1.0.5 iif eth1)
	has '"translated":{"from":"198.18.1.5","by":"nat"}'
	on r iproute addrule pref 89 from 10.1.0.6 masq route gw 192.0.2.2
	output=$(on r iproute -j explain 203.0.113.9 from 10.1.0.6 iif eth1)
	has '"translated":{"from":"192.0.2.1","by":"masq"}'
	on r iproute delrule pref 89
	# Another port, another protocol: this host's.
	for words in 'ipproto tcp dport 8091' 'ipproto udp dport 8085' ''; do
		status 0 on r iproute explain 192.0.2.1 from 203.0.113.9 iif eth0 $words
		lacks rewritten
		has 'delivered to this host'
	done
	# What this host sends: by ports alone.
	status 0 on r iproute explain 198.18.1.5
	lacks rewritten
	status 0 on r iproute explain 192.0.2.1 ipproto tcp dport 8080
	has 'rewritten to 10.1.0.8, dport 80'
	output=$(on r iproute -j explain 198.18.1.5 from 203.0.113.9 iif eth0)
	has '"packet":{"from":"203.0.113.9","to":"198.18.1.5","iif":"eth0"},"rewritten":{"to":"10.1.0.5","by":"198.18.1.0/24 nat 10.1.0.0/24"}'
	output=$(on r iproute -j explain 192.0.2.1 from 203.0.113.9 iif eth0 ipproto tcp dport 8085)
	has '"rewritten":{"to":"10.1.0.8","dport":80,"by":'
	# RFC 6296: one word keeps the sum.
	on r sysctl -qw net.ipv6.conf.all.forwarding=1
	ip -n r -6 addr add fd01:203:405::1/48 dev eth1 nodad
	on r iproute -6 add 2001:db8:1::/48 nat fd01:203:405::/48
	status 0 on r iproute explain 2001:db8:1:d550::1234 from 2001:db8:1::9 iif eth0
	has 'rewritten to fd01:203:405:1::1234 by 2001:db8:1::/48 nat fd01:203:405::/48'
}

@test "expect: packets to a NAT route's address go where the rewritten ones go" {
	cd "$BATS_TEST_TMPDIR"
	cat >p.policy <<-'END'
		addr 192.0.2.1/24 dev eth0
		addr 10.1.0.1/16 dev eth1
		add 198.18.1.0/24 nat 10.1.0.0/24
		add 192.0.2.1 nat 10.1.0.8 ipproto tcp dport 8080-8090 to-port 80
		addrule pref 50 to 10.1.0.0/16 ipproto tcp dport 80 class main
		expect 198.18.1.0/28 iif eth0 dev eth1
		expect 192.0.2.1 iif eth0 ipproto tcp dport 8080 dev eth1 rule 50
		expect 192.0.2.1 iif eth0 ipproto tcp dport 8081-8083 dev eth1
		expect 192.0.2.1 iif eth0 ipproto tcp dport 22 local
	END
	status 0 iproute test p.policy
	lacks 'not ok'
	sed 's/8081-8083 dev/8081-8091 dev/' p.policy >q.policy
	status 1 iproute test q.policy
	sed 's/add 198.18.1.0.*//' p.policy >q.policy
	status 1 iproute test q.policy
	has 'not ok 1'
}

@test "explain: the kernel agrees on this host's addresses where nobody has added a rule yet" {
	status 0 on r iproute explain 192.0.2.1
	has 'delivered to this host'
	has 'the kernel agrees'
	status 0 on r iproute explain 192.0.2.255 from 192.0.2.9 iif eth0
	has 'the kernel agrees'
}
