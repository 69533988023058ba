#!/usr/bin/env bats
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
	has 'flush what?'
	has 'say what fits: `flush class 250`, `flush root 10.0.0.0/8`, `flush dev eth0`, or `flush all`; -dry-run shows what that is'
	status 255 iproute flushrules
	marked ''
	has 'flush which rules?'
	has 'say what fits: `flushrules class 250`, `flushrules from root 10.0.0.0/8`, or `flushrules all`; -dry-run shows what that is'
	status 255 iproute restore
	marked ''
	has 'restore from which file?'
	has 'a file of `iproute save`; "-" is standard input'
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
	has 'exceptions are not routes that can be removed'
	has 'the kernel forgets all of them by `sysctl -w net.ipv4.route.flush=1`, or net.ipv6'
}

@test "a packet that there cannot be" {
	status 255 on r iproute get 192.0.2.0/24
	marked 192.0.2.0/24
	has '"192.0.2.0/24" is not one address'
	has 'a packet goes to a single host'
	status 255 on r iproute get 192.0.2.2 sport 65536
	marked 65536
	has '"sport" takes a number up to 65535, not "65536"'
	status 255 on r iproute get 192.0.2.2 ipproto nonsense
	marked nonsense
	has '"nonsense" is no IP protocol'
	has 'a number up to 255, or a name: tcp, udp, icmp, ...'
	status 255 on r iproute get 192.0.2.2 vrf eth1 dev eth0
	has '"vrf" and "dev" exclude each other'
}

@test "lines of a batch without a verb, or with an option of the whole" {
	printf '%s\n' '-nexthops add 10.0.0.0/8 gw 192.0.2.2' -4 rule >lines
	status 255 on r iproute batch lines
	marked -nexthops
	has 'lines:1: a line of a batch takes no -nexthops'
	has 'it stands before the verb `batch`'
	has 'lines:2: which verb?'
	has 'lines:3: which verb?'
	has 'lines: 3 of 3 lines are wrong: nothing was changed'
}

# misfit LINE…: a file that restore refuses: $output says why.
misfit() {
	printf '%s\n' "$@" >saved
	status 255 on r iproute restore saved
}

@test "a file that no save has written" {
	misfit 'add 10.0.0.0/8 gw 192.0.2.2'
	has 'saved does not begin with what it is all of'
	has 'the first line of `iproute save` says that; `iproute batch` runs lines without it'
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
	has 'changes could not be undone: see above what it takes'
	status 1 on r iproute show root 10.0.0.0/8
	mute $((changes + 1))
	has 'not undone: del 10.1.0.0/16 gw 192.0.2.2'
	has 'not undone: del 10.0.0.0/8 gw 192.0.2.2'
	has 'lines: some changes could not be undone'
	[ "$(on r ip route show root 10.0.0.0/8 | wc -l)" = 2 ]
}
