#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# status: is the policy still in force, and who has made what.

load lib

setup() {
	lone r
	cd "$BATS_TEST_TMPDIR"
	cat >policy <<-'EOF'
		add default gw 192.0.2.2 class 250
		add 10.3.0.0/16 reject class 250
		addrule from 10.1.0.0/16 class 250 pref 200
		addrule from 10.9.0.0/16 pref 100 route gw 198.51.100.2
		addrule from 10.8.0.0/16 pref 110 route gw 198.51.100.2 masq
		expect 203.0.113.9 from 10.1.0.1 iif eth1 via 192.0.2.2
	EOF
	on r sysctl -qw net.ipv4.ip_forward=1 net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.eth1.rp_filter=0
	ip -n r route add 10.1.0.0/16 dev eth1
	ip -n r route add 10.5.0.0/16 via 192.0.2.9 proto bird
	on r iproute apply policy
}

@test "in force: status 0, and the owners" {
	status 0 on r iproute status policy
	has 'Owner        Routes  Rules'
	has 'bird              1      0'
	has 'as policy declares'
	lacks 'waits'
	# Others' changes are no drift.
	ip -n r route add 10.6.0.0/16 via 192.0.2.9 proto bird
	ip -n r rule add pref 7 from 10.77.0.0/16 table 7
	status 0 on r iproute status policy
}

@test "drift: what is missing, changed, too much, or no longer true; status 1" {
	ip -n r rule del pref 200
	ip -n r rule del pref 100
	ip -n r route replace default via 192.0.2.3 table 250 proto 96
	ip -n r rule add pref 5 from 10.7.0.0/16 table 7 protocol 96
	on r nft flush ruleset
	status 1 on r iproute status policy
	has 'not as policy declares, `iproute apply policy` would change:
- addrule pref 5 from 10.7.0.0/16 class 7
~ add default gw 192.0.2.2 class 250
    was: add default gw 192.0.2.3 dev eth0 class 250
+ addrule pref 200 from 10.1.0.0/16 class 250
+ addrule pref 100 from 10.9.0.0/16 route gw 198.51.100.2
~ addrule pref 110 from 10.8.0.0/16 route gw 198.51.100.2 masq'
	has 'expect lines that do not hold:
policy:6: 203.0.113.9 from 10.1.0.1 iif eth1 via 192.0.2.2'
	on r iproute -j status policy >status.json || [ $? = 1 ]
	status 0 jq -c '[.[] | .change // empty] | sort' status.json
	same '["add","add","remove","replace","replace"]'
	status 0 jq -c '.[] | select(.expect) | .ok' status.json
	same false
	status 0 jq -c '.[] | select(.owner == "bird")' status.json
	same '{"owner":"bird","routes":1,"rules":0}'
	status 1 on r iproute status policy -metrics
	has 'iproute_policy_missing 2'
	has 'iproute_policy_changed 2'
	has 'iproute_policy_extra 1'
	has 'iproute_policy_expectations_broken 1'
	on r iproute apply policy
	status 0 on r iproute status policy
	# One that another owner has put in the place of ours.
	ip -n r route replace default via 192.0.2.3 table 250 proto bird
	status 1 on r iproute status policy
	has '~ add default gw 192.0.2.2 class 250'
}

@test "what waits for a device is no drift; a flap that took a route is" {
	echo 'add 10.99.0.0/16 dev eth7' >>policy
	echo 'add 10.98.0.0/16 gw 198.51.100.9' >>policy
	on r iproute -partial apply policy
	status 0 on r iproute status policy
	has 'waiting for a device:
policy:7: there is no device "eth7"'
	ip -n r link set eth1 down
	status 0 on r iproute status policy
	has 'policy:4: its device is down'
	has 'policy:8: its device is down'
	lacks '+ add'
	status 0 on r iproute status policy -metrics
	has 'iproute_policy_waiting 4'
	ip -n r link set eth1 up
	settled r
	status 1 on r iproute status policy
	has '+ add 10.98.0.0/16 gw 198.51.100.9 class main'
	has '~ addrule pref 100 from 10.9.0.0/16 route gw 198.51.100.2'
	on r iproute -partial apply policy
	status 0 on r iproute status policy
}

@test "a change that waits to be confirmed; metrics for Prometheus" {
	status 0 on r iproute status policy -metrics
	has '# TYPE iproute_routes gauge'
	has 'iproute_rules{owner="kernel"} 5'
	has 'iproute_routes{owner="bird"} 1'
	has 'iproute_policy_declared 1'
	has 'iproute_policy_missing 0'
	has 'iproute_confirm_pending 0'
	on r iproute -confirm 60 add 10.50.0.0/16 gw 192.0.2.2
	status 0 on r iproute status policy
	has 'a change waits to be confirmed, and is undone in '
	has '`iproute confirm` keeps it'
	status 0 on r iproute -j status policy
	has '{"pending":'
	status 0 on r iproute status policy -metrics
	has 'iproute_confirm_pending 1'
	# Every line of the format is a comment or a name with a number.
	fails grep -vE '^(# (HELP|TYPE) iproute_[a-z_]+ .+|iproute_[a-z_]+(\{owner="[^"]+"\})? [0-9]+)$' <<<"$output"
	on r iproute rollback
}

@test "the default file need not be there; another must" {
	[ ! -e /etc/iproute/policy ] || skip 'this machine has a policy'
	status 0 on r iproute status
	has 'there is no policy file /etc/iproute/policy'
	status 255 on r iproute status nowhere
	has 'nowhere: No such file or directory'
	status 255 on r iproute status policy policy
	has 'status takes one file'
	echo 'flush all' >wrong
	status 255 on r iproute status wrong
	has '"flush" does not belong in a policy file'
	marked flush
}
