/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the kernel (RTM_GETROUTE) what becomes of a packet, and compares its answer with a trace. */
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
 * Asks about a packet as it is looked up, after NAT routes have rewritten it, of which the trace
 * is. With `match` asks a second time, for the route as it is in its class, and compares that, too.
 *
 * RTM_GETROUTE cannot express a tunnel's id, or a device that an incoming packet is to leave by. A
 * kernel refuses, with a sentence, what it does not know: protocols other than TCP, UDP and ICMP,
 * some DSCP values, and the flow label before Linux 6.13. Neither does it know what nftables does:
 * the route of a packet that is translated, or that has the mark of its connection, is asked with
 * the addresses and the mark that the model says.
 *
 * What answer->lookup points to is in the arena. Returns 0, or -1 with the error if the socket
 * failed.
 */
int kernel_ask(struct session *session, const struct packet *packet, const struct trace *trace,
	bool match, struct arena *arena, struct kernel_answer *answer, struct error *error);

#endif
