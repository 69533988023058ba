#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Wrong verbs, options and ends of a line: status 255, the mark under the right word, nothing sent.
# The words of routes and rules themselves: tests/golden/errors.golden.

load lib

# A namespace without devices is enough; a line that got through would fail there.
setup() {
	fresh w
}

iproute_w() {
	on w iproute "$@"
}

@test "no such verb" {
	status 255 iproute_w addd 10.0.0.0/8
	marked addd
	has 'there is no verb "addd"'
	has 'did you mean "add"?'
	status 255 iproute_w xyzzy
	marked xyzzy
	has '`iproute -h` lists the verbs'
	status 255 iproute_w -4 ADD 10.0.0.0/8
	marked ADD
	status 255 iproute_w ''
	has 'there is no verb ""'
}

@test "abbreviations of a verb are refused with a suggestion" {
	status 255 iproute_w addr 10.0.0.0/8
	marked addr
	has 'did you mean "add'
	status 255 iproute_w repl 10.0.0.0/8
	marked repl
	has 'did you mean "replace"?'
}

@test "no such option" {
	status 255 iproute_w -jsn add 10.0.0.0/8
	marked -jsn
	has 'there is no option "-jsn"'
	has 'did you mean "-json"?'
	status 255 iproute_w --xyzzy
	marked --xyzzy
	has '`iproute -h` lists them'
	status 255 iproute_w -
	marked -
}

@test "an option without its value" {
	status 255 iproute_w -n
	marked ''
	has '-n needs NAME after it'
	status 255 iproute_w -netns
	has '-n needs NAME after it'
	status 255 iproute_w -4 -m
	marked ''
	has '-m needs N after it'
}

@test "an option with a wrong value" {
	status 255 iproute_w -m 3 add 10.0.0.0/8
	marked 3
	has 'fib_model is 0, 1 or 2, not "3"'
	status 255 iproute_w -m 12
	marked 12
	status 255 iproute_w -m ''
	has 'fib_model is 0, 1 or 2, not ""'
	status 255 iproute_w -color=sometimes -r
	marked -color=sometimes
	has 'always, auto or never, not "sometimes"'
	status 255 iproute_w -n nosuchnamespace -r
	has 'there is no network namespace "nosuchnamespace"'
}

@test "options that exclude each other" {
	status 255 iproute_w -r -l
	marked -l
	has '-r, -l and -c exclude each other'
	status 255 iproute_w -c -4 -r
	marked -r
	status 0 iproute_w -r -r
}

@test "a wrong fib_model in the environment" {
	status 255 on w env IPROUTE_FIB_MODEL=7 iproute -r
	has 'IPROUTE_FIB_MODEL is 0, 1 or 2, not "7"'
	status 0 on w env IPROUTE_FIB_MODEL= iproute -r
	status 0 on w env IPROUTE_FIB_MODEL=2 iproute -r
}

@test "an option behind the verb holds for its words; what is none is a word" {
	status 255 iproute_w add -4 2001:db8::/32 dev lo
	marked 2001:db8::/32
	status 255 iproute_w add -5 10.0.0.0/8 dev lo
	marked -5
}

@test "del says what it needs" {
	status 255 iproute_w del
	marked ''
	has 'the destination is missing'
	status 255 iproute_w del dev lo
	has 'the destination is missing'
	status 255 iproute_w del all
	marked ''
	has '`del all` needs words that select routes'
	status 255 iproute_w del 10.0.0.0/8 dve lo
	marked dve
	has 'did you mean "dev"?'
}

@test "delrule says what it needs" {
	status 255 iproute_w delrule
	marked ''
	has 'the rule is missing'
	status 255 iproute_w delrule all
	marked ''
	has 'the rule is missing'
	status 255 iproute_w delrule form 10.0.0.0/8
	marked form
	has 'did you mean "from"?'
}

@test "what takes no words takes none" {
	status 255 iproute_w classes main
	marked main
	has 'classes takes no words'
}

@test "help of what is not there" {
	status 255 iproute_w help addd
	marked addd
	has 'there is no verb "addd"'
	status 0 iproute help nexthop
	has 'weight N'
	status 255 iproute help encap gre
	has '`iproute help encap` lists them'
	marked gre
	status 255 iproute_w manual
	marked ''
	has 'which section'
	status 255 iproute_w manual xyzzy
	marked xyzzy
}

@test "help is no error, wherever it is asked for" {
	status 0 iproute_w -h
	has 'Usage: iproute'
	status 0 iproute_w help
	has 'Usage: iproute'
	status 0 iproute_w help addrule
	has 'Usage: iproute [OPTIONS] addrule'
	status 0 iproute_w addrule -h
	has 'Usage: iproute [OPTIONS] addrule'
	status 0 iproute_w addrule from 10.0.0.0/8 --help
	has 'Usage: iproute [OPTIONS] addrule'
	status 0 iproute_w -V
	has 'iproute '
}

@test "the mark stands under the word, whatever stands before it" {
	status 255 iproute_w -4 -N add 10.0.0.0/8 gw banana dev lo
	marked banana
	status 255 iproute_w addrule from 10.1.0.0/16 dev
	marked ''
	has '"dev" needs DEV after it'
	status 255 iproute_w add 10.0.0.0/8
	marked ''
	has 'the route leads nowhere'
	status 255 iproute_w add 10.0.0.0/8 gw fe80::1
	marked fe80::1
	has 'an IPv6 router of an IPv4 route is written "gw inet6 fe80::1"'
	status 255 iproute_w add 10.0.0.0/8 src fe80::1
	marked fe80::1
	has '"10.0.0.0/8" made it IPv4'
	status 255 iproute_w -6 addrule from 10.0.0.0/8 drop
	marked 10.0.0.0/8
	has 'the option -6 decides that'
	status 255 iproute_w show root 10.0.0.0/8 xyzzy
	marked xyzzy
	status 255 iproute_w showrules pref many
	marked many
}
