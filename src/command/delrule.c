/* SPDX-License-Identifier: GPL-2.0-or-later */
/* delrule: removes exactly one rule; delrule all: every rule that matches. */
#include "command/command.h"
#include "command/rules.h"
#include "field/walk.h"
#include "nat/translation.h"
#include "change/rule_change.h"

enum { SEARCHES_MAX = 20 }; /* searches in one transaction for rules that may have been meant */

/* `delrule all`: selectors that the words don't give may have any value. */
static bool fits_loosely(const struct rule *rule, const struct rule_request *request)
{
	struct rule wanted;

	if (rule_is_builtin(rule) && !request->rule.preference.given)
		return false;
	wanted = rule_comparable(&request->rule, rule);
	/* A removed own record matches any. */
	wanted.own.given &= !rule->gone.given;
	return fields_fit(&rule_object, rule, &wanted, 0);
}

/* As in 1997: compares all selectors, but preference, class and action only if they are given. */
static bool fits_exactly(const struct rule *rule, const struct rule_request *request)
{
	return rules_select_alike(rule, &request->rule) && fits_loosely(rule, request);
}

static bool is_builtin(const struct rule *rule, const struct rule_request *request)
{
	return rule_is_builtin(rule) && fields_fit(&rule_object, rule, &request->rule, 0);
}

/* Searches the rules of the other family. */
static void hint_other_family(
	struct session *session, const struct rule_request *request, struct error *error)
{
	struct rule_request other = *request;
	struct vector found = {0};
	struct error ignored;

	if (family_is_multicast(request->rule.family))
		return;
	other.rule.family = request->rule.family == AF_INET6 ? AF_INET : AF_INET6;
	if (!rules_find(session, &other, NEIGHBOURS_ALL, fits_loosely, &found, &ignored) &&
		found.count)
		rules_hint(session, &found,
			other.rule.family == AF_INET6
				? "IPv6 has these; the option -6 selects them:"
				: "IPv4 has these; the option -4 selects them:",
			error);
	vector_free(&found);
}

/*
 * No rule matches. Perhaps a rule that every kernel starts with was meant, or one with more
 * selectors.
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
	/* Each search reads all rules: searches only for the first of thousands of lines. */
	if (request->transaction->searches++ >= SEARCHES_MAX)
		return -1;
	if (!rules_find(session, request, NEIGHBOURS_ALL, is_builtin, &found, &ignored) &&
		found.count) {
		error->status = STATUS_GUARDED;
		rules_hint(session, &found,
			"the kernel's own rules are deleted only by their pref:", error);
	} else if (!rules_find(session, request, NEIGHBOURS_ALL, fits_loosely, &found, &ignored) &&
		   found.count) {
		rules_hint(session, &found,
			"these match with more selectors; name one by its pref, or use `delrule "
			"all`:",
			error);
	} else if (!found.count) {
		hint_other_family(session, request, error);
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
	return rules_find(session, request, all ? NEIGHBOURS_FITTING : NEIGHBOURS_ALIKE,
		all ? fits_loosely : fits_exactly, found, error);
}

/* Returns true if the request gives more than a preference. */
static bool says_what(const struct rule *rule)
{
	struct rows given = fields_given(&rule_object, rule);

	for (int row = rows_take(&given); row >= 0; row = rows_take(&given))
		if (rule_object.fields[row].flags & (FIELD_SELECTOR | FIELD_ACTION))
			return true;
	return false;
}

/* With a preference, rules with more selectors match, too. Prefers one with exactly these
 * selectors, as without a preference. */
static void prefer_exact(const struct rule_request *request, struct vector *found)
{
	const struct rule *exact = NULL;

	if (found->count < 2 || !says_what(&request->rule))
		return;
	for (size_t i = 0; i < found->count; i++) {
		const struct rule *rule = vector_at(found, i);

		if (!rules_select_alike(rule, &request->rule))
			continue;
		if (exact)
			return;
		exact = rule;
	}
	if (!exact)
		return;
	*(struct rule *)vector_at(found, 0) = *exact;
	found->count = 1;
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
		error_at(error, words, words->count, "the rule is missing");
		return error_hint(error,
			"give its selector, its action or its pref; `iproute -r` lists the rules");
	}
	status = rule_request_read(session, words, transaction, true, &request, error);
	if (!status)
		status = find(session, &request, all, &found, error);
	if (!all)
		prefer_exact(&request, &found);
	if (!status && !found.count) {
		status = refuse_none(session, &request, error);
	} else if (!status && found.count > 1 && !all) {
		error_at(error, words, -1, "%zu rules match, but delrule removes only one",
			found.count);
		error->status = STATUS_GUARDED;
		status = rules_hint(session, &found,
			"add words that select one, or use `delrule all ...` for all of them:",
			error);
	} else if (!status) {
		for (size_t i = 0; i < found.count && !status; i++)
			status = rule_remove(transaction, vector_at(&found, i), false, error);
	}
	vector_free(&found);
	return status;
}
