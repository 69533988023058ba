/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replacerule: changes the action of the rule with the same selector, or adds the rule if there is
 * none.
 */
#include "command/command.h"
#include "command/rules.h"
#include "nat/translation.h"
#include "change/rule_change.h"

static bool has_selector(const struct rule *rule, const struct rule_request *request)
{
	const struct rule *wanted = &request->rule;

	return rules_select_alike(rule, wanted) && !rule_is_builtin(rule) &&
	       (!wanted->preference.given || wanted->preference.value == rule->preference.value);
}

/*
 * Returns true if both differ only in nftables and are the same rule for the kernel: an IPv4 rule
 * with a realm of this program, or an IPv6 rule whose protocol shows that it translates.
 */
static bool differs_in_words(const struct rule *old, const struct rule *wanted)
{
	struct rule left = *old;
	struct rule right = *wanted;

	rule_remove_translation(&left);
	rule_remove_translation(&right);
	return (rule_tag(old) || (rule_translates(old) && rule_translates(wanted))) &&
	       rules_alike(&left, &right);
}

/* Adds the new rule before it removes the old one, so that there is always a rule. */
static int replace(struct rule_request *request, const struct rule *old, struct error *error)
{
	if (rules_alike(old, &request->rule) && old->gone.given) {
		rule_refill(request->transaction, old, &request->rule);
		return 0;
	}
	if (rules_alike(old, &request->rule)) {
		request->transaction->unchanged = true;
		return 0;
	}
	request->rule.preference = old->preference;
	if (differs_in_words(old, &request->rule) && old->gone.given)
		rule_refill(request->transaction, old, &request->rule);
	if (differs_in_words(old, &request->rule))
		return translation_change_words(request->transaction, old, &request->rule, error);
	if (rule_add(request->transaction, &request->rule, error))
		return -1;
	return rule_remove(request->transaction, old, true, error);
}

static bool has_preference(const struct rule *rule, const struct rule_request *request)
{
	return rule->preference.value == request->rule.preference.value && !rule_is_builtin(rule);
}

/*
 * No rule has the selector. Words without a selector would add a rule for all packets: if they give
 * the preference of an existing rule, that one is meant.
 */
static int add_new(struct session *session, struct rule_request *request, struct error *error)
{
	const struct rule everything = {.family = request->rule.family};
	struct vector found = {0};
	int status = 0;

	if (request->rule.preference.given && rules_select_alike(&everything, &request->rule))
		status = rules_find(
			session, request, NEIGHBOURS_PREFERENCE, has_preference, &found, error);
	if (!status && found.count) {
		error_at(error, request->words, -1,
			"the rule with this pref matches other packets than all");
		error->status = STATUS_GUARDED;
		status = rules_hint(session, &found, "repeat its selector:", error);
	} else if (!status) {
		status = rule_add(request->transaction, &request->rule, error);
	}
	vector_free(&found);
	return status;
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
		status = add_new(session, &request, error);
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
