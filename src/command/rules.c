/* Rules and the records they own, put and taken together. */
#include "command/rules.h"

#include <string.h>

#include "field/walk.h"
#include "model/route.h"
#include "policy/orphans.h"

int rule_request_read(struct session *session, struct words *words, struct transaction *transaction,
	bool del, struct rule_request *request, struct error *error)
{
	struct parser parser = session_parser(session, words);

	memset(request, 0, sizeof *request);
	request->words = words;
	request->transaction = transaction;
	parser.filter = del;
	origin_clear(&request->origin, &rule_object);
	if (fields_parse(&parser, session_words(session, &rule_object), 0, &request->rule,
		    &request->origin, error))
		return -1;
	return rule_object.finish(&parser, &request->rule, &request->origin, del, error);
}

bool rules_select_alike(const struct rule *a, const struct rule *b)
{
	return fields_same(&rule_object, a, b, FIELD_SELECTOR);
}

/* A realm of the tool's own is no word of anybody's. */
static void untag(struct rule *rule)
{
	if (rule_tag(rule))
		rule->realm.given = false;
}

bool rules_alike(const struct rule *a, const struct rule *b)
{
	struct rule known = *a;
	struct rule asked = rule_comparable(b, a);

	if (!rules_select_alike(a, b) || a->own.given != b->own.given)
		return false;
	if (a->own.given && !kind_nested.same(&a->own, &b->own))
		return false;
	untag(&known);
	untag(&asked);
	/* A private class is no word, either. */
	if (a->own.given)
		known.class.given = asked.class.given = false;
	return fields_same(&rule_object, &known, &asked, FIELD_ACTION);
}

struct finding {
	const struct rule_request *request;
	bool (*fits)(const struct rule *rule, const struct rule_request *request);
	struct vector candidates; /* struct rule */
};

static void find_rule(const struct rule *rule, void *context)
{
	struct finding *finding = context;

	if (finding->fits(rule, finding->request))
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
	struct nested own = request->rule.own;
	int status;

	found->size = sizeof(struct rule);
	/* Records cost a question each: asked only for the rules that fit but for them. */
	request->rule.own.given = false;
	request->records = false;
	status = policy_each_rule(
		policy, &request->rule, neighbours, &session->arena, find_rule, &finding, error);
	request->rule.own = own;
	request->records = true;
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

	error_set(&warning, STATUS_DONE, "nftables translates for what is not there: %s", words);
	error_hint(&warning, "any `iproute -ensure delrule` clears that away");
	session->report(&warning);
}

void rules_report_orphans(struct session *session, uint8_t family, const struct vector *rules)
{
	struct error ignored;

	orphans_find(session->netlink, family, rules, report_orphan, session, &ignored);
}
