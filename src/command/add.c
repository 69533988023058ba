/* SPDX-License-Identifier: GPL-2.0-or-later */
/* add, append, prepend, change, replace: change one route. */
#include "command/command.h"
#include "model/route.h"
#include "nat/realm_conflicts.h"

int prepare_add(struct session *session, const struct command *command, struct words *words,
	struct transaction *transaction, struct error *error)
{
	struct parser parser = session_parser(session, words);
	struct route route = {0};

	if (record_read(&parser, session_words(session, &route_object), PURPOSE_MAKE, &route, NULL,
		    error))
		return -1;
	/*
	 * A change is undone completely, so the record that it replaces must be known beforehand.
	 */
	if (!transaction->policy.keep && transaction_fragile(transaction, &route_object, &route))
		transaction->policy.keep = true;
	if (realm_conflicts_route(&transaction->policy, &route, error))
		return -1;
	if (command->variant != OPERATION_ADD &&
		transaction_watch(transaction, route.family, route.class.value, error))
		return -1;
	transaction_add(transaction, (enum operation)command->variant, &route_object, &route, NULL);
	return 0;
}
