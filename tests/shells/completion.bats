#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Completion as a user sees it: keys go to a shell in tmux, and the screen is read.

load ../netns/lib

setup() {
	need tmux command -v tmux
	fresh blue green
	ip link add name eth0 type veth peer name eth0p
	ip addr add 192.0.2.1/24 dev eth0
	ip addr add 2001:db8:1::1/64 dev eth0 nodad
	ip link set eth0 up
	ip link set eth0p up
	iproute add 10.7.0.0/16 gw 192.0.2.2 class 777
	iproute add 2001:db8:7::/48 dev eth0 class 777
	iproute addrule from 10.1.0.0/16 pref 4321 class 777
	on blue iproute addrule from 10.1.0.0/16 pref 4711 class 777
	work=$(mktemp -d)
	touch "$work/routes.txt"
	mkdir "$work/folder"
}

teardown() {
	tmux -S "$work/tmux" kill-server 2>/dev/null || true
	ip link del eth0 2>/dev/null || true
	iproute flushrules all >/dev/null || true
}

# terminal COMMAND…: runs it in a terminal of its own, in a folder with routes.txt and folder/.
terminal() {
	local source
	source=$(realpath "$top_srcdir")
	tmux -S "$work/tmux" -f /dev/null new-session -d -s t -x 200 -y 60 -c "$work" \
		"env PATH='$PATH' HOME='$work' PS1='$ ' SOURCE='$source' TERM=screen $*"
	keys 'cd '"$work"' && echo re''ady' Enter
	sees ready
}

keys() {
	tmux -S "$work/tmux" send-keys -t t "$@"
}

screen() {
	tmux -S "$work/tmux" capture-pane -p -t t
}

on_screen() {
	[[ $(screen) == *"$1"* ]]
}

# cleared: nothing is on the screen but a prompt.
cleared() {
	[ "$(screen | grep -c .)" -le 1 ] && [ "$(screen | wc -w)" -le 3 ]
}

# sees TEXT: it appears on the screen.
sees() {
	until_true 20 on_screen "$1" || { screen | grep .; return 1; }
}

# completes LINE WHOLE: with one Tab, LINE becomes WHOLE on the screen.
completes() {
	keys C-u
	keys C-l
	until_true 20 cleared
	keys -l "$1"
	keys Tab
	sees "$2"
}

# before A B: on the screen, in reading order.
before() {
	local text
	text=$(screen)
	[[ ${text%%"$2"*} == *"$1"* ]] || { echo "'$1' is not before '$2':"; echo "$text"; return 1; }
}

all_cases() {
	completes 'iproute addru' 'iproute addrule'
	completes 'iproute batch rou' 'iproute batch routes.txt'
	completes 'iproute restore fol' 'iproute restore folder/'
	completes 'iproute apply rou' 'iproute apply routes.txt'
	completes 'iproute stat' 'iproute status'
	completes 'iproute status fol' 'iproute status folder/'
	completes 'iproute reh' 'iproute rehearse'
	completes 'iproute rehearse rou' 'iproute rehearse routes.txt'
	completes 'iproute test rou' 'iproute test routes.txt'
	completes 'iproute explain 10.1.2.3 -f rou' 'iproute explain 10.1.2.3 -f routes.txt'
	completes 'iproute -confirm 60 roll' 'iproute -confirm 60 rollback'
	completes 'iproute -n bl' 'iproute -n blue'
	completes 'iproute delrule pref 4' 'iproute delrule pref 4321'
	completes 'iproute -n blue delrule pref 4' 'iproute -n blue delrule pref 4711'
	completes 'iproute -n blue rehearse rou' 'iproute -n blue rehearse routes.txt'
	completes 'iproute addrule from 10.4.0.0/16 goto 43' 'iproute addrule from 10.4.0.0/16 goto 4321'
	completes 'iproute addrule from 10.4.0.0/16 class 77' 'iproute addrule from 10.4.0.0/16 class 777'
	completes 'iproute show class 77' 'iproute show class 777'
	completes 'iproute del 10.7' 'iproute del 10.7.0.0/16'
	completes 'iproute del 2001:db8:7' 'iproute del 2001:db8:7::/48'
	completes 'iproute delrule from 10.' 'iproute delrule from 10.1.0.0/16'
	completes 'iproute rule del pref 4' 'iproute rule del pref 4321'
	completes 'iproute route fl' 'iproute route flush'
	completes 'iproute rule sh' 'iproute rule show'
	completes 'iproute rule add from 10.4.0.0/16 lookup 77' 'iproute rule add from 10.4.0.0/16 lookup 777'
	completes 'iproute route del 10.7' 'iproute route del 10.7.0.0/16'
	completes 'iproute route show table 77' 'iproute route show table 777'
	completes 'iproute local-policy of' 'iproute local-policy off'
	completes 'iproute local-policy off except fw' 'iproute local-policy off except fwmark'
	# A list: what a rule selects, what it does, the rest.
	completes 'iproute addrule ' 'iproute addrule'
	keys Tab
	sees suppress_prefixlength
	before from class
	before class retag
}

@test "bash" {
	need bash command -v bash
	terminal bash --norc --noprofile -i
	# shellcheck disable=SC2016 # expanded there
	keys 'bind "set page-completions off" "set completion-query-items 0" "set print-completions-horizontally on"; . $SOURCE/completions/iproute.bash' Enter
	all_cases
}

@test "zsh" {
	need zsh command -v zsh
	terminal zsh -f -i
	# shellcheck disable=SC2016 # expanded there
	keys 'fpath=($SOURCE/completions $fpath); autoload -Uz compinit; compinit -u -d ~/dump; LISTMAX=0; echo lo''aded' Enter
	sees loaded
	all_cases
}

@test "fish" {
	need fish command -v fish
	terminal fish --no-config -i
	# shellcheck disable=SC2016 # expanded there
	keys 'source $SOURCE/completions/iproute.fish' Enter
	all_cases
}
