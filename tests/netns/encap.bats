#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Encapsulations that a kernel without further modules has: what was typed is what is listed, and ip agrees.
# Never options of a tunnel (geneve_opts, vxlan_opts, erspan_opts): Linux 6.18 hangs when it tells them.
load lib
export read_by_libnl=1

# Words behind `encap`, one line each: kept, listed and printed as they stand here.
inet=(
	'encap ip id 100 dst 192.0.2.9'
	'encap ip id 7 src 192.0.2.1 dst 192.0.2.9 ttl 9 tos 0x10 key csum seq'
	'encap ip6 id 9 dst 2001:db8::9 hoplimit 5 tc 0x10'
	'encap seg6 mode encap segs 2001:db8:1::8,2001:db8:1::9'
)
inet6=(
	'encap ip6 id 9 src 2001:db8::1 dst 2001:db8::9'
	'encap seg6 mode encap segs 2001:db8:1::8,2001:db8:1::9'
	'encap seg6 mode inline segs 2001:db8:1::8'
	'encap seg6 mode l2encap segs 2001:db8:1::8'
	'encap seg6local action End'
	'encap seg6local action End.X nh6 2001:db8:1::5'
	'encap seg6local action End.T table main'
	'encap seg6local action End.DX2 oif eth1'
	'encap seg6local action End.DX4 nh4 192.0.2.5'
	'encap seg6local action End.DX6 nh6 2001:db8:1::5'
	'encap seg6local action End.DT6 table main'
	'encap seg6local action End.B6 srh segs 2001:db8:1::8'
	'encap seg6local action End.B6.Encaps srh segs 2001:db8:1::8,2001:db8:1::9'
)

setup() {
	lone H
	need "lightweight tunnels" on H ip route add 203.0.113.0/24 encap ip dst 192.0.2.9 dev eth0
	need "seg6local" on H ip -6 route add 2001:db8:ffff::/48 encap seg6local action End dev eth0
	on H ip route flush proto boot
	on H ip -6 route flush proto boot
}

fill() {
	local i=0 words
	for words in "${inet[@]}"; do
		i=$((i + 1))
		eval "on H iproute add 10.$i.0.0/16 dev eth0 $words"
	done
	for words in "${inet6[@]}"; do
		i=$((i + 1))
		eval "on H iproute add 2001:db8:$i::/48 dev eth0 $words"
	done
	on H iproute add 10.99.0.0/16 nexthop gw 192.0.2.2 encap ip id 5 dst 192.0.2.9 \
		nexthop gw 192.0.2.3
}

# encaps: of a listing the destinations and encapsulations, without what stands behind.
encaps() {
	sed 's/ dev eth[01] .*//'
}

@test "what was typed is what is listed" {
	local i=0 words
	fill
	for words in "${inet[@]}"; do
		i=$((i + 1))
		status 0 on H iproute show "10.$i.0.0/16"
		same "10.$i.0.0/16 dev eth0 class main $words"
	done
	for words in "${inet6[@]}"; do
		i=$((i + 1))
		status 0 on H iproute show "2001:db8:$i::/48"
		same "2001:db8:$i::/48 dev eth0 class main metric 1024 $words"
	done
	status 0 on H iproute show 10.99.0.0/16
	has 'weight 1 encap ip id 5 dst 192.0.2.9 nexthop gw 192.0.2.3'
	round_trip H
}

@test "with ip's words and in ip's text" {
	local family
	on H ip route add 10.1.0.0/16 encap ip id 1 dst 192.0.2.9 tos 4 key dev eth0
	on H iproute route add 10.2.0.0/16 encap ip id 1 dst 192.0.2.9 tos 4 key dev eth0
	[ "$(on H ip route show 10.1.0.0/16 | cut -d' ' -f2-)" = "$(on H ip route show 10.2.0.0/16 | cut -d' ' -f2-)" ]
	status 255 on H iproute route add 10.3.0.0/16 encap ip id 5 id 6 dev eth0
	has 'either "id" is duplicate, or "6" is garbage'
	status 255 on H iproute route add 10.3.0.0/16 dev eth0 encap mpls 100
	has 'argument "encap type" is required'
	fill 2>/dev/null || true
	for family in -4 -6; do
		diff -u <(on H ip -s "$family" route show | encaps) <(on H iproute -s "$family" route show | encaps)
	done
}

@test "counters are shown with -s" {
	need "counters of seg6local" on H ip -6 route add 2001:db8:99::/48 encap seg6local action End count dev eth0
	status 0 on H iproute -s show 2001:db8:99::/48
	has 'encap seg6local action End count packets 0 bytes 0 errors 0'
	status 0 on H iproute show 2001:db8:99::/48
	same '2001:db8:99::/48 dev eth0 class main metric 1024 encap seg6local action End count'
}

@test "encap selects" {
	fill
	status 0 on H iproute show encap seg6
	[ "$(wc -l <<<"$output")" = 4 ]
	status 0 on H iproute show encap ip id 7
	same "10.2.0.0/16 dev eth0 class main ${inet[1]}"
	status 1 on H iproute del 10.1.0.0/16 encap ip id 101 dst 192.0.2.9
	status 0 on H iproute del 10.1.0.0/16 encap ip id 100 dst 192.0.2.9
	status 1 on H iproute show 10.1.0.0/16
}

@test "the kernel's refusal is under the type" {
	status 2 on H iproute add 10.0.0.0/8 dev eth0 encap 77 0x0800010001000000
	has 'Unknown lwt encapsulation type'
	marked 77
	status 2 on H iproute add 2001:db8:1::/48 dev eth0 encap seg6local action End flavors psp,usp,usd
	has 'Unsupported Flavor operation(s)'
	marked seg6local
}

@test "what a kernel takes and forgets, inside an encapsulation or a nexthop" {
	local seg6='encap seg6 mode encap tunsrc 2001:db8:1::1 segs 2001:db8:1::8' words got
	for words in "dev eth0 $seg6" "nexthop gw 2001:db8:1::8 nexthop gw 2001:db8:1::9 $seg6"; do
		got=0
		output=$(eval "on H iproute add 2001:db8:99::/48 $words" 2>&1) || got=$?
		if [ "$got" = 0 ]; then
			status 0 on H iproute show 2001:db8:99::/48
			has 'tunsrc 2001:db8:1::1'
			status 0 on H iproute del 2001:db8:99::/48
		else
			[ "$got" = 2 ]
			has 'this kernel '
			has 'tunsrc 2001:db8:1::1'
			status 1 on H iproute show 2001:db8:99::/48
		fi
	done
}
