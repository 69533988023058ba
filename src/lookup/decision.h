/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel does with a packet, as a pure function of a snapshot: no kernel is asked, nothing
 * is printed. tests/model proves it against RTM_GETROUTE.
 */
#ifndef LOOKUP_DECISION_H
#define LOOKUP_DECISION_H

#include "lookup/trace.h"

/*
 * Follows a packet that came in (packet->input) or that this host sends. `trace` (zeroed) is freed
 * with trace_free() in every case; it borrows from the snapshot and the arena. 0, or -1 with the
 * error: a class could not be read.
 *
 * Not modelled: what the kernel learns from neighbours (it avoids IPv6 routers and, among several
 * default routes, IPv4 gateways that do not answer), redirects, and IPsec.
 */
int lookup_packet(struct snapshot *snapshot, const struct packet *packet, struct arena *arena,
	struct trace *trace, struct error *error);

/* The parts for packets that come in, and for our own: flow and trace are begun. */
int lookup_input_ipv4(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error);
int lookup_output_ipv4(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error);
int lookup_ipv6(
	struct snapshot *snapshot, struct trace *trace, struct arena *arena, struct error *error);

#endif
