#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The lines of the document, as they stand.

load lib

setup() {
	lone r
	ip -n r link add name ether0 type veth peer name ether0p
	ip -n r addr add 203.0.113.1/24 dev ether0
	ip -n r link set ether0 up
	ip -n r link set ether0p up
}

# The document's default setup: rules 0, 254 and 255 for classes 255, 254 and 253.
default_setup() {
	on r iproute addrule pref 254 class 254 proto kernel
	on r iproute addrule pref 255 class 253 proto kernel
	on r iproute delrule pref 32766
	on r iproute delrule pref 32767
}

@test "iproute -r prints the default setup byte for byte" {
	default_setup
	status 0 on r iproute -r
	same 'Kernel routing policy rules
Pref Source             Destination        TOS Iface   Cl
   0 default            default            00  *       255
 254 default            default            00  *       254
 255 default            default            00  *       253'
}

@test "application 1: routes in main" {
	on r iproute add 10.0.0.0/8 gw 192.0.2.9
	on r iproute add 10.1.0.0/16 tos 10 gw 192.0.2.9 dev eth0 metric 3
	on r iproute add 10.2.0.0/16 reject
	on r iproute add 10.3.0.0 mask 255.255.0.0 dev eth1
	on r iproute add 10.4.0.0/16 throw
	on r iproute add 10.5.0.0/16 gw 192.0.2.9 mtu 1400 irtt 100ms window 16384 static
	status 0 on r iproute -4 show
	same '10.0.0.0/8 gw 192.0.2.9 dev eth0 class main
10.1.0.0/16 tos 0x10 gw 192.0.2.9 dev eth0 class main metric 3
reject 10.2.0.0/16 class main
10.3.0.0/16 dev eth1 class main
throw 10.4.0.0/16 class main
10.5.0.0/16 gw 192.0.2.9 dev eth0 class main proto static mtu 1400 window 16384 irtt 100ms
192.0.2.0/24 dev eth0 class main proto kernel src 192.0.2.1
198.51.100.0/24 dev eth1 class main proto kernel src 198.51.100.1
203.0.113.0/24 dev ether0 class main proto kernel src 203.0.113.1'
}

@test "application 2: a rule with its own gateway" {
	default_setup
	on r iproute addrule from 10.1.0.0/16 to 10.9.0.0/16 tos 10 dev eth1 pref 100 route gw 192.0.2.9 dev eth0
	on r iproute addrule from 10.2.0.0/16 route gw 203.0.113.9
	on r iproute addrule from 10.3.0.0/16 route dev ether0
	status 0 on r iproute -r
	same 'Kernel routing policy rules
Pref Source             Destination        TOS Iface   Cl
   0 default            default            00  *       255
  98 10.3.0.0/16        default            00  *       own dev ether0
  99 10.2.0.0/16        default            00  *       own gw 203.0.113.9 dev ether0
 100 10.1.0.0/16        10.9.0.0/16        10  eth1    own gw 192.0.2.9 dev eth0
 254 default            default            00  *       254
 255 default            default            00  *       253'
}

@test "application 3: the rules and the classes of OSPF" {
	default_setup
	on r iproute addrule class 253
	on r iproute addrule class 252
	on r iproute addrule class 251
	on r iproute addrule to 10.1.0.0/16 class 250
	on r iproute addrule to 10.2.0.0/16 class 250
	on r iproute addrule to 10.3.0.0/16 class 249
	on r iproute add default reject class 250
	on r iproute add default reject class 249
	status 0 on r iproute -r
	same 'Kernel routing policy rules
Pref Source             Destination        TOS Iface   Cl
   0 default            default            00  *       255
 248 default            10.3.0.0/16        00  *       249
 249 default            10.2.0.0/16        00  *       250
 250 default            10.1.0.0/16        00  *       250
 251 default            default            00  *       251
 252 default            default            00  *       252
 253 default            default            00  *       253
 254 default            default            00  *       254
 255 default            default            00  *       253'
}

@test "application 4: a class for each TOS" {
	local tos class=100
	for tos in 0 2 4 6 8 a c e 10 12 14 16 18 1a 1c 1e; do
		[ "$tos" = 0 ] || on r iproute addrule tos "$tos" class "$class" || true
		class=$((class + 1))
	done
	status 0 on r iproute -r
	has ' 10  *       108'
	has ' 08  *       104'
}

@test "fib_model: where a gateway route goes" {
	on r iproute -m 1 add default gw 192.0.2.9
	on r iproute -m 1 add 10.1.0.0/16 gw 192.0.2.9
	on r iproute -m 2 add 10.2.0.0/16 gw 192.0.2.9
	on r env IPROUTE_FIB_MODEL=2 iproute add 10.3.0.0/16 gw 192.0.2.9
	on r iproute -m 2 add 10.4.0.0/16 dev eth0
	status 0 on r iproute show class 253
	same 'default gw 192.0.2.9 dev eth0 class default
10.2.0.0/16 gw 192.0.2.9 dev eth0 class default
10.3.0.0/16 gw 192.0.2.9 dev eth0 class default'
	status 0 on r iproute show class main dev eth0
	has '10.1.0.0/16 gw 192.0.2.9'
	has '10.4.0.0/16 dev eth0'
}

@test "fib_model: del looks where add puts it" {
	on r ip nexthop add id 7 via 192.0.2.9 dev eth0
	on r iproute -m 2 add 10.1.0.0/16 nhid 7
	status 0 on r iproute -m 2 -ensure del 10.1.0.0/16 nhid 7
	same ''
	status 1 on r iproute show 10.1.0.0/16 class default
	on r iproute -m 2 add 10.2.0.0/16 nexthop gw 192.0.2.9 dev eth0 nexthop gw 192.0.2.10 dev eth0
	status 0 on r iproute -m 2 del 10.2.0.0/16 nexthop gw 192.0.2.9 nexthop gw 192.0.2.10
	on r iproute -m 1 add default gw 192.0.2.9
	status 0 on r iproute -m 1 del default
	status 1 on r iproute show default class default
	on r iproute -m 2 add 10.3.0.0/16 gw 192.0.2.9
	status 0 on r iproute -m 2 del 10.3.0.0/16 dev eth0
	# What is in both classes is not one route.
	on r iproute -m 2 add 10.4.0.0/16 gw 192.0.2.9
	on r iproute -m 2 add 10.4.0.0/16 dev eth0
	status 3 on r iproute -m 2 del 10.4.0.0/16
	has '2 routes match, but del removes only one'
	status 0 on r iproute -m 2 del 10.4.0.0/16 gw 192.0.2.9
	status 0 on r iproute -m 2 del 10.4.0.0/16
	status 1 on r iproute -m 2 del 10.4.0.0/16
	has 'there is no such route in class default or main'
}

@test "fib_model: IPv6 has no rule for the class default" {
	on r ip -6 addr add 2001:db8:77::1/64 dev eth0 nodad
	on r iproute -m 1 add ::/0 gw 2001:db8:77::2
	status 0 on r iproute -6 show default class main
	has 'gw 2001:db8:77::2'
	status 0 on r iproute -m 2 del ::/0
}
