/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does the kernel's answer to RTM_GETROUTE agree with a trace? */
#ifndef LOOKUP_AGREEMENT_H
#define LOOKUP_AGREEMENT_H

#include "lookup/trace.h"
#include "state/lookup.h"

enum { DISAGREEMENT_MAX = 256 };

/*
 * Returns true if `answer`, the kernel's to this packet, is one of those that the trace allows;
 * else `text` says what differs. `match`: the answer to the same question with `fibmatch`; NULL: it
 * was not asked. The kernel leaves some things to chance or to its caches (trace->ambiguous, routes
 * that share a nexthop): there it cannot disagree.
 */
bool trace_agrees(const struct trace *trace, const struct packet *packet,
	const struct lookup *answer, const struct lookup *match, char text[DISAGREEMENT_MAX]);

/*
 * The gateway in the kernel's answer if an ICMP redirect gave it: it is in the kernel's cache and
 * in no class. NULL: none did.
 */
const struct gateway *lookup_redirect(const struct lookup *answer, const struct trace *trace);

#endif
