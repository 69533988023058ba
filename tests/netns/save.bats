#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# save and restore. That what is saved restores to the same bytes is seen after every test: see lib.bash.

load lib

setup() {
	lone r
}

saved() {
	echo "$BATS_TEST_TMPDIR/saved"
}

# everything HOST: each kind of route and rule that this program knows, and the kernel.
everything() {
	local line output
	on "$1" ip nexthop add id 5 via 192.0.2.9 dev eth0
	while read -r line; do
		[ -n "$line" ] || continue
		output=$(on "$1" iproute $line 2>&1) || [[ $output == *'this kernel ignores'* ]] || {
			echo "$output"
			return 1
		}
	done <<-'END'
		add default gw 192.0.2.9
		add default gw 192.0.2.9 class 250
		add 10.1.0.0/16 gw 192.0.2.9 class 250 metric 5 mtu lock 1400 irtt 12.5ms rttvar 1.5s
		add 10.1.0.0/16 dev eth0 class 250 metric 5 tos 10
		append 10.1.0.0/16 gw 192.0.2.9 class 250 metric 5 tos 10
		append 10.1.0.0/16 gw 192.0.2.8 class 250 metric 5 tos 10
		add 10.2.0.0/16 nexthop gw 192.0.2.9 weight 3 nexthop gw 198.51.100.9
		add 10.3.0.0/16 via inet6 2001:db8:1::9
		add 10.3.1.0/24 gw 10.77.0.1 dev eth1 onlink
		add reject 10.4.0.0/16
		add drop 10.5.0.0/16 metric 9
		add prohibit 10.6.0.0/16 proto static
		add throw 10.7.0.0/16 class 250
		add local 10.8.0.0/16 dev lo
		add broadcast 10.9.0.255 dev eth0
		add 10.10.0.0/16 dev eth0 scope global src 192.0.2.1 realm 3/5
		add 10.11.0.0/16 dev eth0 window 16384 ssthresh 64 cwnd lock 64 advmss 1400 reordering 5 hoplimit 32 initcwnd 20 rto_min lock 5ms initrwnd 20 quickack 1
		add 10.12.0.0/16 dev eth0 class 4000000
		add 2001:db8:5::/48 gw 2001:db8:1::9
		add 2001:db8:6::/48 nexthop gw 2001:db8:1::9 nexthop gw 2001:db8:1::a weight 2
		add 2001:db8:7::/48 dev eth0 metric 7
		append 2001:db8:7::/48 dev eth1 metric 7
		add reject ::/0
		add 2001:db8:8::/48 gw fe80::1 dev eth1 class 77
		add 10.13.0.0/16 dev eth0 congctl cubic features ecn
		add 10.14.0.0/16 nhid 5
		add 10.15.0.0/16 encap seg6 mode encap segs 2001:db8::8,2001:db8::9 dev eth0
		add 2001:db8:a::/48 dev eth0 pref high
		add 2001:db8:b::/48 from 2001:db8:c::/48 dev eth0
		addrule pref 20 ipproto tcp sport 1-99 dport 80 class 7
		addrule pref 21 uidrange 0-0 dscp EF class 7
		addrule pref 22 tun_id 42 class main suppress_prefixlength 0
		addrule pref 23 class 7 realms 3/5
		addrule pref 24 l3mdev
		addrule pref 25 from 2001:db8::/32 flowlabel 0x8000/0x8000 class 7 suppress_ifgroup 9
		addrule from 10.1.0.0/16 route gw 192.0.2.9
		addrule from 10.2.0.0/16 route gw 192.0.2.9 dev eth0 mtu 1400
		addrule from 2001:db8:9::/48 route gw 2001:db8:1::9
		addrule pref 7 tos 10 not fwmark 1/3 class 250
		addrule pref 7 to 10.9.0.0/16 class 250 proto static
		-6 addrule pref 7 class 250
		addrule pref 9 goto 32766
		addrule pref 10 dev eth5 reject
		addrule pref 11 oif eth1 drop
		addrule pref 12 to 10.0.0.0/8 prohibit
		addrule pref 13 nop
		addrule pref 14 class 4000000
	END
}

@test "every kind: text" {
	everything r
	status 0 on r iproute save
	[ "$(head -n1 <<<"$output")" = '# iproute save whole' ]
	[ "$(tail -n1 <<<"$output")" = '# end' ]
	has 'add reject 10.4.0.0/16 class main'
	has 'append 10.1.0.0/16 tos 0x10 gw 192.0.2.9 dev eth0 class 250 metric 5'
	has 'addrule pref 0 class local proto kernel'
	# What the kernel made itself is not in it.
	[[ $output != *192.0.2.0/24* ]]
}

@test "restore makes the scope equal to the file" {
	everything r
	on r iproute save >"$(saved)"
	on r iproute add 10.77.0.0/16 dev eth0
	on r iproute replace 10.1.0.0/16 gw 192.0.2.9 class 250 metric 5
	on r iproute del 10.1.0.0/16 tos 10 gw 192.0.2.9 class 250
	on r iproute delrule pref 7 tos 10
	on r iproute addrule pref 8 class 8
	on r iproute addrule from 10.3.0.0/16 route gw 192.0.2.7
	on r iproute delrule from 10.2.0.0/16
	status 1 on r iproute -dry-run restore "$(saved)"
	has 'addrule pref 7 not tos 0x10 fwmark 0x1/0x3 class 250'
	has 'replace 10.1.0.0/16 gw 192.0.2.9 dev eth0 class 250 metric 5 mtu lock 1400'
	has '# 5 added, 1 changed, 5 removed'
	status 0 on r iproute restore "$(saved)"
	same '5 added, 1 changed, 5 removed'
	status 0 on r iproute save
	diff -u "$(saved)" - <<<"$output"
	status 0 on r iproute restore "$(saved)"
	same 'unchanged'
}

@test "a scope of its own: nothing else is touched" {
	everything r
	on r iproute save class 250 >"$(saved)"
	on r iproute save rules from root 10.0.0.0/8 >"$(saved).rules"
	on r iproute -6 save >"$(saved).6"
	[ "$(head -n1 "$(saved)")" = '# iproute save whole class 250' ]
	[ "$(head -n1 "$(saved).6")" = '# iproute -6 save whole' ]
	fails grep rule "$(saved)"
	fails grep '^add ' "$(saved).rules"
	fails grep '10\.' "$(saved).6"
	status 0 on r iproute flush class 250
	on r iproute delrule from 10.2.0.0/16
	on r iproute -6 flush all
	on r iproute add 10.88.0.0/16 dev eth1
	status 0 on r iproute restore "$(saved)"
	same '6 added, 0 changed, 0 removed'
	status 0 on r iproute restore "$(saved).rules"
	same '1 added, 0 changed, 0 removed'
	status 0 on r iproute restore "$(saved).6"
	status 0 on r iproute restore "$(saved).6"
	same unchanged
	status 0 on r iproute show 10.88.0.0/16
}

@test "lines written by hand: what the kernel finds out is no difference" {
	cat >"$(saved)" <<-'END'
		# iproute save
		add 10.1.0.0/16 gw 192.0.2.9
		add 10.2.0.0 mask 255.255.0.0 via 192.0.2.9 metric 0
		add 2001:db8:5::/48 gw 2001:db8:1::9   # the rest
		addrule pref 0 class local proto kernel
		addrule pref 5 from 10.1.0.0/16 table 9
		addrule pref 6 from 10.2.0.0/16 route gw 192.0.2.9
		addrule pref 32766 class main proto kernel
		addrule pref 0 from ::/0 class local proto kernel
		addrule pref 32766 from ::/0 class main proto kernel
		# end
	END
	status 0 on r iproute restore "$(saved)"
	same '5 added, 0 changed, 0 removed'
	status 0 on r iproute restore "$(saved)"
	same unchanged
	# A hand-written file does not remove the kernel's own rules by not naming them; a save does.
	status 0 on r iproute showrules pref 32767
	sed -i '1s/save/save whole/' "$(saved)"
	status 0 on r iproute restore "$(saved)"
	same '0 added, 0 changed, 1 removed'
	status 1 on r iproute showrules pref 32767
	# More than is wanted is a difference.
	on r iproute replace 10.1.0.0/16 gw 192.0.2.9 mtu 1400
	status 0 on r iproute restore "$(saved)"
	same '0 added, 1 changed, 0 removed'
}

@test "a file that is wrong: nothing changes, and the word is named" {
	local before
	on r iproute add 10.1.0.0/16 dev eth0
	on r iproute save >"$(saved)"
	before=$(on r iproute save)
	{ sed '$d' "$(saved)" && echo 'add 10.99.0.0/16 gw 192.0.77.9' && echo '# end'; } >"$(saved).1"
	status 2 on r iproute restore "$(saved).1"
	marked 192.0.77.9
	has 'saved.1:8: kernel: Nexthop has invalid gateway'
	{ sed '$d' "$(saved)" && echo 'add 10.99.0.0/16 gv 192.0.2.9' && echo '# end'; } >"$(saved).1"
	status 255 on r iproute restore "$(saved).1"
	marked gv
	sed '$d' "$(saved)" >"$(saved).1"
	status 255 on r iproute restore "$(saved).1"
	has 'cut off'
	sed 1d "$(saved)" >"$(saved).1"
	status 255 on r iproute restore "$(saved).1"
	has 'does not begin with what it is all of'
	sed '1s/whole/whole class 77/' "$(saved)" >"$(saved).1"
	status 255 on r iproute restore "$(saved).1"
	has 'not in the scope'
	on r iproute -j save >"$(saved).json"
	head -c 150 "$(saved).json" >"$(saved).1"
	status 255 on r iproute restore "$(saved).1"
	sed 's/"dst"/"dts"/' "$(saved).json" >"$(saved).1"
	status 255 on r iproute restore "$(saved).1"
	marked dts
	status 255 on r iproute restore "$(saved).2"
	status 255 on r iproute restore
	[ "$(on r iproute save)" = "$before" ]
}

@test "completion knows the words of save, restore and monitor" {
	status 0 iproute complete -- save ru
	same rules
	status 0 iproute complete -- save rules fwm
	[[ $output == fwmark$'\t'* ]]
	status 0 iproute complete -- monitor ''
	same 'routes
rules
flows'
	status 0 iproute complete -- flush al
	same all
	status 0 iproute complete -- resto
	[[ $output == restore$'\t'* ]]
}

@test "a rule that another program gave host bits comes back as it was" {
	on r ip rule add pref 50 from 10.7.0.1/8 table 250
	on r iproute save rules >"$(saved)"
	on r ip rule del pref 50
	on r iproute restore "$(saved)"
	status 0 on r ip rule list pref 50
	has 'from 10.7.0.1/8 lookup 250'
}
