#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The listings: columns, words, JSON, names, colours.
# shellcheck disable=SC2034 # a counter

load lib

setup() {
	lone r
	ip -n r -6 addr flush dev eth0p
	on r iproute add default reject class 250
	on r iproute add 10.1.0.0/16 gw 192.0.2.9 class 250 metric 5 mtu 1400
	on r iproute add 10.0.0.0/8 dev eth0 static
	on r iproute addrule pref 100 to 10.1.0.0/16 class 250
	on r iproute addrule pref 101 from 10.2.0.0/16 route gw 192.0.2.9
	on r iproute addrule pref 102 dev eth0 fwmark 0x1/0xff prohibit
}

@test "iproute: the simple list" {
	status 0 on r iproute
	same 'Kernel routes
Destination        Gateway         TOS Metric Iface   Cl
default            reject          00       0 *       250
10.1.0.0/16        192.0.2.9       00       5 eth0    250
10.0.0.0/8         *               00       0 eth0    254
192.0.2.0/24       *               00       0 eth0    254
198.51.100.0/24    *               00       0 eth1    254'
}

@test "iproute -l: every route of every class" {
	status 0 on r iproute -l
	has '10.1.0.0/16        192.0.2.9       00       5 eth0    250 mtu 1400'
	has '192.0.2.1          local           00       0 eth0    255 proto kernel src 192.0.2.1'
	has '2147483648'
	[ "$(on r ip route show table all | grep -vc ' via inet6\|:')" = "$(($(wc -l <<<"$output") - 2))" ]
}

@test "iproute -r: columns, and what has none behind them" {
	status 0 on r iproute -r
	same 'Kernel routing policy rules
 Pref Source             Destination        TOS Iface   Cl
    0 default            default            00  *       255
  100 default            10.1.0.0/16        00  *       250
  101 10.2.0.0/16        default            00  *       own gw 192.0.2.9 dev eth0
  102 default            default            00  eth0        fwmark 0x1/0xff prohibit
32766 default            default            00  *       254
32767 default            default            00  *       253'
	status 0 on r iproute -6 -r
	same 'Kernel routing policy rules
 Pref Source             Destination        TOS Iface   Cl
    0 default            default            00  *       255
32766 default            default            00  *       254'
}

@test "iproute -c: the exceptions" {
	status 0 on r iproute -c
	same 'Kernel routing exceptions
Destination        Gateway         TOS Metric Iface   Cl'
}

@test "show and showrules: the grammar's words, which can be read again" {
	local line
	status 0 on r iproute -4 show class 250
	same 'reject default class 250
10.1.0.0/16 gw 192.0.2.9 dev eth0 class 250 metric 5 mtu 1400'
	while read -r line; do
		# shellcheck disable=SC2086 # words
		on r iproute del $line
		# shellcheck disable=SC2086
		on r iproute add $line
	done <<<"$output"
	status 0 on r iproute -4 showrules
	same 'pref 0 class local
pref 100 to 10.1.0.0/16 class 250
pref 101 from 10.2.0.0/16 route gw 192.0.2.9 dev eth0
pref 102 fwmark 0x1/0xff dev eth0 prohibit
pref 32766 class main
pref 32767 class default'
	while read -r line; do
		# shellcheck disable=SC2086
		on r iproute delrule $line
		# shellcheck disable=SC2086
		on r iproute addrule $line
	done <<<"$output"
	[ "$(on r iproute -4 showrules)" = "$output" ]
}

@test "an IPv6 rule without a prefix says what it is" {
	on r iproute -6 addrule pref 7 class 250
	status 0 on r iproute showrules pref 7
	same 'pref 7 from ::/0 class 250'
	status 0 on r iproute delrule pref 7 from ::/0 class 250
	status 0 on r iproute add default gw 2001:db8:1::9
	status 0 on r iproute show ::/0
	has '::/0 gw 2001:db8:1::9 dev eth0 class main metric 1024'
}

@test "a selector that fits nothing: status 1" {
	status 1 on r iproute show 10.99.0.0/16
	status 1 on r iproute showrules pref 77
	status 0 on r iproute -6 show
}

@test "JSON: the same rows" {
	status 0 on r iproute -j show class 250
	same '[{"type":"reject","dst":"default","class":250},{"dst":"10.1.0.0/16","gw":"192.0.2.9","dev":"eth0","class":250,"metric":5,"mtu":1400}]'
	status 0 on r iproute -j -r
	has '{"pref":101,"from":"10.2.0.0/16","own":{"gw":"192.0.2.9","dev":"eth0"}}'
	status 0 on r iproute -j -p showrules pref 100
	same '[ {
        "pref": 100,
        "to": "10.1.0.0/16",
        "class": 250
    } ]'
}

@test "classes" {
	status 0 on r iproute -4 classes
	same 'Class      Name           Routes  Rules
250        -                   2      1
253        default             0      1
254        main                3      1
255        local               7      1'
}

@test "names come from the files, -N shows numbers" {
	mkdir -p /run/etc/rt_tables.d
	cp -r /etc/iproute2/. /run/etc/ 2>/dev/null || true
	mkdir -p /etc/iproute2 2>/dev/null || skip "no /etc/iproute2, and it cannot be made"
	mount --bind /run/etc /etc/iproute2
	printf '250 area1\n0xfb area2\n' >/etc/iproute2/rt_tables.d/areas.conf
	status 0 on r iproute show class area1 dev eth0
	same '10.1.0.0/16 gw 192.0.2.9 dev eth0 class area1 metric 5 mtu 1400'
	status 0 on r iproute -N show class 250 dev eth0
	same '10.1.0.0/16 gw 192.0.2.9 dev eth0 class 250 metric 5 mtu 1400'
	status 0 on r iproute add 10.3.0.0/16 reject class area2
	status 255 on r iproute add 10.3.0.0/16 reject class area3
	marked area3
	has 'did you mean "area'
	umount /etc/iproute2
}

@test "a broken line of a names file: one warning, and the others count" {
	mkdir -p /run/broken/rt_tables.d
	mkdir -p /etc/iproute2 2>/dev/null || skip "no /etc/iproute2, and it cannot be made"
	mount --bind /run/broken /etc/iproute2
	printf '250 area1\nnonsense\nmore nonsense\n251 area2\n' >/etc/iproute2/rt_tables.d/areas.conf
	status 0 on r iproute add 10.3.0.0/16 reject class area2
	same "iproute: warning: /etc/iproute2/rt_tables.d/areas.conf:2: this is not a number and a name; the line is skipped"
	status 0 on r iproute show class area1 dev eth0
	has '10.1.0.0/16 gw 192.0.2.9 dev eth0 class area1'
	has 'areas.conf:2: this is not a number'
	[ "$(on r iproute show class area1 dev eth0 2>/dev/null)" = '10.1.0.0/16 gw 192.0.2.9 dev eth0 class area1 metric 5 mtu 1400' ]
	status 0 on r iproute route show table area2
	has 'areas.conf:2: this is not a number'
	umount /etc/iproute2
}

@test "one name of two numbers, as with Debian's frr: what is made is static for everyone" {
	mkdir -p /run/twice/rt_protos.d
	mkdir -p /etc/iproute2 2>/dev/null || skip "no /etc/iproute2, and it cannot be made"
	mount --bind /run/twice /etc/iproute2
	echo '196 static' >/etc/iproute2/rt_protos.d/frr.conf
	on r iproute add 10.31.0.0/16 reject class 77 static
	on r iproute add 10.32.0.0/16 reject class 77 proto 196
	status 0 on r iproute show class 77
	same 'reject 10.31.0.0/16 class 77 proto static
reject 10.32.0.0/16 class 77 proto 196'
	[[ $(on r ip route show table 77 proto 4) == 'unreachable 10.31.0.0/16'* ]]
	[[ $(on r ip route show table 77 proto 196) == 'unreachable 10.32.0.0/16'* ]]
	on r iproute save class 77 >/run/twice/saved
	status 0 on r iproute restore /run/twice/saved
	has 'unchanged'
	# As `ip` lists them.
	[ "$(on r iproute route show table 77)" = "$(on r ip route show table 77)" ]
	umount /etc/iproute2
	on r iproute flush class 77
}

@test "colours only when asked for, or on a terminal" {
	status 0 on r iproute show class 250
	[[ $output != *$'\e'* ]]
	status 0 on r iproute -color show class 250
	has $'\e[1;36meth0\e[0m'
	status 0 on r script -qec 'iproute show class 250' /dev/null
	has $'\e[1;36meth0'
	status 0 on r env NO_COLOR=1 script -qec 'iproute show class 250' /dev/null
	[[ $output != *$'\e'* ]]
}

@test "a protocol that no IP header carries (mptcp, 262) is no broken line" {
	[ -e /etc/protocols ] || skip "no /etc/protocols"
	printf 'mptcp 262 MPTCP\nsecret 201 SECRET\n' >/run/protocols
	mount --bind /run/protocols /etc/protocols
	status 0 on r iproute addrule pref 5 ipproto secret class 7
	same ''
	status 255 on r iproute addrule pref 6 ipproto mptcp class 7
	marked mptcp
	umount /etc/protocols
}

link_is_down() {
	ip -n s route show | grep -q linkdown
}

@test "the lists in columns say that a route is dead, or only for a source" {
	lone s
	on s iproute add default gw 198.51.100.7
	on s iproute addrule from 10.1.0.0/16 pref 100 gw 198.51.100.2
	on s iproute add default from 2001:db8:44::/48 gw 2001:db8:1::4
	ip -n s link set eth1p down
	until_true 20 link_is_down
	status 0 on s iproute
	has 'default            198.51.100.7    00       0 eth1    254 linkdown'
	status 0 on s iproute -r
	has '  100 10.1.0.0/16        default            00  *       own gw 198.51.100.2 dev eth1 linkdown'
	status 0 on s iproute -6
	has 'default            2001:db8:1::4   00    1024 eth0    254 from 2001:db8:44::/48'
	on s sysctl -qw net.ipv4.conf.all.ignore_routes_with_linkdown=1
	status 0 on s iproute
	has '254 dead linkdown'
	# A listing of a rule is read again, and the same rule as without these words.
	status 0 on s iproute showrules from 10.1.0.0/16
	same 'pref 100 from 10.1.0.0/16 route gw 198.51.100.2 dev eth1 dead linkdown'
	# shellcheck disable=SC2086
	status 0 on s iproute -ensure addrule $output
	same unchanged
	on s iproute save rules >"$BATS_TEST_TMPDIR/saved"
	fails grep linkdown "$BATS_TEST_TMPDIR/saved"
}

@test "ip -s -d: the counters of a group of nexthop objects, which Linux has from 6.9 on" {
	[ "$(printf '6.9\n%s\n' "$(uname -r)" | sort -V | head -n1)" = 6.9 ] || skip 'an older kernel'
	ln -s "$(command -v iproute)" "$BATS_TEST_TMPDIR/ip"
	ip -n r nexthop add id 1 via 192.0.2.2 dev eth0
	ip -n r nexthop add id 2 via 192.0.2.3 dev eth0
	ip -n r nexthop add id 10 group 1/2,3
	ip -n r route add 10.9.0.0/16 nhid 10
	status 0 on r "$BATS_TEST_TMPDIR/ip" -s -d route show 10.9.0.0/16
	has 'id 10 group 1/2,3 scope global proto unspec hw_stats off used off 
  stats:
    id 1 packets 0
    id 2 packets 0
'
	lacks packets_hw
	status 0 on r "$BATS_TEST_TMPDIR/ip" -s -s -d route show 10.9.0.0/16
	has '    id 2 packets 0 packets_hw 0'
	status 0 on r "$BATS_TEST_TMPDIR/ip" -d route show 10.9.0.0/16
	lacks stats
}
