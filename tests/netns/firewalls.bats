#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Beside other programs that use nftables: theirs is left as it is, and ours is exact, or said to be missing. The rulesets
# are what these programs make: firewalld's external zone, ufw's and Docker's by iptables-nft, fail2ban's. Where ufw,
# firewalld and fail2ban are installed, they run here themselves, in the router's namespace, with copies of their files.
# shellcheck disable=SC2086 # words

load lib
load lab

setup() {
	need_translation
	lab
	on r iproute add default gw 198.51.100.2 class 250
	on r iproute add 198.18.1.0/24 nat 10.1.0.0/24
	on r iproute addrule from 10.1.0.4 pref 310 route gw 198.51.100.2 dev eth3 masq
	on r iproute addrule from 10.1.0.5 pref 320 class 250 nat 198.18.1.5
}

teardown() {
	unlab
}

like_firewalld() {
	on r nft -f - <<-'END'
		table inet firewalld {
			chain nat_PREROUTING { type nat hook prerouting priority -90; policy accept; }
			chain nat_POSTROUTING {
				type nat hook postrouting priority 110; policy accept;
				jump nat_POSTROUTING_POLICIES
			}
			chain nat_POSTROUTING_POLICIES {
				oifname "eth2" jump nat_POST_external
				oifname "eth3" jump nat_POST_external
			}
			chain nat_POST_external { meta nfproto ipv4 oifname != "lo" masquerade; }
			chain filter_FORWARD {
				type filter hook forward priority 10; policy accept;
				ct state { established, related } accept
				ct status dnat accept
				iifname "eth1" accept
				reject with icmpx admin-prohibited
			}
		}
	END
}

like_docker() {
	on r nft -f - <<-'END'
		table ip nat {
			chain DOCKER { iifname "docker0" counter return; tcp dport 8080 counter dnat to 10.1.0.6:80; }
			chain PREROUTING { type nat hook prerouting priority -100; policy accept; fib daddr type local counter jump DOCKER; }
			chain POSTROUTING { type nat hook postrouting priority 100; policy accept; ip saddr 10.1.0.0/16 oifname != "docker0" counter masquerade; }
		}
		table ip filter {
			chain DOCKER-USER { counter return; }
			chain DOCKER { ip daddr 10.1.0.6 tcp dport 80 counter accept; }
			chain FORWARD {
				type filter hook forward priority 0; policy drop;
				counter jump DOCKER-USER
				oifname "eth1" ct state related,established counter accept
				oifname "eth1" counter jump DOCKER
				iifname "eth1" counter accept
			}
		}
	END
}

like_ufw() {
	on r nft -f - <<-'END'
		table ip filter {
			chain ufw-before-forward { ct state related,established counter accept; icmp type echo-request counter accept; }
			chain ufw-user-forward { iifname "eth1" counter accept; }
			chain FORWARD {
				type filter hook forward priority 0; policy drop;
				counter jump ufw-before-forward
				counter jump ufw-user-forward
			}
		}
		table ip nat {
			chain POSTROUTING { type nat hook postrouting priority 100; policy accept; ip saddr 10.1.0.0/24 oifname "eth3" counter masquerade; }
		}
	END
}

like_fail2ban() {
	on r nft -f - <<-'END'
		table inet f2b-table {
			set addr-set-sshd { type ipv4_addr; elements = { 203.0.113.66 }; }
			chain f2b-chain { type filter hook input priority -1; policy accept; tcp dport 22 ip saddr @addr-set-sshd reject; }
		}
	END
	on r nft add element inet f2b-table addr-set-sshd '{ 203.0.113.67 }'
}

# theirs: what nftables holds of others, without what counts.
theirs() {
	on r nft list ruleset | awk '/^table ip6? iproute /{ ours = 1 } !ours; /^}/{ ours = 0 }' |
		sed -E 's/counter packets [0-9]+ bytes [0-9]+/counter/'
}

exact() {
	sees udp 10.1.0.4 198.51.100.1
	sees tcp 10.1.0.4 198.51.100.1
	sees udp 10.1.0.5 198.18.1.5
	sees tcp 10.1.0.5 198.18.1.5
	on in ping -qc1 -W20 -I 10.1.0.5 $FAR
}

@test "firewalld, ufw, Docker and fail2ban, before ours and after it" {
	local other before
	for other in firewalld docker ufw fail2ban; do
		echo "$other comes"
		"like_$other"
		exact
		before=$(theirs)
		on r iproute addrule from 10.1.0.6 pref 330 class 250 nat 198.18.1.6 retag
		sees udp 10.1.0.6 198.18.1.6
		exact
		on r iproute delrule pref 330
		on r iproute delrule pref 310
		on r iproute addrule from 10.1.0.4 pref 310 route gw 198.51.100.2 dev eth3 masq
		exact
		[ "$(theirs)" = "$before" ]
		output=$(on r iproute showrules)
		lacks missing
		on r iproute -ensure delrule pref 999
		[ "$(theirs)" = "$before" ]
		on r nft list ruleset | awk '/^table/ && $3 != "iproute" { print "delete", $1, $2, $3 }' | on r nft -f -
	done
}

@test "nftables.service is reloaded, without flush ruleset and with it" {
	local conf=$BATS_TEST_TMPDIR/nftables.conf saved
	cat >"$conf" <<-'END'
		table inet filter {
			chain forward { type filter hook forward priority filter; policy accept; }
		}
	END
	on r nft -f "$conf"
	exact
	on r nft -f "$conf"
	exact
	saved=$(on r iproute save)
	sed -i '1i flush ruleset' "$conf"
	on r nft -f "$conf"
	output=$(on r iproute showrules)
	[ "$(grep -c 'part missing' <<<"$output")" = 2 ]
	output=$(on r iproute show class local)
	has 'part missing'
	fails on r iproute save
	on r iproute restore - <<<"$saved"
	exact
	[ "$(theirs | grep -c 'table inet filter')" = 1 ]
	output=$(on r iproute showrules)
	lacks missing
}

@test "a firewall that comes between two of our changes" {
	like_firewalld
	on r nft delete chain inet firewalld filter_FORWARD
	on r iproute replacerule from 10.1.0.4 pref 310 route gw 192.0.2.2 dev eth2 masq
	sees udp 10.1.0.4 192.0.2.1
	on r iproute replacerule from 10.1.0.4 pref 310 route gw 192.0.2.2 dev eth2 nat 198.18.1.4
	sees udp 10.1.0.4 198.18.1.4
	sees tcp 10.1.0.4 198.18.1.4
	on r iproute replacerule from 10.1.0.4 pref 310 route gw 192.0.2.2 dev eth2
	# Nobody but the firewall translates now.
	sees udp 10.1.0.4 192.0.2.1
}

# unharmed: ours is exact and complete, and a change of it leaves theirs as it was.
unharmed() {
	local before
	before=$(theirs)
	exact
	on r iproute addrule from 10.1.0.6 pref 330 class 250 nat 198.18.1.6 retag
	sees udp 10.1.0.6 198.18.1.6
	on r iproute delrule pref 330
	exact
	output=$(on r iproute showrules)
	lacks missing
	[ "$(theirs)" = "$before" ]
}

# copied FOLDER...: from now on the test has a copy of each.
copied() {
	local copy place
	need "the right to mount" mount --bind "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR"
	umount "$BATS_TEST_TMPDIR"
	for place; do
		copy=$BATS_TEST_TMPDIR/copy$place
		mkdir -p "$copy"
		cp -a "$place/." "$copy"
		mount --bind "$copy" "$place"
	done
}

# within COMMAND...: waits until it succeeds.
within() {
	local try
	for try in {1..200}; do
		"$@" >/dev/null 2>&1 && return
		sleep 0.05
	done
	echo "after $try tries: $*"
	"$@"
}

@test "the real ufw is enabled, reloaded and disabled" {
	need ufw type -P ufw
	copied /etc/ufw /lib/ufw /etc/default
	sed -i 's/^DEFAULT_FORWARD_POLICY=.*/DEFAULT_FORWARD_POLICY="ACCEPT"/' /etc/default/ufw
	on r ufw allow 22/tcp >/dev/null
	status 0 on r ufw --force enable
	has 'Firewall is active'
	[ "$(theirs | grep -c ufw)" -gt 20 ]
	unharmed
	on r ufw reload >/dev/null
	unharmed
	on r ufw route deny in on eth2 out on eth1 >/dev/null
	unharmed
	on r ufw --force disable >/dev/null
	unharmed
}

# As dockerd calls it (libnetwork/drivers/bridge, with a published port).
@test "the rules that dockerd makes by the real iptables" {
	need iptables-nft on r iptables-nft -t nat -S
	local words
	while read -r words; do
		on r iptables-nft --wait $words
	done <<-'END'
		-t nat -N DOCKER
		-N DOCKER
		-N DOCKER-ISOLATION-STAGE-1
		-N DOCKER-USER
		-t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
		-t nat -A OUTPUT -m addrtype --dst-type LOCAL -j DOCKER ! --dst 127.0.0.0/8
		-t nat -A POSTROUTING -s 10.1.0.0/16 ! -o docker0 -j MASQUERADE
		-t nat -A DOCKER -i docker0 -j RETURN
		-t nat -A DOCKER -p tcp -d 0/0 --dport 8080 -j DNAT --to-destination 10.1.0.6:80 ! -i docker0
		-A FORWARD -j DOCKER-USER
		-A FORWARD -j DOCKER-ISOLATION-STAGE-1
		-A FORWARD -o eth1 -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
		-A FORWARD -o eth1 -j DOCKER
		-A FORWARD -i eth1 ! -o eth1 -j ACCEPT
		-A DOCKER ! -i eth1 -o eth1 -p tcp -d 10.1.0.6 --dport 80 -j ACCEPT
		-A DOCKER-ISOLATION-STAGE-1 -j RETURN
		-A DOCKER-USER -j RETURN
		-P FORWARD DROP
	END
	unharmed
	# A restart: it flushes its chains and makes them again.
	on r iptables-nft -t nat -F
	on r iptables-nft -t nat -A POSTROUTING -s 10.1.0.0/16 ! -o docker0 -j MASQUERADE
	unharmed
}

# A D-Bus of the test's own, instead of the system's.
start_bus() {
	cat >"$BATS_TEST_TMPDIR/bus.conf" <<-END
		<busconfig>
			<type>custom</type>
			<listen>unix:path=$BATS_TEST_TMPDIR/bus</listen>
			<auth>EXTERNAL</auth>
			<policy context="default">
				<allow send_destination="*"/>
				<allow receive_sender="*"/>
				<allow own="*"/>
				<allow user="*"/>
			</policy>
		</busconfig>
	END
	export DBUS_SYSTEM_BUS_ADDRESS=unix:path=$BATS_TEST_TMPDIR/bus
	dbus-daemon --config-file="$BATS_TEST_TMPDIR/bus.conf" --nofork --nopidfile >"$BATS_TEST_TMPDIR/bus.log" 2>&1 3>&- &
	servers+=($!)
	within test -S "$BATS_TEST_TMPDIR/bus"
}

start_firewalld() {
	ip netns exec r firewalld --nofork --nopid >"$BATS_TEST_TMPDIR/firewalld.log" 2>&1 3>&- &
	firewalld=$!
	servers+=("$firewalld")
	within firewall-cmd --state
}

# `external` masquerades.
@test "the real firewalld starts, is reloaded, forwards a port, masquerades, is stopped and started again" {
	need firewalld type -P firewalld
	need dbus-daemon type -P dbus-daemon
	copied /etc/firewalld /var/log
	local firewalld before
	start_bus
	start_firewalld
	[ "$(theirs | grep -c '^table inet firewalld ')" = 1 ]
	firewall-cmd -q --permanent --zone=trusted --add-interface=eth1
	firewall-cmd -q --permanent --zone=external --add-interface=eth2
	firewall-cmd -q --permanent --zone=external --add-interface=eth3
	firewall-cmd -q --reload
	theirs | grep -q masquerade
	unharmed
	before=$(theirs)
	firewall-cmd -q --reload
	[ "$(theirs)" = "$before" ]
	unharmed
	firewall-cmd -q --complete-reload
	[ "$(theirs)" = "$before" ]
	unharmed
	# Both translate: a port that it forwards, one that we forward, and what only it masquerades.
	serve in 10.1.0.6
	firewall-cmd -q --zone=external --add-forward-port=port=8081:proto=tcp:toport=7:toaddr=10.1.0.6
	on r iproute add 198.51.100.1 nat 10.1.0.6 ipproto tcp dport 8080 to-port 7
	for port in 8080 8081; do
		[ "$(flows o2 tcp 198.51.100.2 198.51.100.1 $port)" = 198.51.100.2 ]
	done
	on r iproute del 198.51.100.1 nat 10.1.0.6 ipproto tcp dport 8080
	sees udp 10.1.0.6 192.0.2.1
	unharmed
	kill "$firewalld"
	wait "$firewalld" || true
	[ "$(theirs)" = '' ]
	sees udp 10.1.0.6 10.1.0.6
	unharmed
	start_firewalld
	[ "$(theirs)" = "$before" ]
	unharmed
}

f2b() {
	on r fail2ban-client -c "$BATS_TEST_TMPDIR/fail2ban" -s "$BATS_TEST_TMPDIR/f2b.sock" -p "$BATS_TEST_TMPDIR/f2b.pid" "$@"
}

@test "the real fail2ban bans, is reloaded, unbans and is stopped" {
	need fail2ban type -P fail2ban-server
	local before
	cp -a /etc/fail2ban "$BATS_TEST_TMPDIR"
	rm -f "$BATS_TEST_TMPDIR"/fail2ban/jail.d/*
	cat >"$BATS_TEST_TMPDIR/fail2ban/fail2ban.local" <<-END
		[Definition]
		logtarget = $BATS_TEST_TMPDIR/f2b.log
		dbfile = None
	END
	cat >"$BATS_TEST_TMPDIR/fail2ban/jail.local" <<-END
		[DEFAULT]
		backend = polling
		banaction = nftables[type=allports]
		[probe]
		enabled = true
		filter = sshd
		logpath = $BATS_TEST_TMPDIR/auth.log
		ignoreself = false
	END
	: >"$BATS_TEST_TMPDIR/auth.log"
	ip netns exec r fail2ban-server -c "$BATS_TEST_TMPDIR/fail2ban" -s "$BATS_TEST_TMPDIR/f2b.sock" \
		-p "$BATS_TEST_TMPDIR/f2b.pid" -f start >/dev/null 2>&1 3>&- &
	servers+=($!)
	within f2b status probe
	serve r 198.51.100.1
	within answers_o2
	f2b set probe banip 198.51.100.2 203.0.113.66
	within banned 203.0.113.66
	fails answers_o2
	unharmed
	f2b reload
	within f2b status probe
	f2b set probe banip 203.0.113.67
	within banned 203.0.113.67
	fails answers_o2
	unharmed
	f2b set probe unbanip 198.51.100.2
	within answers_o2
	banned 203.0.113.66
	unharmed
	f2b stop
	within no_theirs
	unharmed
}

answers_o2() {
	[ "$(flows o2 tcp 198.51.100.2 198.51.100.1 7)" = 198.51.100.2 ]
}

banned() {
	theirs | grep -qF "$1"
}

no_theirs() {
	[ "$(theirs)" = '' ]
}
