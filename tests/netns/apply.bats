#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# plan and apply: what a policy file declares is there, and nothing else of its owner.
# shellcheck disable=SC2016,SC2154,SC2164,SC2238 # words of iproute; lib sets it; setup fails if cd does

load lib

setup() {
	lone r
	cd "$BATS_TEST_TMPDIR"
	cat >policy <<-'EOF'
		set lan 10.1.0.0/16
		add default gw 192.0.2.2 dev eth0 class 250
		add 10.3.0.0/16 reject class 250
		addrule from $lan class 250
		addrule from 10.9.0.0/16 pref 100 route gw 198.51.100.2 dev eth1
		addrule pref 32766 class main
		expect 203.0.113.9 from 10.1.0.1 iif eth1 via 192.0.2.2
	EOF
	on r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth1.rp_filter=0
	ip -n r route add 10.1.0.0/16 dev eth1
	# Of others: an administrator, a routing daemon.
	ip -n r rule add from 10.20.0.0/16 table 7 pref 55
	ip -n r route add 10.4.0.0/16 via 192.0.2.9
	ip -n r route add 10.5.0.0/16 via 192.0.2.9 proto bird
	ip -n r rule add from 10.21.0.0/16 table 8 pref 56 protocol zebra
}

state() {
	on r ip rule
	on r ip -6 rule
	on r ip route show table all
	on r ip -6 route show table all
}

# changes: $output keeps the lines of plan that say what changes.
changes() {
	output=$(sed '/^$/,$d' <<<"$output")
}

@test "plan says what apply would do, and does nothing" {
	state >before
	status 1 on r iproute plan policy
	changes
	same '+ add default gw 192.0.2.2 dev eth0 class 250
+ add reject 10.3.0.0/16 class 250
+ addrule pref 32765 from 10.1.0.0/16 class 250
+ addrule pref 100 from 10.9.0.0/16 route gw 198.51.100.2 dev eth1'
	state | diff before -
	status 0 on r iproute apply policy
	same '4 added, 0 changed, 0 removed'
	status 0 on r iproute plan policy
	same ''
}

@test "plan finds nothing wrong with a rule and its own route that go, in either family" {
	cat >policy <<-'EOF'
		addrule pref 100 from 10.9.0.0/16 route gw 198.51.100.2 dev eth1
		addrule pref 101 from 10.8.0.0/16 route gw 198.51.100.2 dev eth1 only
		addrule pref 100 from 2001:db8:9::/48 route gw 2001:db8:1::2 dev eth0
		addrule pref 101 from 2001:db8:8::/48 route gw 2001:db8:1::2 dev eth0 only
		add reject 2001:db8:7::/48
	EOF
	on r iproute apply policy
	echo 'addrule pref 102 from 10.7.0.0/16 class main' >policy
	status 1 on r iproute plan policy
	has '- add reject 2001:db8:7::/48'
	lacks 'new findings'
	lacks orphan
}

@test "a line that stands twice in the file counts once" {
	cat >part <<-'EOF'
		addrule pref 90 class main suppress_prefixlength 0
		addrule pref 91 from 10.9.0.0/16 route gw 198.51.100.2 dev eth1
		addrule pref 92 from 2001:db8:9::/48 route gw 2001:db8:1::2 dev eth0 only
		addrule pref 93 from 10.7.0.0/16 route gw 198.51.100.2 dev eth1 masq
		addrule pref 94 from ::/0 fwmark 7 prohibit
		add 10.30.0.0/16 gw 192.0.2.2
		add 10.30.0.0/16 gw 192.0.2.3 metric 5
		add 2001:db8:30::/48 gw 2001:db8:1::2
		add reject 2001:db8:31::/48
	EOF
	# Two recipes begin with the same lines.
	printf 'include part\ninclude part\n' >policy
	status 0 on r iproute apply policy
	same '9 added, 0 changed, 0 removed'
	status 0 on r iproute apply policy
	same unchanged
	sed -i 's/gw 192.0.2.2$/gw 192.0.2.4/; /pref 94/d' part
	status 0 on r iproute apply policy
	same '0 added, 1 changed, 1 removed'
	# Routes and rules that the kernel holds twice stay so.
	{ echo '# rules'; sed -n 's/route gw.*/class 7/; /pref 9[01]/{p;p;}' part; } >saved
	status 0 on r iproute -force restore saved
	status 0 on r iproute restore saved
	same unchanged
}

@test "IPv6 routes that the kernel would join are refused, other rivals are not" {
	for second in 'append 2001:db8:30::/48 gw 2001:db8:1::3' 'add 2001:db8:30::/48 gw 2001:db8:1::3 metric 1024' \
		'add 2001:db8:30::/48 nexthop gw 2001:db8:1::3 nexthop gw 2001:db8:1::4'; do
		printf '%s\n' '# two' 'add 2001:db8:30::/48 gw 2001:db8:1::2' "$second" >part
		echo 'include part' >policy
		status 255 on r iproute apply policy
		has 'part:3: the kernel makes one route of this and of part:2'
		has 'write one line with all of them: `nexthop gw ADDR ... nexthop gw ADDR ...`'
		sed -i '1s/.*/# routes class main/' part
		status 255 on r iproute restore ./part
		has 'part:3: the kernel makes one route of this and of line 2'
	done
	cat >policy <<-'EOF'
		add 2001:db8:30::/48 nexthop gw 2001:db8:1::2 nexthop gw 2001:db8:1::3
		add 2001:db8:30::/48 gw 2001:db8:1::2 metric 5
		add 2001:db8:30::/48 gw 2001:db8:1::3 class 250
		add 2001:db8:31::/48 dev eth0
		append 2001:db8:31::/48 dev eth1
		add 10.30.0.0/16 gw 192.0.2.2
		append 10.30.0.0/16 gw 192.0.2.3
	EOF
	status 0 on r iproute apply policy
	same '7 added, 0 changed, 0 removed'
	status 0 on r iproute apply policy
	same unchanged
}

@test "every wrong line of a policy and of what it includes is named, and nothing is changed" {
	cat >part <<-'EOF'
		set b 192.0.2.7
		addrule form 10.31.0.0/16 class 250
		add 10.32.0.0/16 gw $b
		add 10.33.0.0/16 gw $c
	EOF
	cat >policy <<-'EOF'
		add 10.30.0.0/16 gw 192.0.2.300
		include part
		include missing
		add 10.34.0.0/16 gw 192.0.2.7
		add "10.35.0.0/16 gw 192.0.2.7
		set b 192.0.2.8
		flush all
		addrule from 10.36.0.0/16
	EOF
	state >before
	for verb in apply plan status; do
		status 255 on r iproute "$verb" policy
		has 'policy:1: "192.0.2.300"'
		has 'part:2: "form" is not a word of a rule'
		has 'part:4: "$c" is not set'
		has 'policy:3: missing: No such file'
		has 'policy:6: b is set at part:1'
		has 'policy:7: "flush" does not belong in a policy file'
		has 'policy:8: '
		has 'policy: 8 of 10 lines are wrong; nothing was changed'
	done
	state | diff before -
}

@test "plan: a rule that goes, that another replaces, that moves, or whose class changes" {
	local rest=('add default gw 192.0.2.5 dev eth0 class 250' 'add default gw 192.0.2.6 dev eth0 class 1000'
		'addrule pref 110 from 10.2.0.0/16 prohibit')
	printf '%s\n' "${rest[@]}" 'addrule pref 100 from 10.1.0.0/16 class 250' 'addrule pref 120 from 10.3.0.0/16 class 250' >policy
	on r iproute apply policy
	# What takes the place of a rule follows it.
	printf '%s\n' "${rest[@]}" 'addrule pref 120 from 10.3.0.0/16 prohibit' 'addrule pref 100 from 10.1.0.0/16 class 1000' >policy
	status 1 on r iproute plan policy
	same '- addrule pref 100 from 10.1.0.0/16 class 250
+ addrule pref 100 from 10.1.0.0/16 class 1000
- addrule pref 120 from 10.3.0.0/16 class 250
+ addrule pref 120 from 10.3.0.0/16 prohibit

packets that are treated differently:
from 10.1.0.0/16: class 250 gw 192.0.2.5 dev eth0 -> class 1000 gw 192.0.2.6 dev eth0
    packet: 203.0.113.9 from 10.1.0.1 iif eth0p
from 10.3.0.0/16: class 250 gw 192.0.2.5 dev eth0 -> prohibit
    packet: 203.0.113.9 from 10.3.0.1 iif eth0p'
	# It moves, without an effect; with another selector at its place.
	printf '%s\n' "${rest[@]}" 'addrule pref 115 from 10.1.0.0/16 class 250' 'addrule pref 120 from 10.3.0.0/16 class 250' >policy
	status 1 on r iproute plan policy
	same '- addrule pref 100 from 10.1.0.0/16 class 250
+ addrule pref 115 from 10.1.0.0/16 class 250

no packet is treated differently'
	printf '%s\n' "${rest[@]}" 'addrule pref 100 from 10.3.0.0/16 class 250' 'addrule pref 120 from 10.1.0.0/16 class 250' \
		'addrule pref 130 from 10.4.0.0/16 class 250' >policy
	status 1 on r iproute plan policy
	has '- addrule pref 100 from 10.1.0.0/16 class 250
+ addrule pref 120 from 10.1.0.0/16 class 250
- addrule pref 120 from 10.3.0.0/16 class 250
+ addrule pref 100 from 10.3.0.0/16 class 250
+ addrule pref 130 from 10.4.0.0/16 class 250'
	# It goes; a route changes, and what was there is shown.
	printf '%s\n' 'add default gw 192.0.2.7 dev eth0 class 250' 'addrule pref 100 from 10.1.0.0/16 class 250' >policy
	status 1 on r iproute plan policy
	has '- addrule pref 120 from 10.3.0.0/16 class 250'
	has '~ add default gw 192.0.2.7 dev eth0 class 250
    was: add default gw 192.0.2.5 dev eth0 class 250
'
	has ': prohibit -> no route'
	has 'from 10.3.0.0/16 to 192.0.2.0/24: class 250 gw 192.0.2.5 dev eth0 -> dev eth0 src 192.0.2.1'
	on r iproute -j plan policy >plan.json || [ $? = 1 ]
	status 0 jq -r '.[] | select(.was) | .change, .add.gw, .was.gw' plan.json
	same 'replace
192.0.2.7
192.0.2.5'
}

@test "plan in JSON" {
	on r iproute -j plan policy >plan.json || [ $? = 1 ]
	status 0 jq -c '.[] | select(.change) | [.change, keys[0], (.add // .addrule).class]' plan.json
	same '["add","add",250]
["add","add",250]
["add","addrule",250]
["add","addrule",null]'
}

@test "a second time: unchanged, also after another file and back" {
	on r iproute apply policy
	status 0 on r iproute apply policy
	same 'unchanged'
	on r iproute save >a
	printf 'addrule from 10.8.0.0/16 class 9 pref 7\nadd 10.3.0.0/16 gw 192.0.2.7 class 250\n' >other
	on r iproute apply other
	on r iproute apply policy
	on r iproute save | diff a -
}

@test "what the file no longer says goes; what others made stays" {
	state >others
	on r iproute apply policy
	sed -i '/10.3.0.0/d; s/192.0.2.2 dev/192.0.2.3 dev/; s/via 192.0.2.2/via 192.0.2.3/' policy
	status 1 on r iproute plan policy
	changes
	same '- add reject 10.3.0.0/16 class 250
~ add default gw 192.0.2.3 dev eth0 class 250
    was: add default gw 192.0.2.2 dev eth0 class 250'
	status 0 on r iproute apply policy
	same '0 added, 1 changed, 1 removed'
	status 0 on r iproute apply /dev/null
	same '0 added, 0 changed, 3 removed'
	state | diff others -
}

@test "two owners leave each other alone" {
	printf 'owner babel\nadd 10.30.0.0/16 reject\n' >babel
	on r iproute apply policy
	status 0 on r iproute apply babel
	same '1 added, 0 changed, 0 removed'
	status 0 on r iproute apply policy
	same unchanged
	status 0 on r ip route show 10.30.0.0/16
	has 'proto babel'
}

# owned LINE…: a policy with these lines first.
owned() {
	printf '%s\n' "$@" 'add 10.30.0.0/16 reject' >owned
}

@test "a wrong owner is named with its line, and what would be right" {
	mount -t tmpfs tmpfs /etc/iproute2
	echo '42 babel' >/etc/iproute2/rt_protos
	local verb
	for verb in plan apply status; do
		owned '# ours' 'owner static'
		status 255 on r iproute $verb owned
		has 'owned:2: static cannot be an owner: others use it too'
		marked static
		has 'take a name of its own; without the line, it is policy'
		owned 'owner babl'
		status 255 on r iproute $verb owned
		has 'owned:1: there is no protocol "babl" to be the owner'
		marked babl
		has 'did you mean "babel"?'
		owned 'owner 4711'
		status 255 on r iproute $verb owned
		has 'owned:1: there is no protocol "4711" to be the owner'
		has 'an owner has a name; without the line, it is policy'
	done
	# In a file that is included, by a name that is set; the other lines are read, too.
	printf '\nset us joe\nowner $us\n' >part
	owned 'include part' 'add 10.31.0.0/16 gv 192.0.2.2'
	status 255 on r iproute apply owned
	has 'part:3: there is no protocol "joe" to be the owner'
	has '    owner joe'
	has 'owned:2: "gv" is not a word of a route'
	has 'owned: 2 of 3 lines are wrong; nothing was changed'
	# A file that declares nothing else.
	printf '\nowner joe\n' >bare
	status 255 on r iproute apply bare
	has 'bare:2: there is no protocol "joe" to be the owner'
	# Followed to the letter.
	owned 'owner joe'
	status 255 on r iproute apply owned
	has 'a number makes it one: `mkdir -p /etc/iproute2/rt_protos.d && echo 99 joe >>/etc/iproute2/rt_protos.d/iproute.conf`'
	bash -c "$(sed -n 's/.*`\(.*\)`$/\1/p' <<<"$output")"
	status 0 on r iproute apply owned
	same '1 added, 0 changed, 0 removed'
	owned 'owner jane'
	status 255 on r iproute apply owned
	has 'echo 100 jane '
	umount /etc/iproute2
}

@test "what another owner made is named, and taken over only with -adopt" {
	cat >>policy <<-'EOF'
		add 10.5.0.0/16 gw 192.0.2.7
		addrule from 10.20.0.0/16 class 7 pref 55
	EOF
	state >before
	status 3 on r iproute apply policy
	has '2 lines of policy would replace what another owner has made; nothing was changed'
	has '-adopt takes it over:'
	has 'policy:8: 10.5.0.0/16 gw 192.0.2.9 dev eth0 class main proto bird'
	has 'policy:9: pref 55 from 10.20.0.0/16 class 7'
	state | diff before -
	status 0 on r iproute -adopt apply policy
	status 0 on r iproute apply policy
	same unchanged
	status 0 on r ip route show 10.5.0.0/16
	has 'via 192.0.2.7'
	[ "$(on r ip rule show pref 55 | wc -l)" = 1 ]
}

@test "a wrong line is marked, in the file that it stands in, and nothing changes" {
	state >before
	printf 'add 10.7.0.0/16 gw 10.77.0.1\n' >part
	echo 'include part' >>policy
	status 2 on r iproute apply policy
	has 'part:1: kernel: Nexthop has invalid gateway'
	marked 10.77.0.1
	state | diff before -
	echo 'add 10.7.0.0/16 gw 192.0.2.3 proto bird' >part
	status 255 on r iproute apply policy
	has 'part:1: bird is not the owner of this file'
	marked bird
	has 'what the file declares carries its owner, policy; leave the word out'
	echo '-6 addrule prohibit' >part
	for verb in apply check; do
		status 255 on r iproute "$verb" part
		has '"-6" does not belong in a policy file'
		has 'a prefix tells the family of a line; `from ::/0` makes a rule for all IPv6 packets'
	done
	echo 'flush all' >part
	status 255 on r iproute apply policy
	has '"flush" does not belong in a policy file'
	has 'lines begin with add, addrule, local-policy, expect, set, include, owner, link or addr'
	state | diff before -
}

@test "-partial leaves out what waits for a device, and names it" {
	cat >>policy <<-'EOF'
		add 10.98.0.0/16 gw 203.0.113.9
		add 10.99.0.0/16 dev eth7
	EOF
	status 2 on r iproute apply policy
	has 'there is no device "eth7"'
	status 0 on r iproute -partial apply policy
	has 'policy:8: warning: kernel: Nexthop has invalid gateway'
	has 'the line waits: apply the file again when the device is up'
	has 'policy:9: warning: there is no device "eth7"'
	has 'the line waits: apply the file again when the device is there'
	has '4 added, 0 changed, 0 removed; 2 lines wait'
	status 0 on r iproute -partial apply policy
	has '0 added, 0 changed, 0 removed; 2 lines wait'
	ip -n r link add name eth7 type veth peer name eth7p
	ip -n r addr add 203.0.113.1/24 dev eth7
	ip -n r link set dev eth7p up
	ip -n r link set dev eth7 up
	status 0 on r iproute -partial apply policy
	same '2 added, 0 changed, 0 removed'
}

@test "-partial counts a change that the kernel refuses among the lines that wait" {
	cat >policy <<-'EOF'
		addrule pref 60 from 10.60.0.0/16 route gw 198.51.100.2 dev eth1
		addrule pref 61 from 10.61.0.0/16 route gw 198.51.100.2 dev eth1 only
		add 10.62.0.0/16 gw 192.0.2.2
	EOF
	status 0 on r iproute apply policy
	# The kernel takes the rules' own routes away; the file has another gateway for the third line.
	ip -n r link set dev eth1 down
	sed -i 's/gw 192.0.2.2/gw 198.51.100.3/' policy
	status 0 on r iproute -partial apply policy
	has '0 added, 0 changed, 0 removed; 3 lines wait'
	ip -n r link set dev eth1 up
	settled r
	status 0 on r iproute apply policy
	same '0 added, 3 changed, 0 removed'
}

# waiting RULES LINES: so many rules lack their own route, and so many lines wait; a second apply finds nothing to change.
waiting() {
	[ "$(on r iproute showrules | grep -c 'own (gone')" = "$1" ] || return
	status 0 on r iproute -partial apply policy
	has "0 added, 0 changed, 0 removed; $2 lines wait"
	status 0 on r iproute status policy
	has 'as policy declares'
	[ "$(grep -c '^policy:' <<<"$output")" = "$2" ] || return
	status 0 on r iproute -partial rehearse policy
	has '# 0 added, 0 changed, 0 removed'
}

@test "-partial makes a rule without its own route, which comes with the device" {
	cat >policy <<-'EOF'
		addrule pref 40 to 203.0.113.1 route gw 10.8.0.1 dev wg0
		addrule pref 41 to 203.0.113.2 route gw 10.8.0.1 dev wg0 only
		addrule pref 42 from 10.3.0.0/16 route dev wg0 masq
		addrule pref 43 to 2001:db8:9::/48 route dev wg1 only
		addrule pref 44 to 203.0.113.4 route nexthop gw 192.0.2.2 dev eth0 nexthop gw 10.8.0.1 dev wg0
		addrule pref 45 to 203.0.113.5 route gw 198.51.100.2 only
		add 10.9.0.0/16 gw 10.8.0.1 dev wg0
		addrule pref 46 to 203.0.113.6 prohibit
	EOF
	on r iproute add default gw 192.0.2.9
	ip -n r link set eth1 down
	# Without -partial as before: all or nothing.
	status 2 on r iproute apply policy
	has 'there is no device "wg0"'
	status 1 on r iproute status policy
	has 'not as policy declares, `iproute -partial apply policy` would change:'
	has '+ addrule pref 41 to 203.0.113.2 route gw 10.8.0.1 dev wg0 only'
	status 0 on r iproute -confirm 60 -partial apply policy
	has 'policy:2: warning: there is no device "wg0"'
	has 'the rule is there without its own route, which waits: apply the file again when the device is there'
	has 'policy:6: warning: kernel: '
	has 'the rule is there without its own route, which waits: apply the file again when the device is up'
	has 'policy:7: warning: there is no device "wg0"'
	has 'the line waits: apply the file again when the device is there'
	has '7 added, 0 changed, 0 removed; 7 lines wait'
	status 0 on r iproute rollback
	same undone
	status 1 on r iproute showrules pref 41
	[ -z "$(ip -n r route show table all | grep 'table 2147')" ]
	status 0 on r iproute -partial apply policy
	has '7 added, 0 changed, 0 removed; 7 lines wait'
	waiting 6 7
	status 0 on r ip route get 203.0.113.1
	has 'via 192.0.2.9'
	fails on r ip route get 203.0.113.2
	fails on r ip route get 203.0.113.5
	fails on r ip -6 route get 2001:db8:9::1
	# A change of the file that waits, too, takes the place of what was there.
	sed -i 's/203.0.113.5 /203.0.113.7 /' policy
	status 0 on r iproute -partial apply policy
	has '1 added, 0 changed, 1 removed; 7 lines wait'
	waiting 6 7
	ip -n r link add name wg0 type veth peer name wg0p
	ip -n r addr add 10.8.0.2/24 dev wg0
	ip -n r link set dev wg0 up
	ip -n r link set dev wg0p up
	settled r
	status 0 on r iproute -partial apply policy
	has '1 added, 4 changed, 0 removed; 2 lines wait'
	waiting 2 2
	status 0 on r ip route get 203.0.113.2
	has 'via 10.8.0.1'
	ip -n r link add name wg1 type veth peer name wg1p
	ip -n r link set dev wg1 up
	ip -n r link set dev wg1p up
	ip -n r link set dev eth1 up
	settled r
	status 0 on r iproute apply policy
	same '0 added, 2 changed, 0 removed'
	status 0 on r iproute apply policy
	same unchanged
	on r iproute showrules | fails grep 'own (gone'
}

@test "what waits, and what another owner has, is listed in the order of the file" {
	cat >policy <<-'EOF'
		addrule pref 60 from 10.60.0.0/16 route gw 198.51.100.2 dev eth1
		add 10.62.0.0/16 gw 198.51.100.2
		addrule pref 62 from 10.62.0.0/16 route gw 198.51.100.2 dev eth7
		addrule pref 61 from 10.61.0.0/16 route gw 198.51.100.2 dev eth1 only
		addrule pref 64 from 10.64.0.0/16 route dev eth1
		add 10.63.0.0/16 gw 198.51.100.2
		add 10.64.0.0/16 gw 198.51.100.2 dev eth8
	EOF
	ip -n r link set eth1 down
	local twice
	for twice in 1 2; do
		status 0 on r iproute -partial apply policy
		[ "$(sed -n 's/^iproute: policy:\([0-9]*\): warning:.*/\1/p' <<<"$output" | paste -sd' ')" = '3 7 1 2 4 5 6' ]
		has '7 lines wait'
		output=$(on r iproute status policy) || true
		[ "$(sed -n 's/^policy:\([0-9]*\):.*/\1/p' <<<"$output" | paste -sd' ')" = '1 2 3 4 5 6 7' ]
		# The second time the kernel has taken the rules' own routes away.
		sed -i '/eth[78]/d' policy
		ip -n r link set eth1 up
		settled r
		on r iproute apply policy
		sed -i '2a addrule pref 62 from 10.62.0.0/16 route gw 198.51.100.2 dev eth7' policy
		echo 'add 10.64.0.0/16 gw 198.51.100.2 dev eth8' >>policy
		ip -n r link set eth1 down
	done
	on r iproute apply /dev/null
	cat >policy <<-'EOF'
		addrule pref 60 from 10.60.0.0/16 class 250
		add 10.60.0.0/16 gw 192.0.2.7
		addrule from 10.61.0.0/16 class 250 pref 59
		addrule from 2001:db8:61::/48 class 250 pref 58
		add 10.59.0.0/16 gw 192.0.2.7
	EOF
	local line
	while read -r line; do
		on r iproute $line
	done <policy
	status 3 on r iproute apply policy
	[ "$(sed -n 's/^    policy:\([0-9]*\):.*/\1/p' <<<"$output" | paste -sd' ')" = '1 2 3 4 5' ]
}

@test "a rule of the kernel that the file names is made if it is gone" {
	on r iproute apply policy
	ip -n r rule del pref 32766
	status 1 on r iproute plan policy
	changes
	same '+ addrule pref 32766 class main'
	status 0 on r iproute apply policy
	status 0 on r iproute apply policy
	same unchanged
}

@test "rules that translate: unchanged a second time, mended, removed" {
	echo 'addrule from 10.6.0.0/16 pref 60 route gw 192.0.2.6 masq log' >>policy
	on r iproute apply policy
	status 0 on r iproute apply policy
	same unchanged
	on r nft flush ruleset
	status 1 on r iproute plan policy
	has '~ addrule pref 60 from 10.6.0.0/16'
	status 0 on r iproute apply policy
	status 0 on r iproute showrules pref 60
	has 'masq log'
	sed -i '/pref 60/d' policy
	on r iproute apply policy
	status 0 on r nft list ruleset
	same ''
}

@test "plan says what the changes mean: packets, expect lines, findings; text and JSON" {
	cat >meant <<-'EOF'
		add default gw 192.0.2.2 class 250
		add 2001:db8:9::/48 gw 2001:db8:1::2 class 251
		addrule from 10.1.0.0/16 class 250 pref 300
		addrule from 10.1.2.0/24 class 252 pref 301
		addrule from 2001:db8:2::/48 class 251 pref 300
		expect 203.0.113.9 from 10.1.0.1 via 192.0.2.2
		expect 203.0.113.9 from 10.1.0.1 iif eth1 via 192.0.2.3
	EOF
	state >before
	status 1 on r iproute plan meant
	has '
packets that are treated differently:
from 10.1.0.0/16: no route -> class 250 gw 192.0.2.2 dev eth0
    packet: 203.0.113.9 from 10.1.0.1 iif '
	has 'from 2001:db8:2::/48 to 2001:db8:9::/48: no route -> class 251 gw 2001:db8:1::2 dev eth0'
	has '
expect lines that do not hold:
meant:7: 203.0.113.9 from 10.1.0.1 iif eth1 via 192.0.2.3
    10.1.0.1 -> 203.0.113.9, forwarded, in eth1
'
	has '  300  from 10.1.0.0/16 class 250 proto 96'
	lacks 'meant:6'
	has '
new findings of check:
'
	has 'rule 301: '
	state | diff before -
	on r iproute -j plan meant >plan.json || [ $? = 1 ]
	status 0 jq -c '.[] | select(.expect or .code) | [.expect, .ok, .code, .pref]' plan.json
	has '["203.0.113.9 from 10.1.0.1 iif eth1 via 192.0.2.3",false,null,null]'
	has ',301]'
	status 0 jq -r '.[] | select(.packets and .before == "no route") | .after' plan.json
	has 'class 250 gw 192.0.2.2 dev eth0'
	# What plan has said is what comes true; then nothing is new.
	sed -i 7d meant
	on r iproute apply meant
	status 0 on r iproute plan meant
	same ''
	status 0 on r iproute explain 203.0.113.9 from 10.1.0.1 iif eth1
	# Nothing to do, but a line that does not hold.
	echo 'expect 203.0.113.9 from 10.1.0.1 iif eth1 via 192.0.2.3' >>meant
	status 1 on r iproute plan meant
	has 'meant:7: 203.0.113.9'
	lacks 'treated differently'
	status 1 on r iproute apply meant
	has 'meant:7: expect 203.0.113.9 from 10.1.0.1 iif eth1 via 192.0.2.3 does not hold'
	# Standard input is read only once, and proven all the same.
	on r iproute apply - <meant 2>said || [ $? = 1 ]
	grep -q -- '-:7: expect' said
}

@test "the outcome that plan foretells is that of the kernel: what is added, replaced, removed, appended" {
	cat >first <<-'EOF'
		add 10.30.0.0/16 gw 192.0.2.2
		add 10.31.0.0/16 gw 192.0.2.2 metric 5
		add 10.31.0.0/16 gw 192.0.2.3 metric 9
		append 10.32.0.0/16 gw 192.0.2.2
		append 10.32.0.0/16 gw 192.0.2.3
		add 2001:db8:30::/48 gw 2001:db8:1::2
		addrule from 10.9.0.0/16 pref 100 route gw 198.51.100.2
		addrule from 10.9.0.0/16 pref 101 route gw 192.0.2.7 masq
		addrule from 10.8.0.0/16 pref 102 prohibit
	EOF
	cat >second <<-'EOF'
		add 10.30.0.0/16 gw 192.0.2.4
		add 10.31.0.0/16 gw 192.0.2.3 metric 9
		append 10.32.0.0/16 gw 192.0.2.3
		add 2001:db8:30::/48 gw 2001:db8:1::3
		addrule from 10.9.0.0/16 pref 101 route gw 192.0.2.7 masq
		addrule from 10.8.0.0/16 pref 102 class 7
		add default gw 192.0.2.9 class 7
		expect 10.30.0.1 from 10.99.0.1 iif eth1 via 192.0.2.4
		expect 10.31.0.1 from 10.99.0.1 iif eth1 via 192.0.2.3
		expect 10.32.0.1 from 10.99.0.1 iif eth1 via 192.0.2.3
		expect 2001:db8:30::1 from 2001:db8:99::1 iif eth1 via 2001:db8:1::3
		expect 10.77.0.1 from 10.9.0.1 iif eth1 via 192.0.2.7 masq
		expect 10.77.0.1 from 10.8.0.1 iif eth1 via 192.0.2.9
	EOF
	ip -n r route add 10.99.0.0/16 dev eth1
	ip -n r -6 route add 2001:db8:99::/48 dev eth1
	ip -n r route add 10.8.0.0/15 dev eth1
	on r sysctl -qw net.ipv6.conf.all.forwarding=1
	on r iproute apply first
	status 1 on r iproute plan second
	lacks 'do not hold'
	has 'from 10.8.0.0/16: prohibit -> class 7 gw 192.0.2.9 dev eth0'
	on r iproute apply second
	status 0 on r iproute plan second
	same ''
	status 1 on r iproute plan first
	has 'from 10.8.0.0/16: class 7 gw 192.0.2.9 dev eth0 -> prohibit'
}

@test "expect lines must hold, or nothing stays" {
	state >before
	sed -i 's/via 192.0.2.2/via 192.0.2.3/' policy
	status 1 on r iproute apply policy
	has 'policy:7: expect 203.0.113.9 from 10.1.0.1 iif eth1 via 192.0.2.3 does not hold'
	has 'nothing was changed; `iproute plan policy` shows a packet for which it does not hold'
	state | diff before -
	status 1 on r iproute confirm
	sed -i 's/via 192.0.2.3/via 192.0.2.2/' policy
	status 0 on r iproute apply policy
	status 1 on r iproute confirm
	sed -i 's/^add default gw 192.0.2.2/add default gw 192.0.2.9/' policy
	on r iproute save >before
	status 1 on r iproute apply policy
	on r iproute save | diff before -
}

# Such a line would hold whatever it expects.
@test "an expect line of a device that is not there proves nothing, and says so" {
	local command
	echo 'expect 203.0.113.0/24 from 10.1.0.0/16 iif eth7 via 192.0.2.99' >>policy
	for command in plan apply rehearse status "-json test"; do
		# shellcheck disable=SC2086 # words
		output=$(timeout 20 ip netns exec r iproute $command policy 2>&1 >/dev/null || true)
		same 'iproute: policy:8: warning: there is no device "eth7"
    expect 203.0.113.0/24 from 10.1.0.0/16 iif eth7 via 192.0.2.99
                                               ^^^^
    no packet comes in by it: the line proves nothing'
	done
	tail -n1 policy >expected
	status 0 on r iproute test expected
	same 'ok 1 - expected:1: 203.0.113.0/24 from 10.1.0.0/16 iif eth7 via 192.0.2.99 # SKIP there is no device "eth7"
1..1'
	# There are packets that do not come in by it.
	echo 'expect not from 10.1.0.0/16 iif eth7 via 192.0.2.99' >expected
	status 1 on r iproute test expected
	has 'not ok 1 - expected:1: not from 10.1.0.0/16 iif eth7 via 192.0.2.99'
	lacks '# SKIP'
}

@test "-partial asks the kernel alone; while lines wait, an expect line that does not hold is a warning" {
	echo 'expect 203.0.113.10 from 10.1.0.1 iif eth1 via 192.0.2.3' >>policy
	state >before
	status 1 on r iproute -partial apply policy
	has 'policy:8: expect 203.0.113.10 from 10.1.0.1 iif eth1 via 192.0.2.3 does not hold'
	has 'the changes are undone; `iproute explain` shows what becomes of a packet'
	state | diff before -
	echo 'add 10.99.0.0/16 dev eth7' >>policy
	status 0 on r iproute -partial apply policy
	has 'warning: policy:8: expect 203.0.113.10 from 10.1.0.1 iif eth1 via 192.0.2.3 does not hold'
	has 'some lines wait for a device: that may be why'
	has '4 added, 0 changed, 0 removed; 1 line waits'
	status 1 on r iproute confirm
	# A device that is down counts, too.
	sed -i '$d' policy
	ip -n r link set eth0 down
	status 1 on r iproute apply policy
	status 0 on r iproute -partial apply policy
	has 'some lines wait for a device: that may be why'
}

@test "usage: one file; /etc/iproute/policy where none is named" {
	status 255 on r iproute apply policy policy
	has 'apply takes one file'
	status 255 on r iproute plan policy policy
	has 'plan takes one file'
	status 255 on r iproute apply nowhere
	has 'nowhere: No such file or directory'
	if [ ! -e /etc/iproute/policy ]; then
		status 255 on r iproute apply
		has '/etc/iproute/policy: No such file or directory'
		has 'this host has no policy yet: write that file, as `man iproute-policy` shows, or name another one'
	fi
	status 1 on r iproute -dry-run apply policy
	has '# 4 added, 0 changed, 0 removed'
}

@test "a line that nftables cannot translate is named" {
	cat >nat <<-'EOF'
		addrule pref 40 from 10.1.0.0/16 class 7
		addrule pref 41 from 2001:db8:7::/48 route gw 2001:db8:1::2 masq
	EOF
	printf 'include nat\nexpect 203.0.113.9 never local\n' >proven
	printf 'include nat\naddrule pref 42 reject\n' >unproven
	local words
	for words in plan apply '-dry-run apply' '-partial apply' rehearse; do
		status 3 on r iproute $words proven
		has 'nat:2: IPv6 has no realms'
		status 3 on r iproute $words unproven
		has 'nat:2: IPv6 has no realms'
	done
}

@test "NAT routes and IPv6 rules that translate belong to the owner, too, whatever their protocol" {
	cat >nat <<-'EOF'
		add 198.18.0.0/24 nat 10.1.0.0/24
		addrule from 10.1.0.0/24 nat 198.18.0.0/24 route gw 192.0.2.2 pref 40
		addrule from 2001:db8:7::/48 pref 41 route gw 2001:db8:1::2 masq
		addrule from 2001:db8:7::/48 pref 42 reject
		addrule from 10.6.0.0/16 pref 42 route gw 192.0.2.6 masq log
	EOF
	# Of others: an administrator.
	on r iproute add 198.18.7.0/24 nat 10.7.0.0/24
	on r iproute addrule from 2001:db8:9::/48 pref 52 reject
	on r iproute addrule from 2001:db8:9::/48 pref 51 route gw 2001:db8:1::2 masq
	on r iproute save >before
	status 0 on r iproute apply nat
	same '5 added, 0 changed, 0 removed'
	status 0 on r iproute apply nat
	same unchanged
	cp nat whole
	sed -i '/pref 41/d; /198.18.0.0.24 nat/d' nat
	status 1 on r iproute plan nat
	changes
	same '- add 198.18.0.0/24 dev lo class local nat 10.1.0.0/24
- addrule pref 41 from 2001:db8:7::/48 route gw 2001:db8:1::2 dev eth0 metric 1024 masq'
	on r iproute apply nat
	status 0 on r iproute apply nat
	same unchanged
	on r iproute apply /dev/null
	on r iproute save | diff before -
	# One of the administrator's is not taken over unasked.
	echo 'add 198.18.7.0/24 nat 10.7.0.0/24' >theirs
	status 3 on r iproute apply theirs
	has '-adopt takes it over'
	status 0 on r iproute -adopt apply theirs
	same '0 added, 1 changed, 0 removed'
	status 0 on r iproute apply theirs
	same unchanged
	on r iproute apply /dev/null
	# Flushed by somebody: mended, and still owned.
	on r iproute -6 delrule pref 51
	on r iproute apply whole
	on r nft flush ruleset
	status 1 on r iproute plan whole
	on r iproute apply whole
	status 0 on r iproute apply whole
	same unchanged
	# Flushed, and mended by an administrator who is not the owner: theirs, until it is adopted.
	on r nft flush ruleset
	on r iproute -ensure add 198.18.0.0/24 nat 10.1.0.0/24
	on r iproute -ensure addrule from 2001:db8:7::/48 pref 41 route gw 2001:db8:1::2 masq
	on r iproute -ensure addrule from 10.1.0.0/24 nat 198.18.0.0/24 route gw 192.0.2.2 pref 40
	status 3 on r iproute apply whole
	has '2 lines of whole would replace what another owner has made'
	status 0 on r iproute -adopt apply whole
	status 0 on r iproute apply whole
	same unchanged
	status 0 on r iproute apply /dev/null
	same '0 added, 0 changed, 5 removed'
}

@test "-last-good: a policy that is refused leaves the last one that was applied in force, also where nothing is" {
	mkdir kept
	cat >declared <<-'EOF'
		owner keepalived
		set NET 10.9.0.0/16
		set NAMED a$$b
		include more
		expect 10.9.0.1 from 192.0.2.1 iif lo gw 192.0.2.2
	EOF
	printf 'add $NET gw 192.0.2.2 class 250\naddrule pref 300 class 250\naddrule pref 301 dev $NAMED class 250\n' >more
	status 0 on r iproute -last-good kept/policy apply declared
	same '3 added, 0 changed, 0 removed'
	[ "$(cat kept/policy)" = '# The last policy that iproute applied: it is used when that file is refused. Written by iproute.
owner keepalived
add 10.9.0.0/16 gw 192.0.2.2 class 250
addrule pref 300 class 250
addrule pref 301 dev a$$b class 250
expect 10.9.0.1 from 192.0.2.1 iif lo gw 192.0.2.2' ]
	on r iproute save >before
	# What is wrong is named; the answer is no. At a start nothing is there yet.
	echo 'add 10.10.0.0/16 gww 192.0.2.2' >>more
	status 1 on r iproute -last-good kept/policy apply declared
	has 'more:4: "gww" is not a word of a route'
	has 'warning: the policy is refused: kept/policy, the last one that was applied ('
	has unchanged
	on r iproute delrule pref 300
	on r iproute delrule pref 301
	on r iproute flush class 250
	status 1 on r iproute -last-good kept/policy apply declared
	has '3 added, 0 changed, 0 removed'
	on r iproute save | diff before -
	# So it is with one whose expectations do not hold, or that is not there.
	printf 'owner keepalived\nadd 10.9.0.0/16 gw 192.0.2.2 class 250\naddrule pref 300 class 250\n' >declared
	echo 'expect 10.9.0.1 from 192.0.2.1 iif lo gw 192.0.2.7' >>declared
	status 1 on r iproute -last-good kept/policy apply declared
	has 'does not hold'
	has unchanged
	status 1 on r iproute -last-good kept/policy apply absent
	has unchanged
	on r iproute save | diff before -
	# Without a copy it is as ever. Wrong words are no policy.
	status 255 on r iproute -last-good kept/none apply absent
	lacks warning
	status 255 on r iproute -last-good kept/policy apply declared absent
	lacks warning
	# What waits to be confirmed is not kept, nor is what is only tried.
	printf 'owner keepalived\nadd 10.9.0.0/16 gw 192.0.2.2 class 250\n' >declared
	status 0 on r iproute -last-good kept/policy -confirm 60 apply declared
	on r iproute rollback
	status 1 on r iproute -last-good kept/policy -dry-run apply declared
	grep -q 10.9.0.0/16 kept/policy
	status 0 on r iproute -last-good kept/missing/policy apply declared
	has 'warning: cannot write kept/missing/policy: No such file or directory'
	has 'the policy is in force, but an older one would be used if its file were refused'
	# A file that declares nothing may name the owner.
	echo 'owner keepalived' >declared
	status 0 on r iproute -force -last-good kept/policy apply declared
	[ "$(tail -n +2 kept/policy)" = 'owner keepalived' ]
}

@test "save and restore keep the owner of NAT routes, and of rules whose owner only nftables knows" {
	cat >nat <<-'EOF'
		add 198.18.0.0/24 nat 10.1.0.0/24
		addrule dev eth0 pref 39 reply route gw 192.0.2.2
		addrule from 2001:db8:7::/48 pref 41 route gw 2001:db8:1::2 masq
		addrule from 2001:db8:7::/48 pref 42 reject
	EOF
	on r iproute -N save >before
	on r iproute apply nat
	on r iproute -N save >saved
	grep -qx 'add 198.18.0.0/24 dev lo class 255 proto 96 nat 10.1.0.0/24' saved
	[ "$(grep -c 'proto 96' saved)" = 4 ]
	output=$(on r iproute -N status nat)
	has '96                1      3'
	on r iproute restore before
	status 0 on r iproute restore saved
	on r iproute -N save | diff saved -
	status 0 on r iproute apply nat
	same unchanged
	# A file may name its owner where save writes it.
	sed -n '/proto 96/p' saved >named
	status 0 on r iproute apply named
	same unchanged
}

@test "apply opens only sockets that iproute.service allows" {
	local allowed
	need strace command -v strace
	allowed=$(sed -n 's/^RestrictAddressFamilies=//p' "$top_srcdir/boot/iproute.service.in" | tr ' ' '|')
	[ -n "$allowed" ]
	on r env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /run/sockets -e trace=socket -e signal=none \
		iproute -partial -last-good "$PWD/last" apply policy
	grep -q AF_NETLINK /run/sockets
	fails grep -vE "socket\(($allowed)," /run/sockets
}

two_defaults() {
	cat >policy <<-'EOF'
		add default gw 192.0.2.2 dev eth0 class 250
		append default gw 192.0.2.7 dev eth0 class 250
		addrule from 192.0.2.1 class 250 pref 200
		add default gw 192.0.2.5 dev eth0 class 251
		addrule from 10.2.0.0/16 class 251 pref 201 masq
		expect 203.0.113.0/24 from 192.0.2.1 iif lo via 192.0.2.2
		expect 203.0.113.0/24 from 10.2.0.0/16 iif eth1 via 192.0.2.5 masq
		expect 192.0.2.1 local
		expect 2001:db8:1::1 local
	EOF
}

# Several default routes of one metric: the kernel takes one whose gateway answers.
@test "apply asks the kernel: if it takes another way than the expected one, nothing stays" {
	two_defaults
	status 0 on r iproute apply policy
	status 0 on r iproute apply policy
	same unchanged
	: >empty
	on r iproute -force apply empty
	state >before
	ip -n r neigh replace 192.0.2.2 nud failed dev eth0
	status 1 on r iproute apply policy
	has 'policy:6: expect 203.0.113.0/24 from 192.0.2.1 iif lo via 192.0.2.2 does not hold: the kernel does not do what the model says'
	has '203.0.113.9 from 192.0.2.1: model: gw 192.0.2.2 dev eth0 or gw 192.0.2.7 dev eth0 class 250, kernel: gw 192.0.2.7 dev eth0 class 250'
	has 'the changes are undone'
	state | diff before -
	status 1 on r iproute confirm
	ip -n r neigh del 192.0.2.2 dev eth0
	status 0 on r iproute apply policy
	# Also when there is nothing to change.
	ip -n r neigh replace 192.0.2.2 nud failed dev eth0
	state >before
	status 1 on r iproute apply policy
	has 'kernel: gw 192.0.2.7 dev eth0 class 250'
	has 'nothing was changed'
	state | diff before -
}

# A host, which is no router, avoids IPv6 gateways that do not answer; the model does not know that.
@test "apply asks the kernel: if it does otherwise than the model, nothing stays" {
	on r sysctl -qw net.ipv6.conf.all.forwarding=0
	cat >policy <<-'EOF'
		add 2001:db8:9::/48 gw 2001:db8:1::2 dev eth0 metric 10 class 250
		add 2001:db8:9::/48 gw 2001:db8:1::7 dev eth0 metric 20 class 250
		addrule to 2001:db8:9::/48 class 250 pref 200
		expect 2001:db8:9::/48 iif lo dev eth0
	EOF
	state >before
	ip -n r -6 neigh replace 2001:db8:1::2 nud failed dev eth0
	status 1 on r iproute apply policy
	has 'policy:4: expect 2001:db8:9::/48 iif lo dev eth0 does not hold: the kernel does not do what the model says: 2001:db8:9::1: '
	has 'model: gw 2001:db8:1::2 dev eth0 class 250, kernel: gw 2001:db8:1::7 dev eth0 class 250'
	has 'the changes are undone'
	state | diff before -
	ip -n r -6 neigh del 2001:db8:1::2 dev eth0
	status 0 on r iproute apply policy
}

# questions VERB: how many times the verb asks the kernel for a route.
questions() {
	on r env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -o /run/asked -e trace=sendto,sendmsg \
		-e signal=none iproute "$1" policy >/run/said 2>&1 || return
	# strace does not know the sockets of another namespace: 0x1a.
	grep -cE 'nlmsg_type=(RTM_GETROUTE|0x1a [^,]*), nlmsg_flags=NLM_F_REQUEST\|NLM_F_ACK,' /run/asked || true
}

@test "apply and rehearse ask the kernel once for each expect line, where it can be asked" {
	need strace command -v strace
	two_defaults
	# Not this: a device that is down, a tunnel's id, a device that is not there, a protocol.
	ip -n r link add eth8 type veth peer name eth9
	status 0 on r iproute apply policy
	output=$(questions apply)
	same 4
	cat >>policy <<-'EOF'
		expect 203.0.113.0/24 from 10.2.0.0/16 iif eth8 via 192.0.2.5
		expect 203.0.113.0/24 from 10.2.0.0/16 iif eth7 via 192.0.2.5
	EOF
	output=$(questions apply)
	same 4
	# So far there was nothing to change.
	echo 'addrule from 10.3.0.0/16 class 250 pref 202' >>policy
	output=$(questions apply)
	same 4
	output=$(questions rehearse)
	same 4
	# The kernel cannot answer this one: what the model says stands.
	echo 'expect 203.0.113.0/24 from 10.3.0.0/16 iif eth1 ipproto gre via 192.0.2.2' >>policy
	output=$(questions apply)
	same 5
	grep -q unchanged /run/said
}

# comes_and_goes FILE: applies it where nothing of its owner is, undoes that, removes it, undoes that.
comes_and_goes() {
	: >empty
	on r iproute save >without
	status 0 on r iproute apply "$1"
	on r iproute save >with
	status 0 on r iproute apply "$1"
	same unchanged
	status 0 on r iproute -force -confirm 60 apply empty
	on r iproute save | diff without -
	status 0 on r iproute rollback
	on r iproute save | diff with -
	status 0 on r iproute -force apply empty
	status 0 on r iproute -confirm 60 apply "$1"
	status 0 on r iproute rollback
	on r iproute save | diff without -
	status 0 on r iproute rehearse "$1"
	status 0 on r iproute restore with
	on r iproute save | diff with -
	status 0 on r iproute restore without
	on r iproute save | diff without -
	# The last line is refused: what was made before is undone.
	{
		cat "$1"
		echo 'add 10.9.0.0/16 gw 10.99.0.1 class 253'
	} >refused
	status 2 on r iproute apply refused
	marked 10.99.0.1
	on r iproute save | diff without -
}

# The kernel looks up a gateway by the rules: the one that leads there has to come first.
@test "a gateway may be in a network to which only a rule of the same file leads" {
	on r sysctl -qw net.ipv6.conf.all.forwarding=1
	cat >led <<-'EOF'
		add 203.0.113.0/24 dev eth0 class 240
		addrule to 203.0.113.0/24 class 240 pref 100
		add default gw 203.0.113.9 class 250
		addrule from 10.1.0.0/16 class 250 pref 200
		expect 8.8.8.8 from 10.1.0.1 iif eth1 via 203.0.113.9 dev eth0
	EOF
	comes_and_goes led
	# The rule comes behind the other one, and leads everywhere; its class has a route by the gateway, too.
	cat >led2 <<-'EOF'
		add 203.0.113.0/24 dev eth0 class 240
		add 10.30.0.0/16 gw 203.0.113.9 class 240
		add 10.31.0.0/16 reject class 240
		addrule class 240 pref 300
		add default gw 203.0.113.9 class 250
		addrule from 10.1.0.0/16 class 250 pref 200
		addrule from 10.2.0.0/16 prohibit pref 210
		addrule to 203.0.113.9 dev eth1 prohibit pref 220
	EOF
	comes_and_goes led2
	# Several nexthops, with and without a device.
	sed 's/default gw 203.0.113.9/default nexthop gw 203.0.113.9 nexthop gw 203.0.113.8 dev eth0/; $d' led >hops
	comes_and_goes hops
	# IPv6.
	cat >led6 <<-'EOF'
		add 2001:db8:77::/64 dev eth0 class 240
		addrule to 2001:db8:77::/64 class 240 pref 100
		add ::/0 gw 2001:db8:77::9 class 250
		addrule from 2001:db8:10::/48 class 250 pref 200
		expect 2001:db8:99::1 from 2001:db8:10::1 iif eth1 via 2001:db8:77::9 dev eth0
	EOF
	comes_and_goes led6
	# The record of a rule leads there, to the gateway of a route, or of another rule.
	cat >own <<-'EOF'
		addrule to 203.0.113.0/24 pref 100 route dev eth0
		addrule from 10.1.0.0/16 pref 200 route gw 203.0.113.9
		add default gw 203.0.113.9 class 250
		addrule from 10.2.0.0/16 class 250 pref 201
		expect 8.8.8.8 from 10.1.0.1 iif eth1 via 203.0.113.9 dev eth0
		expect 8.8.8.8 from 10.2.0.1 iif eth1 via 203.0.113.9 dev eth0
	EOF
	comes_and_goes own
	# Somebody else's network.
	ip -n r route add 203.0.113.0/24 dev eth0 table 240 proto bird
	sed 1d led >others
	comes_and_goes others
}

# sent COMMAND...: the routes and rules that it sends, in order.
sent() {
	on r env ASAN_OPTIONS=detect_leaks=0 strace -f -qq -v -s 9999 -o /run/sent -e trace=sendto,sendmsg \
		-e signal=none "$@" >/run/said
	perl -ne 'while (/RTM_NEW(ROUTE|RULE),.*?\}, \{.*?table=(\w+).*?(?:RTA_DST\}, inet_addr\("(.*?)"|RTA_GATEWAY|FRA_PRIORITY\}, (\d+))/g) {
		print $1 eq "RULE" ? "rule $4\n" : "route " . ($3 // "default") . " class " . hex($2) . "\n" }' /run/sent
}

# Packets of 10.1.0.0/16 have the same way before and after, so rule 60 must not take them meanwhile. Only its network comes
# before it, and it comes behind rule 50. Rule 40 and the rest of its own class wait until it leads to their gateway.
@test "the rule that leads to a gateway takes no packets of the rules before it" {
	need strace command -v strace
	cat >before <<-'EOF'
		add default gw 192.0.2.2 class 250
		addrule from 10.0.0.0/8 class 250 pref 210
	EOF
	cat >led <<-'EOF'
		add 10.4.3.9/32 reject class 242
		add 203.0.112.0/24 dev eth1 class 242
		add default gw 203.0.112.2 class 242
		add 10.2.1.9/32 gw 192.0.2.7 class 242
		addrule class 242 pref 60
		addrule from 10.9.0.0/16 class 242 pref 70
		add 0.0.0.0/1 gw 203.0.112.2 class 251
		addrule from 10.3.0.0/16 class 251 pref 40
		addrule from 10.1.0.0/16 class 250 pref 50
		add default gw 192.0.2.2 class 250
		addrule to 203.0.112.2 dev eth1 prohibit pref 20
		addrule to 203.0.112.2 prohibit pref 21 tos 0x10
	EOF
	on r iproute apply before
	output=$(sent iproute apply led)
	same 'route 203.0.112.0 class 242
rule 20
rule 21
rule 50
rule 60
route 0.0.0.0 class 251
rule 40
route 10.4.3.9 class 242
route 10.2.1.9 class 242
route default class 242
rule 70'
}

# A full disk empties a file, or leaves its first lines.
@test "a file that declares nothing is refused while its owner has something, but not with -force" {
	local file
	: >empty
	# There is nothing to lose.
	status 0 on r iproute apply empty
	same unchanged
	on r iproute -last-good "$PWD/last" apply policy
	cp last copy
	state >before
	printf '# Two uplinks\n\n' >comments
	printf '# Two uplinks\nset lan 10.1.0.0/16\nowner policy\nexpect 192.0.2.1 local\n' >first
	for file in empty comments first; do
		status 3 on r iproute apply "$file"
		has "$file declares no route and no rule: 4 of policy would be removed, all that it has"
		has 'nothing was changed; if this is meant: `iproute -force apply '"$file"
		status 3 on r iproute -confirm 60 apply "$file"
		status 3 on r iproute -dry-run apply "$file"
		status 3 on r iproute -partial apply "$file"
		status 3 on r iproute rehearse "$file"
		has "$file declares no route and no rule: 4 of policy would be removed"
		status 1 on r iproute plan "$file"
		has "warning: $file declares no route and no rule: 4 of policy would be removed, all that it has"
		has 'apply refuses that, unless -force is given'
		has '- addrule pref 100 from 10.9.0.0/16'
		state | diff before -
		# The copy of the last policy takes its place, also when the host starts, with nothing there.
		status 1 on r iproute -partial -last-good "$PWD/last" apply "$file"
		has "the policy is refused: $PWD/last, the last one that was applied"
		state | diff before -
		status 0 on r iproute apply /dev/null
		status 1 on r iproute -partial -last-good "$PWD/last" apply "$file"
		has "$file declares no route and no rule, but the last policy that was applied does"
		diff copy last
		state | diff before -
	done
	status 3 on r iproute apply - <empty
	has '- declares no route and no rule'
	# All lines wait for a device: that is something.
	echo 'add 10.98.0.0/16 dev eth7' >waits
	status 0 on r iproute -partial apply waits
	has '0 added, 0 changed, 4 removed; 1 line waits'
	on r iproute apply policy
	# If it is meant: also for the next start.
	status 0 on r iproute -force -last-good "$PWD/last" apply empty
	same '0 added, 0 changed, 4 removed'
	status 0 on r iproute -last-good "$PWD/last" apply empty
	same unchanged
}

@test "proto OWNER selects NAT routes and IPv6 rules that translate, too: show, save, flush, del" {
	local listed saved
	cat >nat <<-'EOF'
		owner keepalived
		add 198.18.0.0/24 nat 10.1.0.0/24
		add 198.18.1.1 nat 10.1.0.10 ipproto tcp dport 8080 to-port 80
		add 10.99.0.0/16 reject
		addrule from 2001:db8:7::/48 pref 43 route gw 2001:db8:1::2 masq
		addrule from 2001:db8:7::/48 pref 44 reject
	EOF
	sed 's/keepalived/babel/; s/198.18/198.19/; s/10.99/10.98/; s/8080/8081/; s/db8:7:/db8:8:/; s/pref 4/pref 5/' nat >others
	on r iproute add 198.18.7.0/24 nat 10.7.0.0/24
	on r iproute apply others
	on r iproute save proto babel >babel
	on r iproute apply nat
	listed='reject 10.99.0.0/16 class main proto keepalived
198.18.0.0/24 dev lo class local proto keepalived nat 10.1.0.0/24
198.18.1.1 dev lo class local proto keepalived nat 10.1.0.10 ipproto tcp dport 8080 to-port 80'
	status 0 on r iproute show proto keepalived
	same "$listed"
	status 0 on r iproute show proto keepalived class local
	same "${listed#*$'\n'}"
	status 0 on r iproute showrules proto keepalived
	same 'pref 43 from 2001:db8:7::/48 proto keepalived route gw 2001:db8:1::2 dev eth0 metric 1024 masq
pref 44 from 2001:db8:7::/48 reject proto keepalived'
	on r iproute save proto keepalived >saved
	[ "$(grep -c ^add saved)" = 3 ]
	status 1 on r iproute show proto keepalived class main 10.98.0.0/16
	# The kernel's number for all of them still selects all of them.
	[ "$(on r iproute show proto 97 | wc -l)" = 5 ]
	status 0 on r iproute -dry-run flush proto keepalived
	has '# 3 routes would be removed'
	status 0 on r iproute flush proto keepalived
	same '3 routes removed'
	status 1 on r iproute show proto keepalived
	status 0 on r iproute restore saved
	status 0 on r iproute show proto keepalived
	same "$listed"
	status 0 on r iproute flushrules proto keepalived
	same '2 rules removed'
	on r iproute apply nat
	status 0 on r iproute apply nat
	same unchanged
	status 1 on r iproute del 198.18.0.0/24 class local proto babel
	status 0 on r iproute del 198.18.0.0/24 class local proto keepalived
	status 1 on r iproute delrule from 2001:db8:7::/48 pref 43 proto babel
	status 0 on r iproute delrule from 2001:db8:7::/48 pref 43 proto keepalived
	printf 'flush proto keepalived\nflushrules proto keepalived\n' >lines
	status 0 on r iproute batch lines
	status 1 on r iproute show proto keepalived
	status 1 on r iproute showrules proto keepalived
	# Nobody else's are touched.
	on r iproute save proto babel | diff babel -
	on r iproute show | grep -q '198.18.7.0/24 dev lo class local nat 10.7.0.0/24'
}

@test "plan names the class of each set of packets, also where two classes do the same" {
	local sets
	cat >areas <<-'EOF'
		addrule pref 100 to 10.31.0.0/16 class 249
		addrule pref 101 to 10.32.0.0/16 class 250
		addrule pref 102 to 10.33.0.0/16 class 249
		add default reject class 250
		add default reject class 249
	EOF
	status 1 on r iproute plan areas
	sets=$(grep '^to 10' <<<"$output" | sort)
	output=$sets
	same 'to 10.31.0.0/16: no route -> class 249 reject
to 10.32.0.0/16: no route -> class 250 reject
to 10.33.0.0/16: no route -> class 249 reject'
}

@test "two rules of one class, one of which translates: applied twice, in each order of the lines" {
	local words lines order
	for words in 'masq' 'nat 198.18.0.0/16' 'log' 'masq log valve'; do
		lines=("add default gw 192.0.2.9 class 250"
			"addrule from 10.1.0.0/16 class 250 pref 200"
			"addrule from 10.2.0.0/16 class 250 pref 201 $words")
		for order in '0 1 2' '0 2 1' '2 1 0'; do
			for i in $order; do
				echo "${lines[i]}"
			done >"$BATS_TEST_TMPDIR/shared"
			status 0 on r iproute apply "$BATS_TEST_TMPDIR/shared"
			status 0 on r iproute apply "$BATS_TEST_TMPDIR/shared"
			same unchanged
			on r iproute check >/dev/null || [ $? = 1 ]
			on r iproute apply /dev/null
		done
	done
	# A rule that is there without a realm gets one only with the word.
	printf '%s\n' "${lines[@]:0:2}" >"$BATS_TEST_TMPDIR/shared"
	on r iproute apply "$BATS_TEST_TMPDIR/shared"
	printf '%s\n' "${lines[@]}" >"$BATS_TEST_TMPDIR/shared"
	status 3 on r iproute apply "$BATS_TEST_TMPDIR/shared"
	has 'or say "retag"'
	sed -i '$s/$/ retag/' "$BATS_TEST_TMPDIR/shared"
	status 0 on r iproute apply "$BATS_TEST_TMPDIR/shared"
	status 0 on r iproute apply "$BATS_TEST_TMPDIR/shared"
	same unchanged
}
