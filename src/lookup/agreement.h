/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the kernel's answer to RTM_GETROUTE with a trace. */
#ifndef LOOKUP_AGREEMENT_H
#define LOOKUP_AGREEMENT_H

#include "lookup/trace.h"
#include "state/lookup.h"

enum { DISAGREEMENT_MAX = 256 };

/*
 * Returns true if `answer`, the kernel's answer for this packet, is one that the trace allows;
 * otherwise returns false and writes to `text` what differs. `match`: the answer to the same
 * request with RTM_F_FIB_MATCH; NULL if it was not sent. Does not compare what a hash or a cache of
 * the kernel decides (trace->ambiguous, routes that share a nexthop).
 */
bool trace_agrees(const struct trace *trace, const struct packet *packet,
	const struct lookup *answer, const struct lookup *match, char text[DISAGREEMENT_MAX]);

/*
 * Returns the gateway of the kernel's answer if it comes from an ICMP redirect: then it is in the
 * kernel's cache and in no class. Otherwise returns NULL. The gateway is part of `answer`.
 */
const struct gateway *lookup_redirect(const struct lookup *answer, const struct trace *trace);

#endif
