/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Follows a packet and asks the kernel about it; explanation_text.c and explanation_json.c show
 * both. */
#include "command/explanation.h"

#include <string.h>
#include <unistd.h>

#include "command/kernel_answer.h"

static int ask_kernel(struct session *session, struct explanation *explanation, struct error *error)
{
	const struct connection *connection = &explanation->connection;
	struct kernel_answer answer;
	const struct gateway *redirect;

	if (kernel_ask(session, &connection->packet, &connection->trace, true, &session->arena,
		    &answer, error))
		return -1;
	explanation->asked = answer.asked;
	explanation->agrees = answer.agrees;
	memcpy(explanation->disagreement, answer.disagreement, sizeof answer.disagreement);
	redirect = answer.asked ? lookup_redirect(&answer.lookup, &connection->trace) : NULL;
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

const char *explanation_translation(const struct explanation *explanation)
{
	const struct connection *connection = &explanation->connection;

	if (!connection->translated.given)
		return NULL;
	if (connection->hairpin)
		return "hairpin";
	return connection->trace.outcome.rule->masquerade.given ? "masq" : "nat";
}

void explanation_free(struct explanation *explanation)
{
	connection_free(&explanation->connection);
}
