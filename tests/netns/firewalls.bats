#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Beside other programs that use nftables: theirs is left as it is, and ours is exact, or said to be missing. The rulesets
# are what these programs make: firewalld's external zone, ufw's and Docker's by iptables-nft, fail2ban's.

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

firewalld() {
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

docker() {
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

ufw() {
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

fail2ban() {
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
	on in ping -qc1 -W2 -I 10.1.0.5 $FAR
}

@test "firewalld, ufw, Docker and fail2ban, before ours and after it" {
	local other before
	for other in firewalld docker ufw fail2ban; do
		echo "$other comes"
		"$other"
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
	firewalld
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

# The program itself, on copies of what it writes.
@test "the real ufw is enabled, reloaded and disabled" {
	need ufw ufw version
	need "the right to mount" mount --bind "$BATS_TEST_TMPDIR" "$BATS_TEST_TMPDIR"
	umount "$BATS_TEST_TMPDIR"
	local copy place
	for place in /etc/ufw /lib/ufw /etc/default; do
		copy=$BATS_TEST_TMPDIR/copy$place
		mkdir -p "$copy"
		cp -a "$place/." "$copy"
		mount --bind "$copy" "$place"
	done
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
