#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# systemd-networkd and NetworkManager beside iproute, each run by hand in these namespaces: what we do in the rest
# touches nothing of theirs, and `check` names what they will remove.

load ../netns/lib
load ospf

setup() {
	local link
	for link in eth0 eth1; do
		ip link add name "$link" type veth peer name "${link}p"
		ip link set "$link" up
		ip link set "${link}p" up
	done
	ip addr add 198.51.100.1/24 dev eth1
	# The managers believe that udev has seen the devices.
	mkdir -p /run/udev/data
	touch /run/udev/control
	for link in /sys/class/net/*/ifindex; do
		printf 'I:1\nQ:systemd\nV:1\n' >"/run/udev/data/n$(<"$link")"
	done
	cat >/run/ours <<-END
		add 10.1.0.0/16 gw 198.51.100.9 class 251
		add 10.2.0.0/16 gw 192.0.2.9 class 251
		add default reject class 251
		addrule from 10.1.0.0/16 class 251
		addrule from 10.3.0.0/16 route gw 198.51.100.9
	END
	echo 'addrule from 10.8.0.0/16 class 251' >/run/policy
}

teardown() {
	daemons_end
	rm -f /run/*.pid
	ip link del eth0
	ip link del eth1
	iproute flushrules all
	iproute flush all
}

networkd_start() {
	mkdir -p /run/systemd/network /run/systemd/netif
	cat >/run/systemd/network/10-eth0.network <<-END
		[Match]
		Name=eth0
		[Network]
		Address=192.0.2.1/24
		Gateway=192.0.2.2
		LinkLocalAddressing=no
		IPv6AcceptRA=no
		[Route]
		Destination=10.66.0.0/16
		Gateway=192.0.2.2
		[Route]
		Destination=10.67.0.0/16
		Gateway=192.0.2.2
		Table=250
		[RoutingPolicyRule]
		From=10.9.0.0/16
		Table=250
		Priority=77
	END
	chown -R systemd-network: /run/systemd/netif
	SYSTEMD_LOG_TARGET=console /usr/lib/systemd/systemd-networkd >/run/networkd.log 2>&1 3>&- &
	echo $! >/run/networkd.pid
	until_true 20 grep -q ADMIN_STATE=configured "/run/systemd/netif/links/$(</sys/class/net/eth0/ifindex)"
}

manager_start() {
	local folder
	for folder in /var/lib/NetworkManager /etc/NetworkManager; do
		mountpoint -q "$folder" || mount -t tmpfs manager "$folder"
	done
	mkdir -p /run/dbus /run/NetworkManager/system-connections /etc/NetworkManager/{conf.d,dispatcher.d}
	cat >/etc/NetworkManager/NetworkManager.conf <<-END
		[main]
		plugins=keyfile
		dns=none
		rc-manager=unmanaged
		[keyfile]
		unmanaged-devices=interface-name:eth1,interface-name:eth0p,interface-name:eth1p
	END
	cat >/run/NetworkManager/system-connections/uplink.nmconnection <<-END
		[connection]
		id=uplink
		uuid=11111111-1111-1111-1111-111111111111
		type=ethernet
		interface-name=eth0
		[ipv4]
		method=manual
		address1=192.0.2.1/24,192.0.2.2
		route1=10.66.0.0/16,192.0.2.2
		route2=10.67.0.0/16,192.0.2.2
		route2_options=table=250
		routing-rule1=priority 77 from 10.9.0.0/16 table 250
		[ipv6]
		method=disabled
	END
	chmod 600 /run/NetworkManager/system-connections/*
	dbus-daemon --system --nofork --nopidfile --address=unix:path=/run/dbus/system_bus_socket >/run/dbus.log 2>&1 3>&- &
	echo $! >/run/dbus.pid
	until_true 10 test -S /run/dbus/system_bus_socket
	NetworkManager --no-daemon >/run/manager.log 2>&1 3>&- &
	echo $! >/run/manager.pid
	until_true 20 is_active
}

is_active() {
	[[ $(nmcli -t device 2>/dev/null) == *eth0:ethernet:connected:uplink* ]]
}

theirs() {
	ip rule | grep 'proto static'
	ip route show table all proto static
}

are_there() {
	[ "$(theirs | wc -l)" = 4 ]
}

# told_by_monitor: what comes and goes is in /run/changes: the monitor that writes it listens.
told_by_monitor() {
	ip route add 10.254.0.0/16 dev lo
	ip route del 10.254.0.0/16
	grep -q '10\.254\.0\.0/16' /run/changes
}

# undisturbed: whatever is done in the rest, no message about a route or rule of theirs comes.
undisturbed() {
	local before
	until_true 20 are_there
	before=$(theirs)
	ip monitor route rule >/run/changes 2>&1 3>&- &
	echo $! >/run/monitor.pid
	until_true 20 told_by_monitor
	iproute batch /run/ours
	iproute apply /run/policy
	iproute save rules >/run/rules
	iproute save class 251 >/run/routes
	iproute local-policy off
	iproute local-policy on
	iproute flush class 251
	iproute delrule from 10.1.0.0/16
	iproute flushrules from 10.3.0.0/16
	iproute restore /run/routes
	iproute restore /run/rules
	status 0 iproute restore /run/rules
	same unchanged
	iproute apply /dev/null
	iproute apply /run/policy
	# A save of everything has theirs, too, and a restore finds them unchanged.
	iproute save >/run/all
	grep -q '10.66.0.0/16 .* proto static' /run/all
	iproute del 10.1.0.0/16 class 251
	iproute restore /run/all
	until_true 10 grep -q 'Deleted 10.1.0.0/16' /run/changes
	kill "$(</run/monitor.pid)"
	rm /run/monitor.pid
	fails grep 'proto static' /run/changes
	[ "$(theirs)" = "$before" ]
}

@test "systemd-networkd is not disturbed by what is done in the rest" {
	need systemd-networkd test -x /usr/lib/systemd/systemd-networkd
	networkd_start
	undisturbed
}

@test "systemd-networkd removes what is ours when it starts again, unless it does what check says" {
	need systemd-networkd test -x /usr/lib/systemd/systemd-networkd
	networkd_start
	fails grep networkd <<<"$(iproute check)"
	iproute batch /run/ours
	iproute apply /run/policy
	status 1 iproute check
	has 'networkd-removes: systemd-networkd configures eth0; when it starts, or configures it again, it removes what is not in its files (rules: 3, routes: 3)'
	daemon_stop networkd TERM
	fails grep networkd <<<"$(iproute check)"
	networkd_start
	until_true 10 fails iproute showrules from 10.1.0.0/16
	status 1 iproute plan /run/policy
	# The fix, elsewhere: nothing of the machine is touched.
	mount -t tmpfs etc /etc/systemd
	iproute -ensure batch /run/ours
	iproute apply /run/policy
	status 1 iproute check
	bash -c "$(sed -n 's/^    fix: //p' <<<"$output" | grep networkd)"
	status 0 iproute plan /run/policy
	fails grep networkd <<<"$(iproute check)"
	daemon_stop networkd TERM
	networkd_start
	iproute showrules from 10.1.0.0/16
	status 0 iproute plan /run/policy
	umount /etc/systemd
}

@test "NetworkManager is not disturbed by what is done in the rest" {
	need NetworkManager command -v NetworkManager
	manager_start
	undisturbed
}

@test "NetworkManager removes routes when it activates a connection again: check says so" {
	need NetworkManager command -v NetworkManager
	manager_start
	fails grep networkmanager <<<"$(iproute check)"
	iproute batch /run/ours
	status 1 iproute check
	has 'networkmanager-removes: NetworkManager configures eth0; when it activates the connection again, it removes what the connection does not have (routes: 1)'
	nmcli connection up uplink
	fails iproute show 10.2.0.0/16 class 251
	iproute show 10.1.0.0/16 class 251
	iproute showrules from 10.1.0.0/16
}
