/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the kernel about a packet (RTM_GETROUTE) and compares its answer with a trace. */
#ifndef COMMAND_KERNEL_ANSWER_H
#define COMMAND_KERNEL_ANSWER_H

#include "command/session.h"
#include "lookup/agreement.h"

struct kernel_answer {
	bool asked;  /* false: RTM_GETROUTE cannot express the packet */
	bool agrees; /* the answer is one that the trace allows */
	struct lookup lookup;
	char disagreement[DISAGREEMENT_MAX];
};

/*
 * Asks about the packet of the trace, after NAT routes have rewritten it. With `match`, asks a
 * second time, for the route as it is in its class, and compares that too.
 *
 * RTM_GETROUTE cannot express a tunnel's id or the output device of an incoming packet. The kernel
 * refuses, with an extended ack, what it does not know: protocols other than TCP, UDP and ICMP,
 * some DSCP values, and the flow label before Linux 6.13. It does not apply nftables either: for a
 * packet that is translated, or that has the mark of its connection, the request has the addresses
 * and the mark of the model.
 *
 * answer->lookup points into the arena. Returns 0, or -1 with the error if the socket
 * failed.
 */
int kernel_ask(struct session *session, const struct packet *packet, const struct trace *trace,
	bool match, struct arena *arena, struct kernel_answer *answer, struct error *error);

#endif
