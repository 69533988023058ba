/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the kernel about a packet that has been followed through a snapshot. */
#include "command/kernel_answer.h"

#include <sys/socket.h>

static bool is_expressible(const struct packet *packet)
{
	return !packet->tunnel && !(packet->input.given && packet->output.given);
}

int kernel_ask(struct session *session, const struct packet *packet, const struct trace *trace,
	bool match, struct arena *arena, struct kernel_answer *answer, struct error *error)
{
	struct packet asked = *packet;
	struct lookup exact;

	*answer = (struct kernel_answer){.asked = false};
	if (!is_expressible(packet))
		return 0;
	/* The kernel takes an incoming packet as of user 0; without a user this question would have
	 * none. */
	if (asked.input.given && asked.family == AF_INET6)
		asked.uid = (struct number){.given = true};
	asked.match.given = asked.connected.given = asked.notify.given = false;
	if (lookup_ask(session->netlink, &asked, arena, &answer->lookup, error))
		return -1;
	/* An answer with a sentence refuses the question, not the packet: this kernel can't answer
	 * it. */
	if (answer->lookup.answer.number && *answer->lookup.answer.sentence)
		return 0;
	asked.match.given = true;
	if (match && lookup_ask(session->netlink, &asked, arena, &exact, error))
		return -1;
	answer->asked = true;
	answer->agrees = trace_agrees(
		trace, &asked, &answer->lookup, match ? &exact : NULL, answer->disagreement);
	return 0;
}
