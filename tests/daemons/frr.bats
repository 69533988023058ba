#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The document's third application with FRR on the router under test, and BIRD on its neighbours.

load ../netns/lib
load ospf
load frr

has_daemons() {
	command -v bird && test -x /usr/lib/frr/ospfd && command -v vtysh && id frr
}

setup_file() {
	has_daemons >/dev/null 2>&1 || return 0
	domain
	declared
	frr_start classes
	local router
	for router in core asbr edge; do
		bird_start "$router" plain
	done
	until_true 60 converged
}

setup() {
	need "BIRD, or FRR with its user frr," has_daemons
}

# The daemons would put their routes back.
teardown() {
	:
}

teardown_file() {
	daemons_end
}

@test "FRR: connected hosts are reachable, and the default route of main hides no class" {
	check_connected
}

@test "FRR: intra-area before inter-area before external, whatever the length of the prefix" {
	check_order
}

@test "FRR: what an area has lost is rejected, whatever the external routes say" {
	check_reject
}

@test "FRR: the area's link fails and returns" {
	check_link
}

@test "FRR: the daemon ends: the area is rejected until it is back" {
	daemon_stop ospfd TERM
	until_true 20 fails in_class 249 10.3.2.0/24
	needs 'del default reject class 249' 10.3.2.1 rejected
	goes 10.1.5.2 lan
	frr_run ospfd classes
	until_true 60 converged
	goes 10.3.2.1 edge
}

restart_gracefully() {
	touch /run/graceful
	ospfd_says 'graceful-restart prepare ip ospf'
	daemon_stop ospfd TERM
	frr_run ospfd classes
	until_true 20 ospfd_answers
}

# Three neighbours have everything: nothing is left to send again (RXmtL).
all_is_told() {
	ospfd_says 'show ip ospf neighbor' | awk '
		/ Full\// { full++; if ($(NF - 2) != 0) left++ }
		END { exit full != 3 || left > 0 }'
}

restart() {
	daemon_stop ospfd TERM
	# fill looks for it now and then.
	until_true 20 fails in_class 249 10.3.2.0/24
	frr_run ospfd classes
}

# restarts_gracefully: without a lost packet, with every neighbour's help. The neighbours help only when their databases are
# quiet: what r tells them less than five seconds after the last time waits, and what they get less than a second after the
# last time they ignore: it tells them again.
restarts_gracefully() {
	sleep 6
	until_true 30 all_is_told || return 1
	helped_begin
	steady 12 restart_gracefully || return 1
	until_true 5 helped
}

@test "FRR: a graceful restart loses no packet, a plain one does" {
	local try
	# On a busy machine a neighbour may miss that r restarts: FRR says it once.
	for try in {1..4}; do
		if restarts_gracefully; then
			break
		fi
		[ "$try" -lt 4 ]
		until_true 60 converged
	done
	until_true 60 converged
	rm /run/graceful
	# As long as the one before: a daemon takes seconds to end when its neighbours are slow to answer.
	helped_begin
	fails steady 12 restart
	until_true 60 converged
	fails helped
}

@test "FRR: without classes the longest prefix decides, and an area leaks" {
	local pid
	for pid in fill ospfd zebra; do
		daemon_stop "$pid" TERM
	done
	undeclared
	frr_start plain
	until_true 60 converged 254
	check_leaks
}
