/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Computes what the kernel does with a packet, from a snapshot alone: does not ask the kernel and
 * prints nothing. tests/model compares it with RTM_GETROUTE.
 */
#ifndef LOOKUP_DECISION_H
#define LOOKUP_DECISION_H

#include "lookup/trace.h"

/*
 * Looks up a packet that came in (packet->input) or that this host sends. Fills *trace (zeroed),
 * which borrows from the snapshot and the arena; call trace_free() even on failure. Returns 0, or
 * -1 with the error if a class can't be read. A packet that is dropped is no failure: see
 * trace->outcome.
 *
 * Not modelled: the state of neighbours (the kernel avoids IPv6 routers and, among several default
 * routes, IPv4 gateways that do not answer), redirects, and IPsec.
 */
int lookup_packet(struct snapshot *snapshot, const struct packet *packet, struct arena *arena,
	struct trace *trace, struct error *error);

/* The parts of lookup_packet(): incoming IPv4 packets, IPv4 packets that this host sends, and IPv6.
 * trace->flow is filled. Return as lookup_packet(). */
int lookup_input_ipv4(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error);
int lookup_output_ipv4(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error);
int lookup_ipv6(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error);

#endif
