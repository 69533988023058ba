#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The policy files of examples/: each is applied twice, and packets go where it says.
# shellcheck disable=SC2086,SC2153,SC2154,SC2164 # addresses and words without blanks; variables of lib.bash

load lib
load lab
load recipes

setup() {
	cd "$BATS_TEST_TMPDIR"
	servers=()
	recipe_lab
}

teardown() {
	unlab
	round_trips
}

@test "every policy file is played here, is in the README, and holds without a kernel" {
	local file name
	for file in "$top_srcdir"/examples/*.policy; do
		name=$(basename "$file")
		grep -q "^	apply_recipe $name" "$BATS_TEST_FILENAME" || { echo "$name is not played"; return 1; }
		grep -q "\`$name\`" "$top_srcdir/examples/README.md" || { echo "$name is not in the README"; return 1; }
		grep -q "examples/$name" "$top_srcdir/Makefile.am" || { echo "$name is not installed"; return 1; }
		status 0 iproute test "$file"
		lacks "# SKIP"
	done
}

@test "no two recipes have a preference in common: all can be in one policy" {
	local files
	# Those of the two branches are of two hosts.
	mapfile -t files < <(cd "$top_srcdir/examples" && printf '%s\n' *.policy *.lines | grep -v '^ospf-classes.policy$')
	output=$(cd "$top_srcdir/examples" && awk '/^addrule pref/ && !seen[FILENAME, $3]++ { print $3 }' "${files[@]}" |
		sort | uniq -d)
	same ''
}

# As a reader copies it, without the indentation of the page.
@test "iproute-policy(7) shows the recipes, byte for byte" {
	command -v mandoc >/dev/null || skip "mandoc is not installed"
	[ -f "$top_builddir/man/iproute-policy.7" ] || skip "the manual is not built here"
	local file name
	mandoc -Tutf8 "$top_builddir/man/iproute-policy.7" | col -bx | sed 's/^     //' >page
	for file in "$top_srcdir"/examples/*.policy "$top_srcdir"/examples/*.lines; do
		name=$(basename "$file")
		# What is the same with other names, or filled.
		[[ $name != branch-south.policy && $name != ospf-classes.policy ]] || continue
		perl -0777 -e 'my ($file, $page) = map { open my $f, "<", $_ or die; <$f> } @ARGV;
			$file =~ s/.*\n//; exit(index($page, $file) < 0)' "$file" page ||
			{ echo "$name is not in the page as it is"; return 1; }
	done
}

@test "two uplinks: an answer leaves by the uplink that was asked" {
	goes a r $FAR -I 198.51.100.1
	apply_recipe two-uplinks.policy
	goes a r $FAR
	goes a r $FAR -I 192.0.2.1
	goes b r $FAR -I 198.51.100.1
	# A neighbour is not reached through a provider.
	goes a r 192.0.2.2 -I 198.51.100.1
	# Somebody asks provider B's address: the answer comes from there.
	status 0 on b ping -q -c1 -W20 -I $FAR 198.51.100.1
	ip -n r link set dev eth1 down
	refused r $FAR '' -I 198.51.100.1
	goes a r $FAR
	ip -n r link set dev eth1 up
	settled r
	status 0 on r iproute apply two-uplinks.policy
	goes b r $FAR -I 198.51.100.1
}

@test "VPN by mark: all but the tunnel's own packets go into the tunnel, of both families" {
	goes a r 2001:db8:f::9
	apply_recipe vpn-by-mark.policy
	goes v r $FAR
	goes v o $FAR
	goes a r $FAR -m 51820
	goes o r 10.1.0.8
	goes b r 198.51.100.2
	goes v r 2001:db8:f::9
	goes a r 2001:db8:f::9 -m 51820
}

@test "per user: 1001 leaves by the other uplink, nobody else does" {
	every_user || skip "other users are missing here"
	serve a $FAR
	serve b $FAR
	seen_of 1001 192.0.2.1
	apply_recipe per-user.policy
	seen_of 1001 198.51.100.1
	seen_of 1000 192.0.2.1
	seen_of 1002 192.0.2.1
	seen_of 0 192.0.2.1
	ip -n r link set dev eth1 down
	seen_of 1001 ''
	seen_of 1000 192.0.2.1
	ip -n r link set dev eth1 up
	settled r
	status 0 on r iproute apply per-user.policy
	seen_of 1001 198.51.100.1
}

# seen_of UID ADDR: whom the far end sees when this user of r asks; "": no answer.
seen_of() {
	local got limit=60
	[ -n "$2" ] || limit=2
	# shellcheck disable=SC2016 # expanded inside
	got=$(on r setpriv --reuid "$1" --clear-groups bash -c '
		exec 3<>"/dev/udp/203.0.113.9/7" && echo >&3 && timeout "$0" dd bs=99 count=1 <&3 2>/dev/null' "$limit" 2>/dev/null) || true
	[ "$got" = "$2" ] || { echo "user $1 is seen as '$got', not '$2'"; return 1; }
}

@test "failover: the second route while the first has no link" {
	on r sysctl -qw net.ipv4.conf.all.ignore_routes_with_linkdown=1
	ip -n r route del default
	refused o $FAR 'Net Unreachable'
	apply_recipe failover.policy
	goes a o $FAR
	goes a r $FAR
	ip -n a link set dev eth0 down
	until_goes b o
	goes b r $FAR
	# It can be applied on the reserve, too.
	status 0 on r iproute apply failover.policy
	same unchanged
	ip -n a link set dev eth0 up
	ip -n a route replace default via 192.0.2.1
	until_goes a o
	settled r
	# Set down, the kernel removes the route; applied again, it is there.
	ip -n r link set dev eth0 down
	goes b o $FAR
	ip -n r link set dev eth0 up
	settled r
	goes b o $FAR
	status 0 on r iproute apply failover.policy
	same '1 added, 0 changed, 0 removed'
	goes a o $FAR
}

# until_goes HOST FROM: the kernel notices links in its own time.
until_goes() {
	local limit=1
	until_true 20 goes "$1" "$2" $FAR
}

@test "OSPF classes: what an area has lost is nowhere, the rest goes on to other classes" {
	local network
	ip -n r addr add 10.1.5.1/24 dev eth1
	ip -n b addr add 10.1.5.2/24 dev eth0
	ip -n b addr add 10.1.5.3/24 dev eth0
	for network in 3 4 5 6; do
		ip -n a addr add 192.0.2.$network/24 dev eth0
	done
	for network in 10.1.7.0/24 10.1.8.0/24 10.2.9.0/24 10.3.0.0/16 10.4.0.0/16; do
		ip -n a route add local $network dev lo
		ip -n b route add local $network dev lo
	done
	apply_recipe ospf-classes.policy
	goes b o 10.1.7.4
	refused o 10.1.8.4 'Destination Host Unreachable'
	goes b o 10.2.9.4
	goes g o 10.2.0.8
	goes a o 10.3.0.4
	goes a o 10.4.0.4
	goes a o $FAR
	# The rest of area 1 is not lost because nobody has it.
	sed -i '/class 249$/!b; /gw/d' ospf-classes.policy
	status 0 on r iproute apply ospf-classes.policy
	refused o 10.3.0.4 'Destination Host Unreachable'
}

@test "TOS classes: each by its provider" {
	goes a o $FAR -Q 0x08
	apply_recipe tos-classes.policy
	goes a o $FAR -Q 0x10
	goes b o $FAR -Q 0x08
	goes a o $FAR
	goes b o 198.51.100.2 -Q 0x10
	# Not because main goes there as well.
	ip -n r route replace default via 10.8.0.2
	goes a o $FAR -Q 0x10
	goes b o $FAR -Q 0x08
	goes v o $FAR
	goes v o $FAR -Q 0x04
}

@test "isolation: the VLANs don't reach each other, but both the printer and the Internet" {
	goes o g 10.1.0.8
	apply_recipe isolation.policy
	refused g 10.1.0.8 'Packet filtered'
	refused o 10.2.0.8 'Packet filtered' -I 10.1.0.8
	goes o g 10.1.0.9
	goes a g $FAR
	goes a o $FAR
	goes r g 10.1.0.1
	# A forged source does not help.
	ip -n g addr add 192.0.2.77/32 dev lo
	refused g 10.1.0.8 '' -I 192.0.2.77
}

@test "kill switch: through the tunnel or not at all, of both families" {
	goes a r $FAR
	apply_recipe kill-switch.policy
	goes v r $FAR
	goes v o $FAR
	goes a r $FAR -m 51820
	goes o r 10.1.0.8
	refused r 198.51.100.2 ''
	refused r 2001:db8:f::9 ''
	goes a r 2001:db8:f::9 -m 51820
	# The kernel still takes a default route, which it looks for the gateway of by these rules.
	ip -n r route replace default via 192.0.2.2 dev eth0
	# Two halves of the Internet, as DHCP may send them.
	ip -n r route add 128.0.0.0/1 via 192.0.2.2 dev eth0
	goes v r $FAR
	ip -n r link del wg0
	refused r $FAR ''
	refused o $FAR 'Packet filtered'
	goes o r 10.1.0.8
	# Without a route for it, the tunnel's own packets don't go into the tunnel.
	ip -n r route del 128.0.0.0/1
	ip -n r route del default via 192.0.2.2
	refused r $FAR '' -m 51820
}

@test "kill switch: in force before the tunnel is there" {
	ip -n r link del wg0
	cp "$top_srcdir/examples/kill-switch.policy" .
	status 0 on r iproute -partial apply kill-switch.policy
	has 'the line waits: apply the file again when the device is there'
	has '; 1 line waits'
	refused o $FAR 'Packet filtered'
	refused r $FAR ''
	wire r 10.8.0.1/24 v 10.8.0.2/24 wg0 eth0
	ip -n v route replace default via 10.8.0.1
	settled r
	status 0 on r iproute -partial apply kill-switch.policy
	same '1 added, 0 changed, 0 removed'
	goes v o $FAR
}

@test "NAT to two providers: each network with the address of its own" {
	need_translation
	local host
	for host in a b; do
		serve $host $FAR
	done
	seen o 10.1.0.8
	goes o a 10.1.0.8
	apply_recipe nat-two-providers.policy
	seen o 192.0.2.1
	seen g 198.51.100.1
	goes o g 10.1.0.8
	# Only answers come in.
	refused a 10.1.0.8 ''
	refused a 10.1.0.8 '' -I $FAR
	ip -n r link set dev eth1 down
	refused g $FAR 'Destination Host Unreachable'
	seen o 192.0.2.1
	ip -n r link set dev eth1 up
	settled r
	status 0 on r iproute apply nat-two-providers.policy
	seen g 198.51.100.1
}

@test "a router with two providers and a DMZ: a server at the addresses of both" {
	need_translation
	recipe_lab6
	serve g 10.2.0.8
	serve b $FAR
	serve a $FAR
	apply_recipe router.policy
	status 0 on r iproute check
	same ''
	seen o 192.0.2.1
	seen g 198.51.100.1
	goes o g 10.1.0.8
	# The server, from both providers and from the office; a and b have the same far address.
	local provider
	for provider in a:192.0.2.1 b:198.51.100.1; do
		output=$(flows "${provider%:*}" tcp $FAR "${provider#*:}" 8080)
		same $FAR
		output=$(flows o tcp 10.1.0.8 "${provider#*:}" 8080)
		same 10.1.0.8
		# Hairpin: the server itself, through its public address.
		output=$(flows g tcp 10.2.0.8 "${provider#*:}" 8080)
		same 10.2.0.1
	done
	# This host answers by the provider that was asked.
	status 0 on b ping -q -c1 -W20 -I $FAR 198.51.100.1
	status 0 on a ping -q -c1 -W20 -I $FAR 192.0.2.1
	# Nothing else comes in.
	refused b 10.2.0.8 '' -I $FAR
	refused a 10.1.0.8 ''
	output=$(on r iproute -s showrules pref 921)
	has "masq valve count packets"
}

@test "the same router in IPv6: NPTv6 by one provider, masq by the other" {
	need_translation
	recipe_lab6
	local far=2001:db8:f::9 provider
	serve g fd00:1:0:2::8
	serve a $far
	serve b $far
	apply_recipe router.policy
	seen o 2001:db8:a:1:cf3e::8 $far fd00:1:0:1::8
	seen g 2001:db8:2::1 $far fd00:1:0:2::8
	goes o g fd00:1:0:1::8
	goes g o fd00:1:0:2::8
	for provider in a,2001:db8:1::1 b,2001:db8:2::1; do
		output=$(flows "${provider%,*}" tcp $far "${provider#*,}" 8080)
		same $far
		output=$(flows o tcp fd00:1:0:1::8 "${provider#*,}" 8080)
		same fd00:1:0:1::8
		output=$(flows g tcp fd00:1:0:2::8 "${provider#*,}" 8080)
		same fd00:1:0:2::1
		status 0 on "${provider%,*}" ping -q -c1 -W20 -I $far "${provider#*,}"
	done
	# Nothing else comes in: neither at an inside address nor at that of the office's prefix.
	refused b fd00:1:0:2::8 '' -I $far
	refused a fd00:1:0:1::8 '' -I $far
	output=$(on r iproute -6 -s showrules pref 921)
	has "masq valve count packets"
	# An uplink that is down: nothing leaves by the other one with an address of its own.
	ip -n r link set dev eth0 down
	refused o $far ''
	status 0 on b ping -q -c1 -W20 -I $far 2001:db8:2::1
	seen g 2001:db8:2::1 $far fd00:1:0:2::8
	ip -n r link set dev eth0 up
	# With the link went its addresses and routes.
	ip -n r addr add 2001:db8:1::1/64 dev eth0 nodad
	ip -n r addr add fe80::1/64 dev eth0 nodad
	settled r
	status 0 on r iproute apply router.policy
	seen o 2001:db8:a:1:cf3e::8 $far fd00:1:0:1::8
}

# seen HOST ADDR [FAR [FROM]]: the far end, once its server is there, sees it so.
seen() {
	local got
	got=$(flows "$1" udp "${4:-0.0.0.0}" "${3:-$FAR}" 7) || true
	[ "$got" = "$2" ] || { echo "$1 is seen as $got, not $2"; return 1; }
}

@test "local packets out of the policy" {
	apply_recipe local-packets.policy
	goes a r $FAR
	goes b o $FAR
	goes b g $FAR
	goes o g 10.1.0.8
	ip -n r route del default via 192.0.2.2
	refused r $FAR 'Network is unreachable'
	goes b o $FAR
}

@test "one policy for two hosts, by set" {
	apply_recipe branch-north.policy
	goes b o $FAR
	goes a g $FAR
	ip -n g addr add 10.1.0.77/32 dev lo
	refused g $FAR '100% packet loss' -I 10.1.0.77
	# The other host.
	on r iproute apply branch-south.policy
	on r iproute apply branch-north.policy
	on r iproute flushrules proto 96
	apply_recipe branch-south.policy
	goes v g $FAR
	goes a o $FAR
	ip -n o addr add 10.2.0.77/32 dev lo
	refused o $FAR '100% packet loss' -I 10.2.0.77
}

@test "a change over ssh: the connection lives, and is confirmed; a mistake is undone" {
	connect 20000
	apply_recipe over-ssh.policy -confirm 60
	lives_on
	goes b r $FAR
	goes b o $FAR
	connect 20000
	lives_on
	# Without the rule for ssh it is cut; the change undoes itself.
	grep -v '^addrule pref 20\|sport' over-ssh.policy >mistake.policy
	connect 1000
	status 0 on r iproute -confirm 4 apply mistake.policy
	wait "$client" && return 1
	[ "$(<pulled)" = quiet ]
	until_true 20 on r iproute plan over-ssh.policy
	connect 20000
	lives_on
}

# connect QUIET: a program far away reads bytes of the "ssh server" on r, until none comes for QUIET milliseconds: $client,
# its last word in ./pulled.
connect() {
	unlab
	ready r "$top_builddir/tests/netns/flows" push 192.0.2.1 22
	servers+=($!)
	ip netns exec a "$top_builddir/tests/netns/flows" pull $FAR 192.0.2.1 22 "$1" >pulled 3>&- &
	client=$!
	until_true 20 connected
}

connected() {
	on a ss -Htn state established "dport = :22" | grep -q .
}

# lives_on: bytes of the server still come.
lives_on() {
	kill "$client"
	wait "$client"
	[ "$(<pulled)" = alive ]
}
