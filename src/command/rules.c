/* Rules and the records they own, put and taken together. */
#include "command/rules.h"

#include <errno.h>
#include <string.h>

#include "field/walk.h"
#include "model/route.h"
#include "policy/own.h"
#include "policy/store.h"

enum { CLAIM_ATTEMPTS = 1000 };

int rule_request_read(struct session *session, struct words *words, bool del,
	struct rule_request *request, struct error *error)
{
	struct parser parser = session_parser(session, words);
	struct scope scope = {0};

	memset(request, 0, sizeof *request);
	request->words = words;
	parser.filter = del;
	origin_clear(&request->origin, &rule_object);
	if (fields_parse(
		    &parser, session->rule_words, 0, &request->rule, &request->origin, error) ||
		rule_object.finish(&parser, &request->rule, &request->origin, del, error))
		return -1;
	scope.family = request->rule.family;
	if (store_load(session->netlink, &rule_object, &scope, &request->rules, &session->arena,
		    error))
		return -1;
	return 0;
}

void rule_request_free(struct rule_request *request)
{
	vector_free(&request->rules);
}

bool rules_select_alike(const struct rule *a, const struct rule *b)
{
	return fields_same(&rule_object, a, b, FIELD_SELECTOR);
}

bool rules_alike(const struct rule *a, const struct rule *b)
{
	if (!rules_select_alike(a, b) || a->own.given != b->own.given)
		return false;
	if (a->own.given)
		return kind_nested.same(&a->own, &b->own);
	return fields_same(&rule_object, a, b, FIELD_ACTION);
}

int rules_find(struct session *session, struct rule_request *request,
	bool (*fits)(const struct rule *rule, const struct rule_request *request),
	struct vector *found, struct error *error)
{
	struct vector candidates = {.size = sizeof(struct rule)};
	struct nested own = request->rule.own;
	int status;

	found->size = sizeof(struct rule);
	/* Records cost a question each: asked only for the rules that fit but for them. */
	request->rule.own.given = false;
	request->records = false;
	for (size_t i = 0; i < request->rules.count; i++) {
		const struct rule *rule = vector_at(&request->rules, i);

		if (fits(rule, request))
			vector_push(&candidates, rule);
	}
	request->rule.own = own;
	request->records = true;
	status = own_attach(session->netlink, &candidates, &request->rules, &session->arena, error);
	for (size_t i = 0; !status && i < candidates.count; i++) {
		const struct rule *rule = vector_at(&candidates, i);

		if (fits(rule, request))
			vector_push(found, rule);
	}
	vector_free(&candidates);
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

void rule_take(struct transaction *transaction, const struct rule *rule, const struct words *words,
	const struct origin *origin)
{
	transaction_add(transaction, OPERATION_DELETE, &rule_object, rule, rule, words, origin);
	if (rule->own.given)
		transaction_add(transaction, OPERATION_DELETE, &route_object, rule->own.record,
			rule->own.record, NULL, NULL);
}

static int put_once(struct session *session, struct rule_request *request, const struct rule *old,
	int *number, struct error *error)
{
	struct transaction transaction = {0};
	const struct nested *own = &request->rule.own;
	int status;

	if (own->given)
		transaction_add(&transaction, OPERATION_ADD, &route_object, own->record, NULL,
			request->words, own->origin);
	transaction_add(&transaction, OPERATION_ADD, &rule_object, &request->rule, NULL,
		request->words, &request->origin);
	if (old)
		rule_take(&transaction, old, request->words, &request->origin);
	status = session_commit(session, &transaction, number, error);
	transaction_free(&transaction);
	return status;
}

/* Somebody else took the same class at the same moment: back, and another. */
static int put_back(struct session *session, struct rule_request *request, struct error *error)
{
	struct transaction transaction = {0};
	int status;

	rule_take(&transaction, &request->rule, NULL, NULL);
	status = session_commit(session, &transaction, NULL, error);
	transaction_free(&transaction);
	return status;
}

static int put_owner(struct session *session, struct rule_request *request, const struct rule *old,
	struct error *error)
{
	uint32_t candidate = own_candidate(&request->rules);

	for (int i = 0; i < CLAIM_ATTEMPTS; i++, candidate++) {
		int number = 0;
		bool alone;

		own_assign(&request->rule, candidate);
		if (put_once(session, request, old, &number, error)) {
			if (number == EEXIST)
				continue;
			return -1;
		}
		if (session->options.dry_run)
			return 0;
		if (own_alone(session->netlink, &request->rule, &alone, error))
			return -1;
		if (alone)
			return 0;
		if (put_back(session, request, error))
			return -1;
		old = NULL;
	}
	return error_set(
		error, STATUS_GUARDED, "no private class is free: other programs use them");
}

int rule_put(struct session *session, struct rule_request *request, const struct rule *old,
	struct error *error)
{
	if (request->rule.own.given)
		return put_owner(session, request, old, error);
	return put_once(session, request, old, NULL, error);
}
