#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# What the guest of boot.sh does after each start, as a service; it reboots at the end. Its lines go to boot.sh.
# shellcheck disable=SC2317
set -u
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin

# policy_write [FOLDER]
policy_write() {
	mkdir -p "${1:-/etc/iproute}"
	cat >"${1:-/etc/iproute}/policy" <<-'END'
		# The network of the uplink first; then what is refused; a class that waits for eth0.
		addrule pref 500 to 10.0.2.0/24 class main
		addrule pref 530 to 203.0.113.0/24 prohibit
		addrule pref 510 to 192.0.2.0/24 class 510
		add default gw 10.0.2.2 dev eth0 class 510
		expect 203.0.113.9 prohibit
		expect 192.0.2.9 via 10.0.2.2
	END
}

# For boot.sh: only writes the policy.
if [ "${1:-}" = policy ]; then
	policy_write "$2"
	exit
fi

# Sends from the start on, all the time.
if [ "${1:-}" = chatter ]; then
	exec 2>/dev/null {never}<> <(:)
	while :; do
		echo x >/dev/udp/203.0.113.9/9
		echo x >/dev/udp/198.51.100.9/9
		read -r -t 0.2 -u "$never"
	done
fi

# check TEXT COMMAND…: prints whether it succeeds.
check() {
	local text=$1 output
	shift
	if output=$("$@" 2>&1); then
		echo "ok $text"
	else
		echo "not ok $text"
		echo "    ${output//$'\n'/$'\n'    }"
	fi
}

# until_true COMMAND…: within four minutes; the guest is slow.
until_true() {
	local end=$((SECONDS + 240))
	while [ "$SECONDS" -lt "$end" ]; do
		if "$@" >/dev/null 2>&1; then return 0; fi
		sleep 1
	done
	echo "not in time: $*"
	"$@"
}

says() {
	grep -q -- "$1" <<<"$("${@:2}" 2>&1)"
}

lacks() {
	! says "$@"
}

online() {
	until_true says 'default via 10.0.2.2' ip route
}

in_force() {
	says '530:.*to 203.0.113.0/24 prohibit' ip rule && says '510:.*lookup 510' ip rule
}

gone() {
	! in_force
}

before_links() {
	local policy links
	policy=$(systemctl show -P ActiveEnterTimestampMonotonic iproute)
	links=$(systemctl show -P ActiveEnterTimestampMonotonic "$1")
	echo "iproute at $policy, $1 at $links"
	[ "$policy" -gt 0 ] && [ "$links" -gt "$policy" ]
}

# The same beside each network manager. $1: its unit.
beside() {
	check "the policy is in force before $1 is active" before_links "$1"
	systemctl -q is-active iproute || journalctl --no-pager -b -n 30 -u iproute
	check "the network comes up" online
	check "iproute.service is active" until_true systemctl -q is-active iproute
	check "rules are in force" in_force
	check "what waited for eth0 is there" until_true says 'default via 10.0.2.2 dev eth0' ip route show table 510
	check "nothing is left to do" iproute plan
	check "the one of others is untouched" says 'default via 10.0.2.2' ip route show table main
	echo 'addrule pref 531 from 10.77.0.0/16 prohibit' >>/etc/iproute/policy
	check "reload applies again" systemctl reload iproute
	check "the new line is in force" says '^531:' ip rule
	policy_write
	echo 'addrule form 10.78.0.0/16 prohibit' >>/etc/iproute/policy
	check "a bad file is refused" fails systemctl reload iproute
	check "the journal shows the line" says 'did you mean "from"' journalctl -u iproute
	check "the old policy stays" says '^531:' ip rule
	policy_write
	check "a good file again" systemctl reload iproute
	check "the line is gone" lacks '^531:' ip rule
	systemctl restart "$1"
	check "the network comes up again" online
	check "a restart of $1 leaves the policy alone" in_force
}

fails() {
	! "$@"
}

nft_restart() {
	echo 'addrule pref 540 from 10.90.0.0/16 route gw 10.0.2.2 dev eth0 masq' >>/etc/iproute/policy
	systemctl reload iproute
	check "masq is in nftables" says 'table ip iproute' nft list tables
	# A start by hand is none of our unit: only what follows is passed on to it.
	systemctl start nftables
	check "started by hand, nftables flushes it" lacks 'table ip iproute' nft list tables
	check "plan says so" fails iproute plan
	systemctl restart nftables
	check "a restart of nftables restores it" until_true says 'table ip iproute' nft list tables
	systemctl reload nftables
	check "also after a reload" until_true says 'table ip iproute' nft list tables
	check "and nothing is left to do" until_true iproute plan
	systemctl stop nftables
	policy_write
	systemctl restart iproute
	check "masq is gone" lacks 'table ip iproute' nft list tables
}

frr() {
	sed -i 's/^\(zebra\|staticd\)=.*/\1=yes/' /etc/frr/daemons
	cat >/etc/frr/frr.conf <<-'END'
		ip route 192.88.99.0/24 10.0.2.2
	END
	systemctl start frr
	check "FRR has made its route" until_true says '192.88.99.0/24.*proto static' ip route
	echo 'addrule pref 532 from 10.77.0.0/16 prohibit' >>/etc/iproute/policy
	systemctl reload iproute
	policy_write
	systemctl reload iproute
	check "the route of FRR is untouched" says '192.88.99.0/24.*proto static' ip route
	systemctl restart frr
	check "FRR has it again" until_true says '192.88.99.0/24.*proto static' ip route
	check "FRR leaves the policy alone" in_force
	check "nothing is left to do" iproute plan
	systemctl stop frr
}

# With networkd's default settings the policy is flushed, and that is seen. What is sent then may leave.
networkd_flushes() {
	systemctl stop chatter
	mkdir -p /etc/systemd/networkd.conf.d
	ln -s /dev/null /etc/systemd/networkd.conf.d/50-iproute.conf
	systemctl restart systemd-networkd
	check "networkd without 50-iproute.conf removes rules of others" until_true gone
	check "plan says what is missing" says '^+ addrule pref 530' iproute plan
	rm /etc/systemd/networkd.conf.d/50-iproute.conf
	systemctl restart systemd-networkd
	check "a reload brings them back" systemctl reload iproute
	check "rules are in force again" in_force
}

# A link that goes down takes its routes; the hook brings them back.
flap() {
	ip link set eth0 down
	check "down: the route is gone" lacks 'default' ip route show table 510
	$1
	check "up: $2 brings it back" until_true says 'default via 10.0.2.2' ip route show table 510
}

case $(sed 's/.*guest=\([a-z]*\).*/\1/' /proc/cmdline) in
without)
	check "the network comes up" online
	sleep 3
	;;
networkd)
	beside systemd-networkd
	nft_restart
	frr
	networkd_flushes
	;;
networkmanager)
	beside NetworkManager
	flap 'nmcli device connect eth0' 'the dispatcher of NetworkManager'
	;;
ifupdown)
	beside networking
	ifdown eth0
	flap 'ifup eth0' 'the hook of ifupdown'
	;;
esac
check "the unit is verified" systemd-analyze verify --man=no iproute.service iproute-online.service
echo end
sync
systemctl --no-block start reboot.target
