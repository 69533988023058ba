/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The explanation of a packet: its trace, its outcome, the path of its replies. */
#ifndef COMMAND_EXPLANATION_H
#define COMMAND_EXPLANATION_H

#include "command/session.h"
#include "command/subject.h"
#include "lookup/agreement.h"
#include "lookup/connection.h"
#include "state/lookup.h"

struct explanation {
	struct subject *subject; /* borrowed */
	struct connection connection;
	bool asked; /* the kernel was asked */
	bool agrees;
	struct gateway redirect; /* where an ICMP redirect makes the kernel send it */
	char disagreement[DISAGREEMENT_MAX];
};

/*
 * Follows the packet and its reply, and asks the kernel if the subject is the kernel. Call
 * explanation_free() even on failure. Returns 0, or -1 with the error.
 */
int explanation_make(struct session *session, struct subject *subject, const struct packet *packet,
	struct explanation *explanation, struct error *error);
void explanation_free(struct explanation *explanation);

/* Returns the word for what gives the packet another source: "masq", "nat" or "hairpin"; NULL: it
 * keeps its own. */
const char *explanation_translation(const struct explanation *explanation);

/* Writes it as text, each line after `prefix`. */
void explanation_text(struct session *session, const struct explanation *explanation,
	const char *prefix, struct buffer *out);
/* Writes it as members of the open record. */
void explanation_json(
	struct session *session, const struct explanation *explanation, struct writer *writer);

#endif
