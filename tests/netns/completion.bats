#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What the program offers to a shell, where the kernel or the verb decides. tests/shells shows it in shells.

load lib

setup() {
	lone h
	on h iproute add 10.7.0.0/16 gw 192.0.2.2 class 777
	on h iproute add 2001:db8:7::/48 dev eth0 class 777
	on h iproute addrule from 10.1.0.0/16 to 10.9.0.0/16 pref 321 class 777
	on h iproute addrule from 10.3.0.0/16 pref 320 route gw 192.0.2.2
}

# offers 'WORDS' LINES: these completions of the last word, without what they mean.
offers() {
	local words
	read -ra words <<<"$1."
	words[-1]=${words[-1]%.}
	status 0 on h iproute complete -- "${words[@]}"
	output=$(cut -f1 <<<"$output")
	same "$2"
}

@test "preferences of the rules, for goto too, with the rule as what they mean" {
	offers 'delrule pref 32' '320
321
32766
32767
32766'
	offers 'addrule from 10.4.0.0/16 goto 321' 321
	offers '-6 delrule pref ' '0
32766'
	status 0 on h iproute complete -- showrules pref 321
	same $'321\tpref 321 from 10.1.0.0/16 to 10.9.0.0/16 class 777'
}

@test "classes that are used, but no private ones" {
	offers 'show class 7' 777
	offers 'addrule class 7' 777
	offers 'add 10.0.0.0/8 class m' main
	offers 'showrules class 2' ''
}

@test "prefixes, where the words select what exists" {
	offers 'del 10' 10.7.0.0/16
	offers 'show 2001:db8:7' 2001:db8:7::/48
	offers 'replace 10' 10.7.0.0/16
	offers 'add 10' ''
	offers 'delrule from 10' '10.3.0.0/16
10.1.0.0/16'
	offers 'showrules to 10' 10.9.0.0/16
	offers 'addrule from 10' ''
}

@test "files, namespaces, fib models, long options" {
	offers 'batch ' :files
	offers 'restore x' :files
	offers 'batch x ' ''
	offers 'plan ' :files
	offers 'apply pol' :files
	offers 'apply x ' ''
	offers 'check ' :files
	offers 'test a b' :files
	offers 'diff a b' :files
	offers 'diff a b ' ''
	offers 'explain 10.1.2.3 iif eth1 -f ' :files
	offers 'graph -f x' :files
	offers 'explain 10.1.2.3 iif eth1 -f x ui' uid
	offers 'graph -f' '-f
-force'
	offers '-n ' h
	offers '-m ' '0
1
2'
	offers '-js' -json
	offers '-confirm ' ''
	offers '-guard 192.0.2.7 ap' 'append
apply'
	offers '-confirm 60 ro' 'rollback
route'
	offers '-ado' -adopt
	# The options say where to look.
	status 0 iproute complete -- -n h delrule pref 321
	has 'from 10.1.0.0/16'
}

@test "packets, devices, and the verbs of a policy" {
	offers 'explain 10.1.2.3 iif eth' 'eth0p
eth0
eth1p
eth1'
	offers 'add 10.0.0.0/8 dev eth1' 'eth1p
eth1'
	offers 'addrule dev eth0p' eth0p
	offers 'rule add iif eth0p' eth0p
	offers 'explain 10.1.2.3 from 10.1.0.1 ii' iif
	offers 'get 10.1.2.3 spo' sport
	offers 'rollb' rollback
	offers 'confirm ' ''
	offers 'monitor fl' flows
}

@test "a rule: selectors, then actions, then the rest; synonyms once they are begun" {
	local order
	status 0 on h iproute complete -- addrule ''
	order=$(cut -f1 <<<"$output" | grep -xE 'from|fwmark|class|drop|pref|proto' | paste -sd ' ')
	[ "$order" = 'from fwmark class drop pref proto' ]
	lacks lookup
	offers 'addrule loo' lookup
}

@test "behind route and rule: ip's verbs and words" {
	offers 'rule d' delete
	offers 'route re' 'replace
restore'
	offers 'route add 10.0.0.0/8 vi' via
	offers 'route show table 7' 777
	offers 'rule del pref 321' 321
	offers 'route del 10' 10.7.0.0/16
	offers 'route add 10' ''
	offers 'route get 10.0.0.1 ii' iif
	offers 'rul' rule
}

@test "local-policy: selectors only as exceptions" {
	offers 'local-policy ' 'on
off
show'
	offers 'local-policy on ' ''
	offers 'local-policy off ' except
	offers 'local-policy off except fw' fwmark
}
