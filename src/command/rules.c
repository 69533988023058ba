/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the rules that words select. */
#include "command/rules.h"

#include <string.h>

#include "field/walk.h"
#include "nat/inexact.h"
#include "nat/orphans.h"
#include "state/own.h"

int rule_request_read(struct session *session, struct words *words, struct transaction *transaction,
	bool del, struct rule_request *request, struct error *error)
{
	struct parser parser = session_parser(session, words);

	memset(request, 0, sizeof *request);
	request->words = words;
	request->transaction = transaction;
	parser.filter = del;
	return record_read(&parser, session_words(session, &rule_object),
		del ? PURPOSE_DELETE : PURPOSE_MAKE, &request->rule, &request->origin, error);
}

int rules_load(struct session *session, uint8_t family, struct vector *rules, struct error *error)
{
	bool interrupted = false;

	if (own_load_rules(session->netlink, family, rules, &session->arena, &interrupted, error))
		return -1;
	if (interrupted)
		session_warn_interrupted(session, &rule_object);
	return 0;
}

bool rules_select_alike(const struct rule *a, const struct rule *b)
{
	return fields_same(&rule_object, a, b, FIELD_SELECTOR);
}

/* Removes a realm that the program chose, since no words gave it. */
static void untag(struct rule *rule)
{
	if (rule_tag(rule))
		rule->realm.given = false;
}

bool rules_alike(const struct rule *a, const struct rule *b)
{
	struct rule known = *a;
	struct rule asked = rule_comparable(b, a);

	/* A removed own record matches any. */
	if (!rules_select_alike(a, b) || (a->own.given || a->gone.given) != b->own.given)
		return false;
	if (a->own.given && !kind_nested.same(&a->own, &b->own))
		return false;
	untag(&known);
	untag(&asked);
	/* Neither was a private class. */
	if (b->own.given)
		known.class.given = asked.class.given = false;
	return fields_same(&rule_object, &known, &asked, FIELD_ACTION);
}

struct finding {
	const struct rule_request *request;
	bool (*fits)(const struct rule *rule, const struct rule_request *request);
	struct vector candidates; /* struct rule */
};

/* Without its nftables part, and as if the words named its owner, who is known only there. */
static void find_rule(const struct rule *rule, void *context)
{
	struct finding *finding = context;
	const struct rule *asked = &finding->request->rule;
	bool owned = rule_is_owned(rule) && !rule->owner.given;
	struct rule bare;

	if (rule_translates(rule) || owned) {
		bare = *rule;
		rule_remove_translation(&bare);
	}
	if (owned)
		bare.owner = asked->owner.given ? asked->owner : asked->protocol;
	if (finding->fits(rule_translates(rule) || owned ? &bare : rule, finding->request))
		vector_push(&finding->candidates, rule);
}

int rules_find(struct session *session, struct rule_request *request, enum neighbours neighbours,
	bool (*fits)(const struct rule *rule, const struct rule_request *request),
	struct vector *found, struct error *error)
{
	struct policy *policy = &request->transaction->policy;
	struct finding finding = {
		.request = request,
		.fits = fits,
		.candidates = {.size = sizeof(struct rule)},
	};
	const struct rule whole = request->rule;
	int status;

	found->size = sizeof(struct rule);
	/*
	 * Own records and nftables parts need requests: reads them only for rules that match
	 * otherwise.
	 */
	request->rule.own.given = false;
	request->rule.only.given = false;
	rule_remove_translation(&request->rule);
	request->records = false;
	status = policy_each_rule(
		policy, &request->rule, neighbours, &session->arena, find_rule, &finding, error);
	request->rule = whole;
	request->records = true;
	if (!status)
		policy_join(policy, request->rule.family, &finding.candidates);
	if (!status)
		status = policy_attach(
			policy, request->rule.family, &finding.candidates, &session->arena, error);
	for (size_t i = 0; !status && i < finding.candidates.count; i++) {
		const struct rule *rule = vector_at(&finding.candidates, i);

		if (fits(rule, request))
			vector_push(found, rule);
	}
	vector_free(&finding.candidates);
	return status;
}

int rules_hint(
	struct session *session, const struct vector *found, const char *lead, struct error *error)
{
	const void **records = arena_get(&session->arena, found->count * sizeof *records);

	for (size_t i = 0; i < found->count; i++)
		records[i] = vector_at(found, i);
	return session_hint_records(session, error, lead, &rule_object, records, found->count);
}

static void report_orphan(const char *words, void *context)
{
	struct session *session = context;
	struct error warning;

	error_set(&warning, STATUS_DONE, "nftables still translates for what is gone: %s", words);
	error_hint(&warning, "any `iproute -ensure delrule` removes that");
	session->report(&warning);
}

static void report_fault(struct session *session, const char *fault)
{
	struct error warning;

	error_set(&warning, STATUS_DONE, "%s", fault);
	error_hint(&warning, "any `iproute -ensure delrule` puts that right");
	session->report(&warning);
}

static void report_inexact(const struct rule *rule, const struct error *why, void *context)
{
	struct session *session = context;
	struct error warning;

	error_set(&warning, STATUS_DONE,
		"the rule with pref %u does not translate exactly what it routes: %s",
		rule->preference.value, why->message);
	error_hint(&warning, "%s", why->hint);
	session->report(&warning);
}

void rules_report_orphans(struct session *session, uint8_t family, const struct vector *rules)
{
	struct nft_faults faults;
	struct error ignored;

	inexact_find(session->netlink, rules, report_inexact, session);
	if (orphans_find(
		    session->netlink, family, rules, report_orphan, session, &faults, &ignored))
		return;
	if (faults.dormant)
		report_fault(session,
			"the nftables table \"iproute\" is dormant: nothing of it is in effect");
	if (faults.foreign)
		report_fault(session,
			"the nftables table \"iproute\" holds rules that are not of this program");
}
