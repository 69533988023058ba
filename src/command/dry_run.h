/* SPDX-License-Identifier: GPL-2.0-or-later */
/* -dry-run: shows a transaction without making it. */
#ifndef COMMAND_DRY_RUN_H
#define COMMAND_DRY_RUN_H

#include "command/session.h"
#include "change/transaction.h"

/* Writes to `out`, without a line break, the words that would send a message. */
void message_show(struct session *session, const struct transaction *transaction,
	const struct nlmsghdr *message, struct buffer *out, bool colour);

/*
 * Writes the changes of a checked transaction to session->out, one a line. A rule and its own
 * record are one line, in the words of the rule; -d shows them apart, with the number of the
 * private class. Returns 0, or -1 with the error.
 */
int dry_run_show(
	struct session *session, const struct transaction *transaction, struct error *error);

#endif
