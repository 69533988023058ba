/* flushrules: every rule that fits, with its own class, until none is left. */
#include <sys/socket.h>

#include "command/command.h"
#include "command/flush.h"
#include "policy/own.h"
#include "policy/selection.h"

static int refuse_unscoped(const struct words *words, struct error *error)
{
	error_at(error, words, words->count, "flush which rules?");
	return error_hint(error,
		"say what fits: `flushrules class 250`, `flushrules from root 10.0.0.0/8`, or "
		"`flushrules all`; -dry-run shows what that is");
}

int rule_selection_read(
	struct session *session, struct words *words, struct rule *wanted, struct error *error)
{
	struct parser parser = session_parser(session, words);
	struct origin origin;

	words_accept(words, "all");
	parser.filter = true;
	origin_clear(&origin, &rule_object);
	if (fields_parse(&parser, session_words(session, &rule_object), 0, wanted, &origin, error))
		return -1;
	wanted->family = parser.family;
	return 0;
}

/* From the last to the first: taken back, they come in the order in which they were. */
static int remove_rules(struct transaction *transaction, const struct vector *rules,
	const struct rule *wanted, struct error *error)
{
	for (size_t i = rules->count; i--;) {
		const struct rule *rule = vector_at(rules, i);

		if (selection_has_rule(rule, wanted) &&
			transaction_remove_rule(transaction, rule, false, error))
			return -1;
	}
	return 0;
}

/* Copies: what is removed changes the policy's own list. */
static int load_rules(
	struct policy *policy, uint8_t family, struct vector *rules, struct error *error)
{
	const struct vector *source = policy_rules(policy, family, error);

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
