/* addrule: a rule, unless it is there already. */
#include "command/command.h"
#include "command/rules.h"
#include "policy/translation.h"

/*
 * With a preference in the words, the same rule elsewhere is another one. The kernel's own rules
 * are not in the way: the document's `addrule class 253` is meant to go before main, where 32767
 * does not.
 */
static bool is_same(const struct rule *rule, const struct rule_request *request)
{
	const struct rule *wanted = &request->rule;

	if (wanted->preference.given ? wanted->preference.value != rule->preference.value
				     : rule_is_builtin(rule))
		return false;
	return request->records ? rules_alike(rule, wanted) : rules_select_alike(rule, wanted);
}

/* It is there; what nftables has lost of it comes back. */
static int ensure_parts(struct transaction *transaction, const struct vector *found,
	const struct rule *wanted, struct error *error)
{
	const struct rule *rule = vector_at(found, 0);

	if (rule->part.given)
		return translation_mend(transaction, rule, wanted, error);
	transaction->unchanged = true;
	return translation_tidy(transaction, error);
}

int prepare_addrule(struct session *session, const struct command *command, struct words *words,
	struct transaction *transaction, struct error *error)
{
	struct rule_request request;
	struct vector found = {0};
	int status;

	(void)command;
	status = rule_request_read(session, words, transaction, false, &request, error);
	if (!status)
		status = rules_find(session, &request, NEIGHBOURS_ALIKE, is_same, &found, error);
	if (!status && !found.count) {
		status = transaction_add_rule(transaction, &request.rule, error);
	} else if (!status && session->options.ensure) {
		status = ensure_parts(transaction, &found, &request.rule, error);
	} else if (!status) {
		error_at(error, words, -1, "the rule is there already");
		error->status = STATUS_REFUSED;
		status = rules_hint(session, &found, "-ensure takes that for done:", error);
	}
	vector_free(&found);
	return status;
}
