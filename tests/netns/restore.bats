#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# restore: what it must not touch, and the order of its changes. Files that save wrote: save.bats.

load lib
load lab

setup() {
	lone r
	saved=$BATS_TEST_TMPDIR/saved
	cd "$BATS_TEST_TMPDIR" || return
}

@test "a rule or route that refuses a gateway goes before the routes that lead through it" {
	on r iproute add 10.1.0.0/16 gw 192.0.2.9
	on r iproute addrule pref 30 from 10.3.0.0/16 gw 192.0.2.9
	on r iproute add 2001:db8:5::/48 gw 2001:db8:1::9
	on r iproute save >"$saved"
	# By its destination, by everything, and as a route.
	for refusal in 'addrule pref 10 to 192.0.2.0/24 prohibit' 'addrule pref 10 reject' \
		'add prohibit 192.0.2.9 scope link' 'addrule pref 10 not to 10.0.0.0/8 drop'; do
		on r iproute del 10.1.0.0/16
		on r iproute delrule pref 30
		on r iproute $refusal
		status 0 on r iproute restore "$saved"
		same '2 added, 0 changed, 1 removed'
		status 0 on r iproute restore "$saved"
		same unchanged
	done
	on r iproute del 2001:db8:5::/48
	on r iproute -6 addrule pref 10 to 2001:db8:1::/48 prohibit
	status 0 on r iproute restore "$saved"
	same '1 added, 0 changed, 1 removed'
}

@test "a rule that refuses, but no gateway's lookup, goes last" {
	on r iproute add 10.1.0.0/16 gw 192.0.2.9
	on r iproute save >"$saved"
	on r iproute del 10.1.0.0/16
	on r iproute addrule pref 10 to 198.51.100.0/24 prohibit
	on r iproute addrule pref 11 from 192.0.2.0/24 prohibit
	status 1 on r iproute -dry-run restore "$saved"
	[[ $output == 'add 10.1.0.0/16 '* ]]
	on r iproute addrule pref 12 to 192.0.2.9 prohibit
	status 1 on r iproute -dry-run restore "$saved"
	[[ $output == 'delrule pref 12 '*$'\nadd 10.1.0.0/16 '* ]]
}

@test "a refusal shows the line of the file in its own words" {
	cat >"$saved" <<-'END'
		# iproute save class 77
		add 10.1.0.0/16   via 192.0.2.9 table 77

		add 10.2.0.0/16   via 192.0.77.9 table 77 # unreachable
		# end
	END
	status 2 on r iproute restore "$saved"
	has 'saved:4: kernel: Nexthop has invalid gateway'
	has 'add 10.2.0.0/16 via 192.0.77.9 table 77'
	marked 192.0.77.9
	status 1 on r iproute show class 77
}

# builtin: how many of the kernel's own rules are there.
builtin() {
	{ on r iproute showrules pref 0; on r iproute showrules pref 32766; on r iproute showrules pref 32767; } | wc -l
}

@test "the kernel's own rules go only when the file names their preference, or with -force" {
	on r iproute addrule pref 5 from 10.9.0.0/16 class 9
	printf '%s\n' '# iproute save rules' 'addrule pref 40 from 10.1.0.0/16 prohibit' '# end' >"$saved"
	status 0 on r iproute restore "$saved"
	same '1 added, 0 changed, 1 removed'
	[ "$(builtin)" = 5 ]
	status 0 on r iproute restore "$saved"
	same unchanged
	# One word is enough of a first line, and then the last may be missing.
	printf '%s\n' '# rules' 'addrule pref 40 from 10.1.0.0/16 prohibit' \
		'addrule pref 32767 class 77' >"$saved"
	status 0 on r iproute restore "$saved"
	same '1 added, 0 changed, 1 removed'
	status 0 on r iproute showrules pref 32767
	same 'pref 32767 class 77'
	[ "$(builtin)" = 5 ]
	printf '%s\n' '# -4 rules' 'addrule pref 0 class local' 'addrule pref 40 class main' >"$saved"
	status 0 on r iproute -force restore "$saved"
	same '1 added, 0 changed, 3 removed'
	status 0 on r iproute -4 showrules
	same 'pref 0 class local
pref 40 class main'
	# A save wrote that the rules are not there.
	on r iproute -4 save rules >"$saved"
	on r iproute addrule pref 32766 class main
	on r ip rule add pref 32767 lookup default protocol kernel
	status 0 on r iproute restore "$saved"
	same '0 added, 0 changed, 2 removed'
}

@test "routes and rules of routing daemons and DHCP: a save leaves them out, a restore leaves them alone" {
	on r iproute add 10.1.0.0/16 gw 192.0.2.9
	on r iproute add 10.2.0.0/16 gw 192.0.2.9 proto bird
	on r iproute add default gw 192.0.2.9 proto dhcp metric 100
	on r iproute addrule pref 50 from 10.3.0.0/16 class 50 proto zebra
	status 0 on r iproute save
	has '3 routes or rules of routing daemons or DHCP are left out: 1 zebra, 1 bird, 1 dhcp'
	has 'they make these again themselves; `iproute save proto PROTO` saves those of one protocol'
	lacks 'proto bird'
	on r iproute save >"$saved" 2>/dev/null
	on r iproute add 10.4.0.0/16 gw 192.0.2.9 proto ospf
	status 0 on r iproute restore "$saved"
	same unchanged
	status 0 on r iproute show proto ospf
	# Named, they are meant.
	on r iproute save proto bird >"$saved.bird"
	status 0 grep -c 'proto bird' "$saved.bird"
	on r iproute del 10.2.0.0/16
	status 0 on r iproute restore "$saved.bird"
	same '1 added, 0 changed, 0 removed'
	on r iproute add 10.5.0.0/16 gw 192.0.2.9 proto bird
	status 0 on r iproute restore "$saved.bird"
	same '0 added, 0 changed, 1 removed'
}

@test "a file that no save wrote does not remove what daemons made, but with -force" {
	on r iproute add 10.1.0.0/16 gw 192.0.2.9
	on r iproute save >"$saved"
	# As saves of older versions were, which did not leave anything out.
	sed -i '1s/ whole//' "$saved"
	on r iproute add 10.2.0.0/16 gw 192.0.2.9 proto bird
	on r iproute add default gw 192.0.2.9 proto dhcp metric 100
	on r iproute addrule pref 50 from 10.3.0.0/16 class 50 proto zebra
	status 3 on r iproute restore "$saved"
	has '3 routes or rules of routing daemons or DHCP would be removed: nothing was changed'
	has '-force removes them; `save proto PROTO` and its file concern one protocol alone:'
	has '    10.2.0.0/16 gw 192.0.2.9 dev eth0 class main proto bird'
	has '    default gw 192.0.2.9 dev eth0 class main proto dhcp metric 100'
	has '    pref 50 from 10.3.0.0/16 class 50 proto zebra'
	status 0 on r iproute show proto bird
	# One that the file has is the file's to change.
	sed -i '2i add 10.2.0.0/16 gw 192.0.2.9 proto bird' "$saved"
	status 3 on r iproute restore "$saved"
	has '2 routes or rules of routing daemons or DHCP would be removed'
	sed -i '1s/save/save proto static/; /addrule/d; /^add/d' "$saved"
	status 0 on r iproute restore "$saved"
	same unchanged
	printf '%s\n' '# routes' 'add 10.1.0.0/16 gw 192.0.2.9' >"$saved"
	status 3 on r iproute restore "$saved"
	status 0 on r iproute -force restore "$saved"
	same '0 added, 0 changed, 2 removed'
	status 1 on r iproute show proto bird
	status 0 on r iproute showrules proto zebra
}

@test "EACCES is the answer of a prohibit rule or route to the lookup of a gateway" {
	on r iproute addrule pref 10 to 192.0.2.0/24 prohibit
	status 2 on r iproute add 10.1.0.0/16 gw 192.0.2.9
	has 'kernel: Nexthop has invalid gateway (EACCES)'
	has 'a prohibit rule or route refuses the lookup of the gateway; `iproute get GATEWAY` shows which'
	on r iproute delrule pref 10
	on r iproute add prohibit 192.0.2.9 scope link
	status 2 on r iproute addrule pref 11 gw 192.0.2.9
	has 'a prohibit rule or route refuses'
	status 2 on r iproute replace 10.1.0.0/16 nexthop gw 192.0.2.9 nexthop gw 198.51.100.9
	has 'a prohibit rule or route refuses'
}

@test "a route of a nexthop object is saved with what the object holds" {
	ip -n r nexthop add id 10 via 192.0.2.9 dev eth0 proto zebra
	ip -n r nexthop add id 11 via 198.51.100.9 dev eth1
	ip -n r nexthop add id 12 group 10/11,3
	ip -n r -6 nexthop add id 13 via 2001:db8:1::9 dev eth0
	ip -n r route add 10.1.0.0/16 nhid 10
	ip -n r route add 10.2.0.0/16 nhid 12
	ip -n r -6 route add 2001:db8:5::/48 nhid 13
	status 0 on r iproute save
	lacks nhid
	has 'add 10.1.0.0/16 gw 192.0.2.9 dev eth0 class main'
	has 'add 10.2.0.0/16 class main nexthop gw 192.0.2.9 dev eth0 weight 1 nexthop gw 198.51.100.9 dev eth1 weight 3'
	has 'add 2001:db8:5::/48 gw 2001:db8:1::9 dev eth0 class main'
	on r iproute save >"$saved"
	status 0 on r iproute restore "$saved"
	same unchanged
	status 0 on r ip route show 10.1.0.0/16
	has 'nhid 10'
	# A number that leads elsewhere is a difference, and one that is gone.
	ip -n r nexthop replace id 10 via 192.0.2.99 dev eth0
	status 0 on r iproute restore "$saved"
	same '0 added, 2 changed, 0 removed'
	status 0 on r iproute show 10.1.0.0/16
	same '10.1.0.0/16 gw 192.0.2.9 dev eth0 class main'
	ip -n r nexthop flush
	status 0 on r iproute restore "$saved"
	same '1 added, 0 changed, 0 removed'
	# What the file does not have is removed with its number.
	ip -n r nexthop add id 10 via 192.0.2.9 dev eth0
	ip -n r route add 10.3.0.0/16 nhid 10
	status 0 on r iproute restore "$saved"
	same '0 added, 0 changed, 1 removed'
	status 1 on r iproute show 10.3.0.0/16
	# Words may name an object.
	printf '%s\n' '# routes root 10.4.0.0/16' 'add 10.4.0.0/16 nhid 10' >"$saved"
	status 0 on r iproute restore "$saved"
	same '1 added, 0 changed, 0 removed'
	status 0 on r iproute restore "$saved"
	same unchanged
}

@test "a rule whose own route uses a nexthop object is saved with what the object holds" {
	ip -n r nexthop add id 10 via 192.0.2.9 dev eth0
	ip -n r nexthop add id 11 via 198.51.100.9 dev eth1
	ip -n r nexthop add id 12 group 10/11,3
	ip -n r -6 nexthop add id 13 via 2001:db8:1::9 dev eth0
	on r iproute addrule pref 10 from 10.1.0.0/16 route nhid 10
	on r iproute addrule pref 12 from 10.2.0.0/16 route nhid 12 only
	on r iproute addrule pref 13 from 2001:db8:5::/48 route nhid 13
	ip -n r nexthop add id 14 via 192.0.2.8 dev eth0
	on r iproute addrule pref 14 from 10.4.0.0/16 route nhid 14 masq
	status 0 on r iproute save
	lacks nhid
	has 'addrule pref 10 from 10.1.0.0/16 route gw 192.0.2.9 dev eth0'
	has 'addrule pref 12 from 10.2.0.0/16 only route nexthop gw 192.0.2.9 dev eth0 weight 1 nexthop gw 198.51.100.9 dev eth1 weight 3'
	has 'addrule pref 13 from 2001:db8:5::/48 route gw 2001:db8:1::9 dev eth0'
	has 'addrule pref 14 from 10.4.0.0/16 route gw 192.0.2.8 dev eth0 masq'
	on r iproute save >"$saved"
	status 0 on r iproute restore "$saved"
	same unchanged
	# A number that leads elsewhere is a difference.
	ip -n r nexthop replace id 11 via 198.51.100.99 dev eth1
	status 0 on r iproute restore "$saved"
	same '1 added, 0 changed, 1 removed'
	ip -n r nexthop flush
	status 0 on r iproute restore "$saved"
	same '0 added, 3 changed, 0 removed'
	status 0 on r iproute restore "$saved"
	same unchanged
	status 0 on r iproute showrules pref 10
	same 'pref 10 from 10.1.0.0/16 route gw 192.0.2.9 dev eth0'
	# Words may name an object.
	ip -n r nexthop add id 10 via 192.0.2.9 dev eth0
	printf '%s\n' '# rules from 10.6.0.0/16' 'addrule pref 16 from 10.6.0.0/16 route nhid 10' >"$saved"
	status 0 on r iproute restore "$saved"
	same '1 added, 0 changed, 0 removed'
	status 0 on r iproute restore "$saved"
	same unchanged
}

@test "a route of a nexthop object that drops packets is found, saved, declared and deleted" {
	ip -n r nexthop add id 20 blackhole
	ip -n r -6 nexthop add id 21 blackhole
	ip -n r nexthop add id 22 via 192.0.2.9 dev eth0
	cat >policy <<-'EOF'
		add 10.1.0.0/16 nhid 20
		add 2001:db8:5::/48 nhid 21 class 250
		addrule pref 10 from 10.2.0.0/16 route nhid 20
		addrule pref 11 from 2001:db8:6::/48 route nhid 21
		expect 203.0.113.0/24 from 10.2.0.0/16 iif eth1 drop
		expect 10.1.0.0/16 drop
	EOF
	status 0 on r iproute apply ./policy
	same '4 added, 0 changed, 0 removed'
	status 0 on r iproute apply ./policy
	same unchanged
	on r iproute save >"$saved"
	status 0 on r iproute restore "$saved"
	same unchanged
	status 0 on r iproute flush proto 96
	same '2 routes removed'
	status 0 on r iproute delrule from 10.2.0.0/16 route nhid 20
	status 0 on r iproute -6 delrule pref 11
	status 0 on r iproute restore "$saved"
	same '4 added, 0 changed, 0 removed'
	status 0 on r iproute restore "$saved"
	same unchanged
	on r iproute apply /dev/null
	# Without a file.
	for family in -4 -6; do
		[ "$family" = -4 ] && route='10.3.0.0/16 nhid 20' || route='2001:db8:3::/48 nhid 21'
		read -ra words <<<"$route"
		on r iproute add "${words[@]}"
		status 0 on r iproute -ensure add "${words[@]}"
		same unchanged
		printf 'del %s\nadd 10.9.0.0/16 gw 203.0.113.9\n' "${words[0]}" >lines
		status 2 on r iproute batch lines
		status 0 on r iproute del "${words[@]}"
		ip -n r "$family" route add blackhole "${words[@]}"
		status 0 on r iproute del "${words[0]}"
		ip -n r "$family" route add "${words[@]}"
		status 0 on r iproute flush "${words[0]}"
		same '1 route removed'
	done
	# A route that drops packets itself is another than one of an object that doesn't.
	ip -n r route add 10.3.0.0/16 nhid 22 proto 96
	echo 'add drop 10.3.0.0/16 nhid 22' >policy
	status 0 on r iproute apply ./policy
	same '0 added, 1 changed, 0 removed'
	status 0 on r iproute apply ./policy
	same unchanged
}

@test "every wrong line of a file is named, and nothing changes" {
	on r iproute add 10.1.0.0/16 gw 192.0.2.9
	cat >"$saved" <<-'END'
		# routes
		add 10.1.0.0/16 gv 192.0.2.9
		add 10.2.0.0/16 gw 192.0.2.9
		addrule pref 5 class 7
		add 10.3.0.0/16 gw 192.0.2.300
		add "10.4.0.0/16
	END
	status 255 on r iproute restore "$saved"
	has 'saved:2: "gv" is not a word of a route'
	has 'saved:4: this is not in the scope that the file names'
	has 'saved:5: "192.0.2.300"'
	has 'saved:6: '
	has 'saved: 4 of 5 lines are wrong; nothing was changed'
	status 0 on r iproute show 10.1.0.0/16
	on r iproute -j save >"$saved"
	sed -i 's/"gw"/"gv"/' "$saved"
	status 255 on r iproute restore "$saved"
	has 'lines is wrong; nothing was changed'
}

@test "a dry run of a restore says by its status whether anything is different" {
	on r iproute add 10.1.0.0/16 gw 192.0.2.9
	on r iproute save >"$saved"
	status 0 on r iproute -dry-run restore "$saved"
	same unchanged
	on r iproute add 10.2.0.0/16 gw 192.0.2.9
	status 1 on r iproute -dry-run restore "$saved"
	has '# 0 added, 0 changed, 1 removed'
	status 0 on r iproute show 10.2.0.0/16
}

@test "a batch with -ensure says how many lines were there already" {
	on r iproute add 10.1.0.0/16 gw 192.0.2.9
	on r iproute addrule pref 5 from 10.1.0.0/16 class 7
	cat >"$saved" <<-'END'
		add 10.1.0.0/16 gw 192.0.2.9
		add 10.2.0.0/16 gw 192.0.2.9
		addrule pref 5 from 10.1.0.0/16 class 7
	END
	status 0 on r iproute -ensure batch "$saved"
	same '2 of 3 lines unchanged'
	status 0 on r iproute -ensure batch "$saved"
	same '3 of 3 lines unchanged'
	on r iproute flush class main
	on r iproute flushrules class 7
	status 0 on r iproute -ensure batch "$saved"
	same ''
}

@test "a file written by hand: what the kernel fills in is no difference" {
	printf '%s\n' '# -6 routes class main' 'add drop 2001:db8:60::/48' 'add prohibit 2001:db8:61::/48 metric 7' \
		'add throw 2001:db8:62::/48' 'add 2001:db8:63::/48 gw 2001:db8:1::3 mtu 0' \
		'add reject 2001:db8:64::/48 dev lo' 'add 2001:db8:65::/48 dev eth0 hoplimit 0' >file
	status 0 on r iproute restore file
	same '6 added, 0 changed, 0 removed'
	status 0 on r iproute restore file
	same unchanged
	# lo is filled in, other devices are not.
	printf '%s\n' '# routes 2001:db8:65::/48' 'add drop 2001:db8:65::/48' >file
	status 0 on r iproute restore file
	same '0 added, 1 changed, 0 removed'
	status 0 on r iproute restore file
	same unchanged
}

@test "a wrong head is shown; multicast rules are only in a file that names them" {
	printf '%s\n' '# routes -6' 'add drop 2001:db8:60::/48' >file
	status 255 on r iproute restore file
	has 'file:1: "-6" is not a word of a route'
	marked -6
	printf '%s\n' '# rules' 'addrule ipmr pref 7 dev eth0 class 250' >file
	status 255 on r iproute restore file
	has 'this is not in the scope that the file names'
	printf '%s\n' '# rules ipmr' 'addrule ipmr pref 7 dev eth0 class 250' >file
	status 0 on r iproute restore file
	status 0 on r iproute restore file
	same unchanged
}

# To the kernel such a rule is the one that is there already.
@test "a rule gets other words for nftables" {
	local words
	need_translation
	on r iproute addrule from 10.3.0.0/16 pref 330 class 251 masq
	for words in "" count log "masq log" valve "nat 198.18.1.0/24" "masq as 192.0.2.7"; do
		[ -z "$words" ] || printf 'addrule from 10.3.4.0/24 pref 329 class 251 %s retag\n' "$words" | on r iproute batch -
		[ -n "$words" ] || on r iproute addrule from 10.3.4.0/24 pref 329 class 251
		on r iproute save >"$saved"
		for other in "" "valve" "masq count"; do
			on r iproute replacerule from 10.3.4.0/24 pref 329 class 251 $other
			[ "$(on r iproute save)" = "$(cat "$saved")" ] || {
				status 0 on r iproute restore "$saved"
				same '0 added, 1 changed, 0 removed'
			}
			status 0 on r iproute restore "$saved"
			same unchanged
			[ "$(on r iproute save)" = "$(cat "$saved")" ]
		done
		on r iproute delrule pref 329
	done
	# The only one of its class; and in IPv6.
	on r iproute -6 addrule pref 51 to fd00::/8 reject
	on r iproute -6 addrule pref 50 to fd00::/8 class 66 log
	on r iproute addrule pref 51 to 10.9.0.0/16 class 252 log
	on r iproute save >"$saved"
	on r iproute -6 replacerule pref 50 to fd00::/8 class 66 count
	on r iproute replacerule pref 51 to 10.9.0.0/16 class 252
	status 0 on r iproute restore "$saved"
	same '1 added, 1 changed, 1 removed'
	status 0 on r iproute restore "$saved"
	same unchanged
	[ "$(on r iproute save)" = "$(cat "$saved")" ]
	# Two of one preference change their places.
	printf 'addrule pref 60 from 10.4.4.0/24 class 252 retag\naddrule pref 60 from 10.4.0.0/16 class 252 masq\n' |
		on r iproute batch -
	on r iproute save >"$saved"
	on r iproute delrule all pref 60
	printf 'addrule pref 60 from 10.4.0.0/16 class 252 retag\naddrule pref 60 from 10.4.4.0/24 class 252 log\n' |
		on r iproute batch -
	status 0 on r iproute restore "$saved"
	[ "$(on r iproute save)" = "$(cat "$saved")" ]
	# apply and plan: the same.
	printf 'addrule pref 70 from 10.5.0.0/16 class 252 log retag\n' >p.policy
	on r iproute apply p.policy >/dev/null
	printf 'addrule pref 70 from 10.5.0.0/16 class 252 masq retag\n' >p.policy
	status 1 on r iproute plan p.policy
	has 'from 10.5.0.0/16 class 252 masq'
	status 0 on r iproute apply p.policy
	status 0 on r iproute showrules pref 70
	has "from 10.5.0.0/16 class 252 proto 96 masq"
	status 0 on r iproute plan p.policy
}
