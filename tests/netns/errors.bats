#!/usr/bin/env bats
# Every error that only a kernel brings out: its words, its status, what it advises. (Those of words alone are
# golden lines.) `make lint` finds a message that no test shows.

load lib

setup() {
	lone r
}

@test "a route that is there already" {
	on r iproute add 10.0.0.0/8 gw 192.0.2.2
	status 2 on r iproute add 10.0.0.0/8 gw 192.0.2.2
	marked 10.0.0.0/8
	has 'it is there already, just as you say; -ensure takes that for done'
	status 2 on r iproute add 10.0.0.0/8 gw 192.0.2.3
	has 'another one is in its place ("replace" changes it):'
	has '    10.0.0.0/8 gw 192.0.2.2 dev eth0 class main'
}

@test "a route that is not there, or there twice" {
	status 1 on r iproute del 10.0.0.0/8
	has 'there is no such route in class main'
	on r iproute add 10.0.0.0/8 gw 192.0.2.2
	on r iproute add 10.0.0.0/8 gw 192.0.2.3 metric 5
	status 3 on r iproute del 10.0.0.0/8
	has '2 routes fit, and del removes one'
	status 255 on r iproute del gw 192.0.2.2
	has 'PREFIX, NET mask MASK, or default; `del all` with other words removes whatever fits them'
	status 255 on r iproute del all
	marked ''
	has 'say what fits: a destination, a gateway, a device, a class'
	status 1 on r iproute show 10.0.0.0/9
	has 'no route fits'
}

@test "a rule that is there already, or not, or twice" {
	on r iproute addrule from 10.1.0.0/16 class 250
	status 2 on r iproute addrule from 10.1.0.0/16 class 250
	has 'the rule is there already'
	has '-ensure takes that for done:'
	on r iproute addrule pref 100 from 10.1.0.0/16 class 251
	status 3 on r iproute delrule from 10.1.0.0/16
	has '2 rules fit, and delrule removes one'
	status 3 on r iproute replacerule from 10.1.0.0/16 class 252
	has '2 rules have this selector'
	status 1 on r iproute delrule from 10.2.0.0/16
	has 'there is no such rule'
	status 255 on r iproute delrule
	marked ''
	has 'say its selector, its action or its pref: `iproute -r`'
	status 1 on r iproute showrules from 10.2.0.0/16
	has 'no rule fits'
}

@test "options and namespaces" {
	status 255 on r iproute -color=red show
	marked -color=red
	has '-color takes always, auto or never, not "red"'
	status 255 on r iproute manual nothing
	has 'which section: verbs, options, '
	status 255 iproute -n nowhere show
	has '`ip netns` lists them, `ip netns add nowhere` makes it'
	touch /run/netns/file
	status 255 iproute -n file show
	has 'is not a network namespace:'
	rm /run/netns/file
	status 2 setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin iproute -n r show
	has 'entering a network namespace needs the capability CAP_SYS_ADMIN: run it as root, or with sudo'
}
