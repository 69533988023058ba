#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Every error that only a kernel brings out: its words, its status, what it advises. (Those of words alone are
# golden lines.) `make lint` finds a message that no test shows.

load lib

setup() {
	cd "$BATS_TEST_TMPDIR" || return
	lone r
}

@test "a route that is there already" {
	on r iproute add 10.0.0.0/8 gw 192.0.2.2
	status 2 on r iproute add 10.0.0.0/8 gw 192.0.2.2
	marked 10.0.0.0/8
	has 'this route exists already; -ensure accepts that'
	status 2 on r iproute add 10.0.0.0/8 gw 192.0.2.3
	has 'another route is in its place ("replace" changes it):'
	has '    10.0.0.0/8 gw 192.0.2.2 dev eth0 class main'
}

@test "a route that is not there, or there twice" {
	status 1 on r iproute del 10.0.0.0/8
	has 'there is no such route in class main'
	on r iproute add 10.0.0.0/8 gw 192.0.2.2
	on r iproute add 10.0.0.0/8 gw 192.0.2.3 metric 5
	status 3 on r iproute del 10.0.0.0/8
	has '2 routes match, but del removes only one'
	status 255 on r iproute del gw 192.0.2.2
	has 'PREFIX, NET mask MASK, or default; `del all` with other words removes every route that matches'
	status 255 on r iproute del all
	marked ''
	has 'give a destination, a gateway, a device or a class'
	status 1 on r iproute show 10.0.0.0/9
	has 'no route matches'
}

@test "a rule that is there already, or not, or twice" {
	on r iproute addrule from 10.1.0.0/16 class 250
	status 2 on r iproute addrule from 10.1.0.0/16 class 250
	has 'the rule exists already'
	has '-ensure accepts that:'
	on r iproute addrule pref 100 from 10.1.0.0/16 class 251
	status 3 on r iproute delrule from 10.1.0.0/16
	has '2 rules match, but delrule removes only one'
	status 3 on r iproute replacerule from 10.1.0.0/16 class 252
	has '2 rules have this selector'
	status 1 on r iproute delrule from 10.2.0.0/16
	has 'there is no such rule'
	lacks 'IPv6 has'
	on r iproute addrule pref 77 from 2001:db8:7::/48 class 251
	status 1 on r iproute delrule pref 77
	has 'IPv6 has these; the option -6 selects them:
    pref 77 from 2001:db8:7::/48 class 251'
	status 1 on r iproute -6 delrule pref 100
	has 'IPv4 has these; the option -4 selects them:
    pref 100 from 10.1.0.0/16 class 251'
	status 0 on r iproute -6 delrule pref 77
	status 255 on r iproute delrule
	marked ''
	has 'give its selector, its action or its pref; `iproute -r` lists the rules'
	status 1 on r iproute showrules from 10.2.0.0/16
	has 'no rule matches'
}

@test "options and namespaces" {
	status 255 on r iproute -color=red show
	marked -color=red
	has '-color takes always, auto or never, not "red"'
	status 255 on r iproute manual nothing
	has 'which section: verbs, options, route, nexthop, rule, packet or encap?'
	status 255 iproute -n nowhere show
	has '`ip netns` lists them, `ip netns add nowhere` makes it'
	touch /run/netns/file
	status 255 iproute -n file show
	has 'is not a network namespace:'
	rm /run/netns/file
	status 2 setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin iproute -n r show
	has 'entering a network namespace needs the capability CAP_SYS_ADMIN: run it as root, or with sudo'
}

@test "a verb that misses its words" {
	status 255 iproute flush
	marked ''
	has 'flush needs words that select routes'
	has 'for example `flush class 250`, `flush root 10.0.0.0/8`, `flush dev eth0`, or `flush all`; -dry-run shows what that is'
	status 255 iproute flushrules
	marked ''
	has 'flushrules needs words that select rules'
	has 'for example `flushrules class 250`, `flushrules from root 10.0.0.0/8`, or `flushrules all`; -dry-run shows what that is'
	status 255 iproute restore
	marked ''
	has 'restore from which file?'
	has 'it must be a file of `iproute save`; "-" is standard input'
	status 255 iproute batch
	marked ''
	has 'batch takes the name of one file'
	has '"-" is standard input'
}

@test "a verb with words too many" {
	status 255 iproute restore one two
	marked two
	has 'restore takes one file'
	status 255 iproute batch one two
	marked two
	has 'batch takes the name of one file'
	status 255 iproute monitor nonsense
	marked nonsense
	has 'monitor [routes] [rules], or monitor flows'
	status 255 on r iproute flush cache
	has 'exceptions cannot be removed one by one'
	has '`sysctl -w net.ipv4.route.flush=1`, or net.ipv6, removes all of them'
}

@test "a packet that there cannot be" {
	status 255 on r iproute get 192.0.2.0/24
	marked 192.0.2.0/24
	has '"192.0.2.0/24" is not a single address'
	has 'a packet goes to a single host'
	status 255 on r iproute get 192.0.2.2 sport 65536
	marked 65536
	has '"65536" is not a port'
	status 255 on r iproute get 192.0.2.2 flowlabel 0x100000
	has '"0x100000" is not a flow label: a number up to 0xfffff'
	status 255 on r iproute get 192.0.2.2 uid no-such-user
	marked no-such-user
	has 'there is no user "no-such-user"'
	status 0 on r iproute get 192.0.2.2 uid root
	[ ! -e /etc/services ] || status 0 on r iproute get 192.0.2.2 sport smtp ipproto tcp
	status 255 on r iproute get 192.0.2.2 ipproto nonsense
	marked nonsense
	has '"nonsense" is not an IP protocol'
	has 'a number up to 255, or a name: tcp, udp, icmp, ...'
	status 255 on r iproute get 192.0.2.2 vrf eth1 dev eth0
	has '"vrf" and "dev" exclude each other'
	status 255 on r iproute get 192.0.2.2 vrf eth1
	marked eth1
	has '"eth1" is not a VRF'
	has '`ip vrf` lists them'
}

@test "lines of a batch without a verb, or with an option of the whole" {
	printf '%s\n' '-nexthops add 10.0.0.0/8 gw 192.0.2.2' -4 rule >lines
	status 255 on r iproute batch lines
	marked -nexthops
	has 'lines:1: a line of a batch cannot have -nexthops'
	has 'put it before the verb `batch`'
	has 'lines:2: the verb is missing'
	has 'lines:3: the verb is missing'
	has 'lines: 3 of 3 lines are wrong; nothing was changed'
}

# misfit LINE…: a file that restore refuses: $output says why.
misfit() {
	printf '%s\n' "$@" >saved
	status 255 on r iproute restore saved
}

@test "a file that no save has written" {
	misfit 'add 10.0.0.0/8 gw 192.0.2.2'
	has 'saved does not begin with what it is all of'
	has 'its first line says so: "# rules", "# routes class 250", or "# save" for both; `iproute batch` runs lines without it'
	misfit '# iproute save class 250' 'add 10.0.0.0/8 gw 192.0.2.2 class 251' '# end'
	has 'saved:2: this is not in the scope that the file names'
	has 'the first line says what the file is all of; what the kernel made itself is never in it'
	misfit '# iproute save class 250' 'del 10.0.0.0/8 class 250' '# end'
	marked del
	has 'saved:2: "del" does not belong into such a file'
	has 'it holds lines of add, append and addrule; `iproute batch` runs others'
	misfit '# iproute save class 250' 'addrule from 10.1.0.0/16 class 250' '# end'
	marked ''
	has 'saved:2: which pref?'
	has 'without it the rule would come anew each time'
	misfit '# iproute save class 250' 'add 10.0.0.0/8 gw 192.0.2.2 class 250'
	has 'saved is cut off: its last line is not "# end"'
	status 1 on r iproute show class 250
}

@test "called as ip, without another one" {
	ln -s "${top_builddir:?}/src/iproute" ip
	# shellcheck disable=SC2016 # expanded inside
	status 1 unshare -m bash -c '
		for file in /usr/sbin/ip /sbin/ip /usr/bin/ip /bin/ip; do
			[ ! -e $file ] || mount --bind /dev/null $file
		done
		PATH=$PWD
		exec ip link'
	same 'there is no other program "ip" in PATH'
}

# mute K: the batch of lines, whose K-th message and all behind it are not sent.
mute() {
	status 4 on r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=sendto,sendmsg \
		-e "inject=sendto,sendmsg:error=EPERM:when=$1+" iproute batch lines
}

@test "what could not be undone is told in words" {
	need strace strace -V
	printf 'add %s gw 192.0.2.2\n' 10.0.0.0/8 10.1.0.0/16 10.0.0.0/8 >lines
	status 2 on r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o trace -e trace=sendto,sendmsg iproute batch lines
	local changes
	changes=$(grep -nm1 RTM_NEWROUTE trace)
	changes=${changes%%:*}
	mute "$changes"
	has 'netlink: send: Operation not permitted'
	has 'not everything could be undone: run the lines above that are "not undone"'
	status 1 on r iproute show root 10.0.0.0/8
	mute $((changes + 1))
	has 'not undone: del 10.1.0.0/16 gw 192.0.2.2'
	has 'not undone: del 10.0.0.0/8 gw 192.0.2.2'
	has 'lines: some changes could not be undone'
	[ "$(on r ip route show root 10.0.0.0/8 | wc -l)" = 2 ]
}

@test "a hint that says above has something above" {
	need strace strace -V
	local words at unknown=0 above=0
	on r iproute add 10.5.0.0/16 gw 192.0.2.2
	for words in 'replace 10.5.0.0/16 gw 192.0.2.3' 'addrule from 10.3.0.0/16 pref 300 route gw 192.0.2.2'; do
		for at in {1..20}; do
			output=$(on r env ASAN_OPTIONS=detect_leaks=0 strace -qq -o /dev/null -e trace=sendto,sendmsg \
				-e "inject=sendto,sendmsg:error=EPERM:when=$at+" iproute $words 2>&1) && break
			[[ $output != *above* ]] || { above=1; has 'not undone: '; }
			[[ $output != *'it is not known whether everything was undone: see `iproute show` and `iproute showrules`'* ]] ||
				{ unknown=1; lacks 'not undone: '; }
			on r iproute -ensure delrule pref 300
		done
	done
	[ "$unknown$above" = 11 ]
}
