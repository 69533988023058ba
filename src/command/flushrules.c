/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flushrules: removes matching rules, and their private classes, until none is left. */
#include <sys/socket.h>

#include "command/command.h"
#include "command/flush.h"
#include "state/own.h"
#include "state/selection.h"
#include "change/rule_change.h"
#include "change/orphan_classes.h"

static int refuse_unscoped(const struct words *words, struct error *error)
{
	error_at(error, words, words->count, "flushrules needs words that select rules");
	return error_hint(error,
		"for example `flushrules class 250`, `flushrules from root 10.0.0.0/8`, or "
		"`flushrules all`; -dry-run shows what that is");
}

int rule_selection_read(
	struct session *session, struct words *words, struct rule *wanted, struct error *error)
{
	struct parser parser = session_parser(session, words);

	words_accept(words, "all");
	parser.filter = true;
	if (record_read(&parser, session_words(session, &rule_object), PURPOSE_SELECT, wanted, NULL,
		    error))
		return -1;
	rule_settle(wanted);
	wanted->family = parser.family;
	return 0;
}

/* Removes from the last to the first, so that undoing restores their old order. */
static int remove_rules(struct transaction *transaction, const struct vector *rules,
	const struct rule *wanted, struct error *error)
{
	for (size_t i = rules->count; i--;) {
		const struct rule *rule = vector_at(rules, i);

		if (selection_has_rule(rule, wanted) &&
			rule_remove(transaction, rule, false, error))
			return -1;
	}
	return 0;
}

/* Makes copies, because each removal changes the policy's list. */
static int load_rules(
	struct policy *policy, uint8_t family, struct vector *rules, struct error *error)
{
	const struct vector *source = policy_rules_whole(policy, family, error);

	rules->size = sizeof(struct rule);
	for (size_t i = 0; source && i < source->count; i++)
		vector_push(rules, vector_at(source, i));
	return source ? 0 : -1;
}

int prepare_flushrules(struct session *session, const struct command *command, struct words *words,
	struct transaction *transaction, struct error *error)
{
	struct rule wanted = {0};
	struct vector rules = {0};
	int status = 0;

	(void)command;
	if (!words_peek(words))
		return refuse_unscoped(words, error);
	if (rule_selection_read(session, words, &wanted, error))
		return -1;
	orphan_classes_search(transaction);
	if (wanted.family != AF_INET6)
		status = load_rules(&transaction->policy, AF_INET, &rules, error);
	if (!status && wanted.family != AF_INET)
		status = load_rules(&transaction->policy, AF_INET6, &rules, error);
	if (!status)
		status = own_attach(session->netlink, &rules, &rules, &session->arena, error);
	if (!status)
		status = remove_rules(transaction, &rules, &wanted, error);
	vector_free(&rules);
	return status;
}
