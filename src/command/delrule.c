/* delrule: exactly one rule; delrule all: every rule that fits. */
#include "command/command.h"
#include "command/rules.h"
#include "policy/translation.h"

/* Whatever the words do not say may be anything. */
static bool fits_loosely(const struct rule *rule, const struct rule_request *request)
{
	struct rule wanted;

	if (rule_is_builtin(rule) && !request->rule.preference.given)
		return false;
	wanted = rule_comparable(&request->rule, rule);
	return fields_fit(&rule_object, rule, &wanted, 0);
}

/* As in 1997: exactly these selectors; preference, class and action only as far as they are given.
 */
static bool fits_exactly(const struct rule *rule, const struct rule_request *request)
{
	return rules_select_alike(rule, &request->rule) && fits_loosely(rule, request);
}

static bool is_builtin(const struct rule *rule, const struct rule_request *request)
{
	return rule_is_builtin(rule) && fields_fit(&rule_object, rule, &request->rule, 0);
}

/* Nothing fits; perhaps a rule that every kernel starts with was meant, or one that matches less.
 */
static int refuse_none(struct session *session, struct rule_request *request, struct error *error)
{
	struct vector found = {0};
	struct error ignored;

	if (session->options.ensure) {
		request->transaction->unchanged = true;
		return translation_tidy(request->transaction, error);
	}
	error_at(error, request->words, -1, "there is no such rule");
	error->status = STATUS_NO;
	if (!rules_find(session, request, NEIGHBOURS_ALL, is_builtin, &found, &ignored) &&
		found.count) {
		error->status = STATUS_GUARDED;
		rules_hint(session, &found,
			"the kernel's own rules are deleted only by their pref:", error);
	} else if (!rules_find(session, request, NEIGHBOURS_ALL, fits_loosely, &found, &ignored) &&
		   found.count) {
		rules_hint(session, &found,
			"these match by more than you say; name one by its pref, or `delrule all`:",
			error);
	}
	vector_free(&found);
	return -1;
}

static int find(struct session *session, struct rule_request *request, bool all,
	struct vector *found, struct error *error)
{
	if (request->rule.preference.given)
		return rules_find(
			session, request, NEIGHBOURS_PREFERENCE, fits_loosely, found, error);
	return rules_find(session, request, all ? NEIGHBOURS_ALL : NEIGHBOURS_ALIKE,
		all ? fits_loosely : fits_exactly, found, error);
}

int prepare_delrule(struct session *session, const struct command *command, struct words *words,
	struct transaction *transaction, struct error *error)
{
	struct rule_request request = {0};
	struct vector found = {0};
	bool all = words_accept(words, "all");
	int status;

	(void)command;
	if (!words_peek(words)) {
		error_at(error, words, words->count, "which rule?");
		return error_hint(error, "say its selector, its action or its pref: `iproute -r`");
	}
	status = rule_request_read(session, words, transaction, true, &request, error);
	if (!status)
		status = find(session, &request, all, &found, error);
	if (!status && !found.count) {
		status = refuse_none(session, &request, error);
	} else if (!status && found.count > 1 && !all) {
		error_at(error, words, -1, "%zu rules fit, and delrule removes one", found.count);
		error->status = STATUS_GUARDED;
		status = rules_hint(session, &found,
			"say more of the one you mean, or `delrule all ...` for all of them:",
			error);
	} else if (!status) {
		for (size_t i = 0; i < found.count && !status; i++)
			status = transaction_remove_rule(
				transaction, vector_at(&found, i), false, error);
	}
	vector_free(&found);
	return status;
}
