/* SPDX-License-Identifier: GPL-2.0-or-later */
/* addrule: adds a rule unless it exists. */
#include "command/command.h"
#include "command/rules.h"
#include "command/shadow.h"
#include "nat/inexact.h"
#include "nat/translation.h"
#include "change/rule_change.h"

/*
 * If the words give a preference, the same rule with another preference doesn't count. The kernel's
 * own rules don't count either: the document's `addrule class 253` adds a rule before main although
 * 32767 looks up 253, too.
 */
static bool is_same(const struct rule *rule, const struct rule_request *request)
{
	const struct rule *wanted = &request->rule;

	if (wanted->preference.given ? wanted->preference.value != rule->preference.value
				     : rule_is_builtin(rule))
		return false;
	return request->records ? rules_alike(rule, wanted) : rules_select_alike(rule, wanted);
}

/* The rule exists, but the kernel has removed its own record: restores it from the words. */
static int refill(struct transaction *transaction, const struct rule *rule, struct rule *wanted,
	struct error *error)
{
	rule_refill(transaction, rule, wanted);
	return rule->part.given ? translation_repair(transaction, rule, wanted, error) : 0;
}

/* The rule exists. If its nftables part is lost, restores that part; with `retag`, also the realm
 * of the other rules of its class. */
static int ensure_parts(struct transaction *transaction, const struct vector *found,
	const struct rule *wanted, struct error *error)
{
	const struct rule *rule = vector_at(found, 0);

	if (rule->part.given)
		return translation_repair(transaction, rule, wanted, error);
	if (rule_translates(rule) && inexact_check(transaction, rule, wanted->retag.given, error))
		return wanted->retag.given ? translation_repair(transaction, rule, wanted, error)
		                           : -1;
	transaction->unchanged = true;
	return translation_tidy(transaction, error);
}

/*
 * Returns true if this rule takes all packets of the new one after it: same preference and
 * selector, and either both have an own record or both look up the same class.
 */
static bool is_in_front(const struct rule *rule, const struct rule_request *request)
{
	const struct rule *wanted = &request->rule;
	bool own = rule->own.given || rule->gone.given;

	if (!wanted->preference.given || wanted->preference.value != rule->preference.value ||
		rule_is_builtin(rule) || !rules_select_alike(rule, wanted))
		return false;
	if (!request->records || (own && wanted->own.given))
		return true;
	return !own && !wanted->own.given && rule->class.given && wanted->class.given &&
	       rule->class.value == wanted->class.value;
}

/* A script with -ensure may run again with other words: a second rule would never match. */
static int add_ensured(struct session *session, struct rule_request *request, struct error *error)
{
	struct vector found = {0};
	int status = rules_find(session, request, NEIGHBOURS_ALIKE, is_in_front, &found, error);

	if (!status && found.count) {
		error_at(error, request->words, -1,
			"a rule with this pref and selector does something else");
		error->status = STATUS_GUARDED;
		status = rules_hint(session, &found, "`replacerule` changes it:", error);
	} else if (!status) {
		status = rule_add(request->transaction, &request->rule, error);
	}
	vector_free(&found);
	return status;
}

static void report(struct session *session, const struct words *words, struct error *warning)
{
	/* In a file, names the line. */
	if (words->file)
		warning->words = words;
	warning->word = -1;
	session->report(warning);
}

static int add_warned(struct session *session, struct rule_request *request, struct error *error)
{
	struct error warning;
	bool shadowed = shadow_find(session, request, &warning);
	int status = session->options.ensure
	                     ? add_ensured(session, request, error)
	                     : rule_add(request->transaction, &request->rule, error);

	if (!status && shadowed)
		report(session, request->words, &warning);
	return status;
}

int prepare_addrule(struct session *session, const struct command *command, struct words *words,
	struct transaction *transaction, struct error *error)
{
	struct rule_request request;
	struct vector found = {0};
	struct error warning;
	int status;

	(void)command;
	status = rule_request_read(session, words, transaction, false, &request, error);
	if (!status)
		status = rules_find(session, &request, NEIGHBOURS_ALIKE, is_same, &found, error);
	if (!status && !found.count) {
		status = add_warned(session, &request, error);
	} else if (!status && ((struct rule *)vector_at(&found, 0))->gone.given) {
		status = refill(transaction, vector_at(&found, 0), &request.rule, error);
	} else if (!status && session->options.ensure) {
		status = ensure_parts(transaction, &found, &request.rule, error);
		if (!status && shadow_find_place(session, &request, vector_at(&found, 0), &warning))
			report(session, words, &warning);
	} else if (!status) {
		error_at(error, words, -1, "the rule exists already");
		error->status = STATUS_REFUSED;
		status = rules_hint(session, &found, "-ensure accepts that:", error);
	}
	vector_free(&found);
	return status;
}
