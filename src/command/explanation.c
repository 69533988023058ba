/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows a packet and asks the kernel about it; explanation_text.c and explanation_json.c show
 * both. */
#include "command/explanation.h"

#include <sys/socket.h>
#include <unistd.h>

static int ask_kernel(struct session *session, struct explanation *explanation, struct error *error)
{
	struct packet packet = explanation->connection.packet;
	struct lookup answer;
	struct lookup match;
	const struct gateway *redirect;

	/* The kernel takes an incoming packet as of user 0; without a user this question would have
	 * none. */
	if (packet.input.given && packet.family == AF_INET6)
		packet.uid = (struct number){.given = true};
	packet.match.given = packet.connected.given = packet.notify.given = false;
	if (lookup_ask(session->netlink, &packet, &session->arena, &answer, error))
		return -1;
	/* An answer with a sentence refuses the question, not the packet: this kernel can't answer
	 * it. */
	if (answer.answer.number && *answer.answer.sentence)
		return 0;
	packet.match.given = true;
	if (lookup_ask(session->netlink, &packet, &session->arena, &match, error))
		return -1;
	explanation->asked = true;
	explanation->agrees = trace_agrees(&explanation->connection.trace, &packet, &answer, &match,
		explanation->disagreement);
	redirect = lookup_redirect(&answer, &explanation->connection.trace);
	if (redirect)
		explanation->redirect = *redirect;
	return 0;
}

int explanation_make(struct session *session, struct subject *subject, const struct packet *packet,
	struct explanation *explanation, struct error *error)
{
	struct packet followed = *packet;

	*explanation = (struct explanation){.subject = subject};
	/* A packet that this host sends belongs to this program's user, as in RTM_GETROUTE. */
	if (!packet->input.given && !packet->uid.given)
		followed.uid = (struct number){true, (uint32_t)getuid()};
	if (connection_follow(
		    subject->snapshot, &followed, &session->arena, &explanation->connection, error))
		return -1;
	return subject->name || subject->unsent ? 0 : ask_kernel(session, explanation, error);
}

void explanation_free(struct explanation *explanation)
{
	connection_free(&explanation->connection);
}
