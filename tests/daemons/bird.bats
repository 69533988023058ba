#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The document's third application with BIRD: examples/ospf-classes.lines, the classes filled by OSPF.

load ../netns/lib
load ospf

setup_file() {
	command -v bird >/dev/null || return 0
	domain
	declared
	bird_start r classes
	local router
	for router in core asbr edge; do
		bird_start "$router" plain
	done
	until_true 60 converged
}

setup() {
	need "BIRD" command -v bird
}

# The daemons would put their routes back.
teardown() {
	:
}

teardown_file() {
	daemons_end
}

@test "BIRD: connected hosts are reachable, and the default route of main hides no class" {
	check_connected
}

@test "BIRD: intra-area before inter-area before external, whatever the length of the prefix" {
	check_order
}

@test "BIRD: what an area has lost is rejected, whatever the external routes say" {
	check_reject
}

@test "BIRD: the area's link fails and returns" {
	check_link
}

@test "BIRD: the daemon ends: the area is rejected until it is back" {
	daemon_stop r TERM
	needs 'del default reject class 249' 10.3.2.1 rejected
	goes 10.1.5.2 lan
	bird_start r classes
	until_true 60 converged
	goes 10.3.2.1 edge
}

restart_gracefully() {
	local pid
	pid=$(<"/run/r.pid")
	on r birdc -s /run/r.ctl graceful restart >/dev/null
	until_true 10 fails kill -0 "$pid"
	bird_start r classes -R
	until_true 10 on r birdc -s /run/r.ctl show status >/dev/null
}

restart() {
	daemon_stop r TERM
	until_true 20 fails in_class 249 10.3.2.0/24
	bird_start r classes
}

# restarts_gracefully: without a lost packet, with every neighbour's help. The neighbours help only when their databases are
# quiet.
restarts_gracefully() {
	sleep 5
	helped_begin
	steady 12 restart_gracefully || return 1
	until_true 5 helped
}

@test "BIRD: a graceful restart loses no packet, a plain one does" {
	local try
	# On a busy machine a neighbour may be late with an acknowledgement, and does not help then.
	for try in {1..4}; do
		if restarts_gracefully; then
			break
		fi
		[ "$try" -lt 4 ]
		until_true 60 converged
	done
	until_true 60 converged
	helped_begin
	fails steady 5 restart
	until_true 60 converged
	fails helped
}

@test "BIRD: without classes the longest prefix decides, and an area leaks" {
	daemon_stop r TERM
	undeclared
	bird_start r plain
	until_true 60 converged 254
	check_leaks
}
