# SPDX-License-Identifier: GPL-2.0-or-later
# An OSPF domain in network namespaces, for the document's third application.
#
#   host --+                 +-- core    area 0; also in area 2 (10.4.0.0/16)
#   lan  --+-- r (we) -------+-- asbr    area 0; has the external routes
#                            +-- edge    area 1 (10.3.0.0/16)
#
# The areas' prefixes are those of examples/ospf-classes.lines: 10.1.0.0/16 and 10.2.0.0/16 are area 0, 10.3.0.0/16 is
# area 1. OSPF doesn't carry lan (10.1.5.0/24). The names of the links are those of the router at the other end.
# shellcheck shell=bash

ospf_routers=(r core asbr edge)

# domain: the namespaces, links and addresses; no daemon yet.
domain() {
	local router
	fresh host lan "${ospf_routers[@]}"
	for router in "${ospf_routers[@]}"; do
		on "$router" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratemask=0 net.ipv6.conf.all.disable_ipv6=1 \
			net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0
	done
	wire r 10.1.100.1/24 host 10.1.100.2/24
	wire r 10.1.5.1/24 lan 10.1.5.2/24
	wire r 10.1.1.1/30 core 10.1.1.2/30
	wire r 10.2.1.1/30 asbr 10.2.1.2/30
	wire r 10.3.1.1/30 edge 10.3.1.2/30
	ip -n host route add default via 10.1.100.1
	ip -n lan route add default via 10.1.5.1
	# What a router announces it also answers for, even if it learns a longer prefix: without a rule of ours the
	# kernel keeps local and main in one trie.
	for router in core asbr edge; do
		ip -n "$router" rule add pref 1 nop
	done
	local announced
	for announced in core:10.1.2.0/24 core:10.4.1.0/24 core:172.16.1.128/25 \
		asbr:10.3.66.0/24 asbr:10.4.1.128/25 asbr:172.16.1.0/24 asbr:203.0.113.0/24 edge:10.3.2.0/24; do
		ip -n "${announced%%:*}" route add local "${announced#*:}" dev lo
	done
	way_back core 10.1.1.1
	way_back asbr 10.2.1.1
	way_back edge 10.3.1.1
	# The administrator's last resort, which no class may fall behind.
	ip -n r route add default via 10.1.1.2
}

# declared: r has the rules of the example around the classes; undeclared: no longer.
declared() {
	on r iproute apply "${top_srcdir:?}/examples/ospf-classes.lines"
}

undeclared() {
	on r iproute apply /dev/null
}

# way_back ROUTER GATEWAY: answers to host also come back while OSPF computes. Only what r does is tested.
way_back() {
	ip -n "$1" route add 10.1.100.0/24 via "$2" metric 1000
}

# What BIRD on each router says to the others.
bird_areas() {
	# A daemon that gets no time for a while is not taken for dead: no test waits for that.
	local link='{ type ptp; hello 1; dead count 60; }'
	case $1 in
	r) echo "area 0 { interface \"core\", \"asbr\" $link; interface \"host\" { stub; }; };
		area 1 { interface \"edge\" $link; };" ;;
	core) echo "area 0 { interface \"r\" $link; stubnet 10.1.2.0/24; }; area 2 { stubnet 10.4.1.0/24; };" ;;
	asbr) echo "area 0 { interface \"r\" $link; };" ;;
	edge) echo "area 1 { interface \"r\" $link; stubnet 10.3.2.0/24; };" ;;
	esac
}

# The external routes of a router; those of type 1 are in the list of the filter.
bird_externals() {
	case $1 in
	core) echo 'route 172.16.1.128/25 blackhole;' ;;
	asbr) echo 'route 0.0.0.0/0 blackhole; route 172.16.1.0/24 blackhole; route 10.3.66.0/24 blackhole;
		route 10.4.1.128/25 blackhole;' ;;
	esac
}

# A class for each kind of route. BIRD attaches one kernel table to each of its own, so a pipe goes to each.
bird_classes() {
	# class TABLE CONDITION
	class() {
		echo "ipv4 table class$1;
			protocol pipe { table master4; peer table class$1; import none; export where $2; }
			protocol kernel { kernel table $1; scan time 5; graceful restart;
				ipv4 { table class$1; import none; export all; }; }"
	}
	class 250 'source = RTS_OSPF && net ~ [ 10.1.0.0/16+, 10.2.0.0/16+ ]'
	class 249 'source = RTS_OSPF && net ~ [ 10.3.0.0/16+ ]'
	class 251 'source = RTS_OSPF_IA'
	class 252 'source = RTS_OSPF_EXT1'
	class 253 'source = RTS_OSPF_EXT2'
}

# bird_config ROUTER classes|plain: where its routes go.
bird_config() {
	local number=1 router
	for router in "${ospf_routers[@]}"; do
		[ "$router" != "$1" ] || break
		number=$((number + 1))
	done
	cat <<-END
		router id 192.0.2.$number;
		log "/run/$1.log" all;
		graceful restart wait 60;
		protocol device { scan time 5; }
		protocol static { ipv4; $(bird_externals "$1") }
		protocol ospf v2 areas {
			tick 1;
			debug { events };
			graceful restart on;
			ipv4 { import all; export filter {
				if source != RTS_STATIC then reject;
				if net = 172.16.1.0/24 then ospf_metric1 = 20; else ospf_metric2 = 20;
				accept;
			}; };
			$(bird_areas "$1")
		}
	END
	if [ "$2" = classes ]; then
		bird_classes
	else
		echo 'protocol kernel { scan time 5; ipv4 { import none; export where source != RTS_STATIC; }; }'
	fi
}

# bird_start ROUTER classes|plain [OPTION…]
bird_start() {
	local router=$1
	bird_config "$router" "$2" >"/run/$router.conf"
	shift 2
	ip netns exec "$router" bird -f -c "/run/$router.conf" -s "/run/$router.ctl" "$@" >"/run/$router.out" 2>&1 3>&- &
	echo $! >"/run/$router.pid"
}

# daemon_stop ROUTER|PROGRAM SIGNAL: and waits until it has ended.
daemon_stop() {
	local pid
	pid=$(<"/run/$1.pid")
	kill "-$2" "$pid"
	until_true 10 fails kill -0 "$pid"
}

# Ends every daemon that a test has started.
daemons_end() {
	local pid
	for pid in /run/*.pid; do
		[ ! -f "$pid" ] || kill "$(<"$pid")" 2>/dev/null || true
	done
}

# Seconds between two packets. A guest without KVM needs longer.
pace=0.02
[ -z "${IN_VM:-}" ] || pace=0.2

# in_class CLASS PREFIX: r has this route in the class.
in_class() {
	on r iproute show class "$1" root "$2" 2>/dev/null | grep -q "^$2 "
}

# The domain has converged: r has the farthest route of each kind.
converged() {
	in_class "${1:-249}" 10.3.2.0/24 && in_class "${1:-251}" 10.4.1.0/24 && in_class "${1:-252}" 172.16.1.0/24 &&
		in_class "${1:-253}" 172.16.1.128/25 && in_class "${1:-253}" 10.3.66.0/24
}

# way DESTINATION: where r sends a packet of host, as the packet itself recorded it; or rejected, loop or lost.
way() {
	local answer
	# Until there is an answer: the kernel limits how often it says that a route is unreachable.
	answer=$(on host ping -n -R -c1 -w "${2:-20}" "$1" 2>&1) || true
	case $answer in
	*'From 10.1.100.1 '*Unreachable*) echo rejected ;;
	*'Time to live exceeded'*) echo loop ;;
	*10.1.1.1* | *'From 10.1.1.2 '*) echo core ;;
	*10.2.1.1* | *'From 10.2.1.2 '*) echo asbr ;;
	*10.3.1.1*) echo edge ;;
	*10.1.5.1*) echo lan ;;
	*) echo lost; echo "$answer" >&2 ;;
	esac
}

# told_by_monitor: what comes and goes in r is in /run/changes: the monitor that writes it listens.
told_by_monitor() {
	on r ip route add 10.254.0.0/16 dev lo
	on r ip route del 10.254.0.0/16
	grep -q '10\.254\.0\.0/16' /run/changes
}

# goes DESTINATION WAY
goes() {
	local got
	got=$(way "$1")
	[ "$got" = "$2" ] || { echo "$1: $got, not $2"; return 1; }
}

# needs 'COMMAND' DESTINATION WAY: packets to DESTINATION take WAY, and no longer after this command on r, which is
# undone at the end.
needs() {
	local command=$1
	shift
	goes "$@"
	on r iproute save >/run/before
	# shellcheck disable=SC2086 # words
	on r iproute $command
	if goes "$@"; then
		echo "even after: iproute $command"
		return 1
	fi
	on r iproute restore /run/before
	goes "$@"
}

# helped: every neighbour has helped r through a graceful restart since the last helped_begin: it heard of it, was Full
# again, and never took r for dead. When the help ends is the daemons' matter: FRR 8.4 ends it as soon as it announces
# itself again, on a busy machine before all neighbours are Full.
helped_begin() {
	local router
	for router in core asbr edge; do
		wc -l <"/run/$router.log" >"/run/$router.seen"
	done
}

helped() {
	local router said help
	for router in core asbr edge; do
		said=$(tail -n "+$(($(<"/run/$router.seen") + 1))" "/run/$router.log" | grep 192.0.2.1)
		help=${said#*Neighbor 192.0.2.1 on r started graceful restart}
		[[ $help != "$said" && $help == *' to Full'* && $help != *' to Down'* ]] || {
			echo "$router did not help:"
			echo "$said"
			return 1
		}
	done
}

# answers: how many echo replies host has got.
# shellcheck disable=SC2016 # these are words of awk
answers() {
	on host awk '/^IcmpMsg:/ { if (!n++) { for (i = 2; i <= NF; i++) if ($i == "InType0") c = i }
		else seen = c ? $c : 0 } END { print seen + 0 }' /proc/net/snmp
}

has_answers() {
	[ "$(answers)" -ge "$1" ]
}

# steady SECONDS COMMAND…: no packet from host to edge is lost while the command runs and afterwards; at least that many
# seconds in all. The kernel counts the answers: ping does not wait for the last ones.
steady() {
	local pinger monitor before sent status=0 end=$((SECONDS + $1))
	before=$(answers)
	ip netns exec host ping -n -q -i "$pace" 10.3.2.1 >/run/steady 2>&1 3>&- &
	pinger=$!
	ip netns exec r iproute monitor >/run/changes 2>&1 3>&- &
	monitor=$!
	sleep 0.2
	"${@:2}" || status=1
	while [ "$SECONDS" -lt "$end" ]; do
		sleep 0.1
	done
	kill -INT "$pinger"
	wait "$pinger" || true
	kill "$monitor"
	sent=$(sed -n 's/ packets transmitted.*//p' /run/steady)
	echo "$sent packets"
	[ "$sent" -gt 0 ] && until_true 1 has_answers $((before + sent)) || status=1
	[ "$status" = 0 ] || cat /run/steady /run/changes
	return "$status"
}

# What every daemon's classes must do. Each check fails when its class or its reject node is taken away.

check_connected() {
	needs 'delrule class 254 suppress_prefixlength 0' 10.1.5.2 lan
	# Without the suppression the administrator's default route hides every class.
	needs 'replacerule pref 1000 class 254' 203.0.113.1 asbr
}

check_order() {
	needs 'delrule to 10.1.0.0/16 class 250' 10.1.2.1 core
	needs 'delrule to 10.3.0.0/16 class 249' 10.3.2.1 edge
	# The external route is longer: 10.4.1.128/25, 172.16.1.128/25.
	needs 'delrule class 251' 10.4.1.200 core
	needs 'delrule class 252' 172.16.1.200 asbr
	needs 'delrule pref 32765' 203.0.113.1 asbr
}

check_reject() {
	needs 'del default reject class 250' 10.1.77.1 rejected
	needs 'del default reject class 249' 10.3.77.1 rejected
	# An external route points into the area.
	needs 'del default reject class 249' 10.3.66.1 rejected
}

check_link() {
	ip -n edge link set dev r down
	# Until the daemon has noticed, the packets are lost behind the link, and that looks the same.
	until_true 20 fails in_class 249 10.3.2.0/24
	goes 10.3.2.1 rejected
	needs 'del default reject class 249' 10.3.2.1 rejected
	ip -n edge link set dev r up
	way_back edge 10.3.1.1
	until_true 60 converged
	goes 10.3.2.1 edge
}

# The same domain where r has neither class nor reject record: none of what they are for is true.
check_leaks() {
	goes 10.3.2.1 edge
	fails goes 10.4.1.200 core
	fails goes 172.16.1.200 asbr
	fails goes 10.3.77.1 rejected
	fails goes 10.3.66.1 rejected
}
