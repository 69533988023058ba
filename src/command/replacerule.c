/* replacerule: the rule of the same selector gets another action; without one it is added. */
#include "command/command.h"
#include "command/rules.h"

static bool has_selector(const struct rule *rule, const struct rule_request *request)
{
	const struct rule *wanted = &request->rule;

	return rules_select_alike(rule, wanted) && !rule_is_builtin(rule) &&
	       (!wanted->preference.given || wanted->preference.value == rule->preference.value);
}

/* The old one goes behind the new, so that there is no moment without a rule. */
static int replace(struct rule_request *request, const struct rule *old, struct error *error)
{
	if (rules_alike(old, &request->rule)) {
		request->transaction->unchanged = true;
		return 0;
	}
	request->rule.preference = old->preference;
	if (transaction_add_rule(request->transaction, &request->rule, error))
		return -1;
	return transaction_remove_rule(request->transaction, old, true, error);
}

int prepare_replacerule(struct session *session, const struct command *command, struct words *words,
	struct transaction *transaction, struct error *error)
{
	struct rule_request request;
	struct vector found = {0};
	int status;

	(void)command;
	status = rule_request_read(session, words, transaction, false, &request, error);
	if (!status)
		status = rules_find(
			session, &request, NEIGHBOURS_ALIKE, has_selector, &found, error);
	if (!status && !found.count) {
		status = transaction_add_rule(transaction, &request.rule, error);
	} else if (!status && found.count == 1) {
		status = replace(&request, vector_at(&found, 0), error);
	} else if (!status) {
		error_at(error, words, -1, "%zu rules have this selector", found.count);
		error->status = STATUS_GUARDED;
		status = rules_hint(session, &found, "name the one you mean by its pref:", error);
	}
	vector_free(&found);
	return status;
}
