/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns words into changes, and the kernel's refusals into errors about words. */
#include "command/change.h"
#include "command/pending.h"

#include <errno.h>

#include "command/candidates.h"
#include "command/rules.h"
#include "model/route.h"
#include "model/rule.h"
#include "change/loss.h"
#include "change/refusal.h"
#include "state/store.h"

struct search {
	const struct route *wanted;
	struct route found;
	struct arena *arena;
	bool same, rival;
};

/*
 * rival: a route that differs from the wanted one for the kernel only in its order. same: it also
 * has everything that the words ask for.
 */
static bool look_for_same(const void *record, void *context)
{
	struct search *search = context;
	const struct route *route = record;

	if (!fields_same(&route_object, route, search->wanted, FIELD_KEY))
		return true;
	search->found = *route;
	fields_keep(&route_object, &search->found, search->arena);
	search->rival = true;
	search->same = fields_fit(&route_object, route, search->wanted, 0);
	return !search->same;
}

/*
 * From the second lookup on, the routes of the class are kept in memory, because many more lookups
 * may follow. If a kept route isn't found, the kernel is asked again: it may have changed.
 */
static int look_for_route(struct session *session, const struct scope *scope,
	const struct route *route, struct search *search, struct error *error)
{
	struct policy *judged = &session->judged;
	const struct route place = {
		.family = route->family,
		.destination = route->destination,
		.from = route->from,
		.metric = route->metric,
	};

	if (session->judgements++ &&
		!route_list_keeps(&judged->routes, scope->family, scope->class) &&
		route_list_load(
			&judged->routes, session->netlink, scope->family, scope->class, error))
		return -1;
	/* The same route has all values; a rival may lack all but these. */
	if (route_list_keeps(&judged->routes, scope->family, scope->class) &&
		(policy_each_route(judged, scope, route, look_for_same, search, error) ||
			(!search->same && policy_each_route(judged, scope, &place, look_for_same,
						  search, error))))
		return -1;
	if (search->rival)
		return 0;
	return store_each(
		session->netlink, &route_object, scope, look_for_same, search, NULL, error);
}

/*
 * EEXIST: finds out whether the same route exists or another one in its place. `done`: accept the
 * same route. Returns true if the change may pass.
 */
static bool judge_route(
	struct session *session, const struct nlmsghdr *message, bool done, struct error *error)
{
	struct route route = {0};
	struct search search = {.wanted = &route, .arena = &session->arena};
	struct scope scope = {0};
	const void *found = &search.found;
	struct error ignored;

	fields_decode(&route_object, message, &session->arena, &route);
	route_settle_metric(&route);
	route_leave_type(&route);
	scope.family = route.family;
	scope.class = route.class.value;
	if (look_for_route(session, &scope, &route, &search, &ignored) || !search.rival)
		return false;
	if (search.same && done)
		return true;
	if (search.same)
		error_hint(error, "this route exists already; -ensure accepts that");
	else if (route_translates(&route) && !route_translates(&search.found))
		session_hint_records(session, error,
			"an address of this host cannot be translated as a whole; take another "
			"one:",
			&route_object, &found, 1);
	else
		session_hint_records(session, error,
			"another route is in its place (\"replace\" changes it):", &route_object,
			&found, 1);
	return false;
}

struct rule_search {
	const struct rule *wanted;
	struct arena *arena;
	struct rule similar; /* has what is wanted and more selectors */
	bool found, translates, has_similar;
};

static bool look_for_rule(const void *record, void *context)
{
	struct rule_search *search = context;

	if (!fields_made(&rule_object, record, search->wanted))
		return true;
	search->found = rules_select_alike(record, search->wanted);
	if (!search->found && !search->has_similar) {
		search->has_similar = true;
		search->similar = *(const struct rule *)record;
		fields_keep(&rule_object, &search->similar, search->arena);
	}
	/* nftables may hold parts of both at the moment. */
	search->translates = search->found && (rule_translates(record) || rule_tag(record));
	return !search->found;
}

/*
 * As judge_route(), for a rule that another program has added after the rules were read. The kernel
 * also returns EEXIST for a rule that has more selectors (rule_exists() in net/core/fib_rules.c and
 * fib4_rule_compare() skip selectors that the message lacks).
 */
static bool judge_rule(
	struct session *session, const struct nlmsghdr *message, bool done, struct error *error)
{
	struct rule rule = {0};
	struct rule_search search = {.wanted = &rule, .arena = &session->arena};
	const void *similar = &search.similar;
	struct scope scope = {0};
	struct error ignored;

	fields_decode(&rule_object, message, &session->arena, &rule);
	scope.family = rule.family;
	if (store_each(
		    session->netlink, &rule_object, &scope, look_for_rule, &search, NULL, &ignored))
		return false;
	if (search.translates)
		error_hint(error, "the same rule translates: `replacerule` changes that");
	else if (search.found && !done)
		error_hint(error, "another program has just added this rule; -ensure accepts that");
	else if (!search.found && search.has_similar)
		session_hint_records(session, error,
			"the kernel takes the new rule for this one, which has more selectors; "
			"give it another preference:",
			&rule_object, &similar, 1);
	return search.found && done && !search.translates;
}

/*
 * ENOENT: `change` needs a route with the same destination, tos and metric. Reads all routes only
 * for the first of many such lines.
 */
static void hint_changeable(
	struct session *session, const struct nlmsghdr *message, struct error *error)
{
	enum { LOOKS_MAX = 20 };
	struct route route = {0};

	if (session->judgements++ >= LOOKS_MAX)
		return;
	fields_decode(&route_object, message, &session->arena, &route);
	if (!candidates_hint(session, &route, route.class.value, error))
		error_hint(error, "there is no route with this destination; \"replace\" adds it");
}

/*
 * Reads a line again to find out which word gave which row: keeping that for a million lines would
 * need too much memory.
 */
struct reading {
	struct rule rule;
	struct route route;
	struct origin own;           /* for the words of the line */
	const struct origin *origin; /* keywords of the object; NULL: none */
	const struct nexthops *legs; /* those of the route; NULL: there is no route */
};

static void read_again(struct session *session, const struct command *command, struct words *words,
	const struct object *object, struct reading *reading)
{
	struct parser parser = session_parser(session, words);
	struct error ignored;
	bool is_rule = command->object == &rule_object;

	*reading = (struct reading){.origin = NULL};
	parser.filter = command->variant == OPERATION_DELETE;
	if (parser.filter)
		words_accept(words, "all");
	record_read(&parser, session_words(session, is_rule ? &rule_object : &route_object),
		PURPOSE_SELECT, is_rule ? (void *)&reading->rule : (void *)&reading->route,
		&reading->own, &ignored);
	if (object == command->object)
		reading->origin = &reading->own;
	else if (reading->rule.own.given)
		reading->origin = reading->rule.own.origin;
	if (!is_rule)
		reading->legs = &reading->route.nexthops;
	else if (reading->rule.own.given)
		reading->legs = &((const struct route *)reading->rule.own.record)->nexthops;
}

bool change_refused(struct session *session, const struct command *command,
	const struct words *words, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, bool done, struct error *error)
{
	const struct nlmsghdr *message = change_message(transaction, change);
	const struct object *object = change_object(transaction, change);
	struct words again = *words;
	struct reading reading;

	read_again(session, command, &again, object, &reading);
	refusal_explain(answer, message, words, reading.origin, error);
	if (object == &route_object)
		refusal_explain_gateway(session->netlink, answer, message, reading.legs, error);
	if (change->operation == OPERATION_CHANGE && answer->number == ENOENT)
		hint_changeable(session, message, error);
	if (change->operation == OPERATION_DELETE)
		return done && (answer->number == ESRCH || answer->number == ENOENT);
	if (answer->number != EEXIST || change->allocates ||
		(change->operation != OPERATION_ADD && change->operation != OPERATION_APPEND))
		return false;
	return object == &rule_object ? judge_rule(session, message, done, error)
	                              : judge_route(session, message, done, error);
}

bool change_lost(struct session *session, const struct command *command, const struct words *words,
	const struct loss *loss, struct error *error)
{
	struct words again = *words;
	struct view view = session_view(session);
	struct reading reading;

	read_again(session, command, &again, loss->object, &reading);
	loss_explain(loss, &view, words, reading.origin, error);
	if (!session->options.force)
		return false;
	*error->hint = '\0';
	error->status = STATUS_DONE;
	session->report(error);
	return true;
}

struct run {
	struct session *session;
	const struct command *command;
	struct words *words;
	int first; /* index of the word after the verb */
	bool passed;
};

static bool refused(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct run *run = context;

	run->words->next = run->first;
	run->passed = change_refused(run->session, run->command, run->words, transaction, change,
		answer, run->session->options.ensure, error);
	return run->passed;
}

static bool lost(void *context, const struct transaction *transaction, const struct change *change,
	const struct loss *loss, struct error *error)
{
	struct run *run = context;

	(void)transaction;
	(void)change;
	run->words->next = run->first;
	return change_lost(run->session, run->command, run->words, loss, error);
}

int change_run(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct run run = {
		.session = session,
		.command = command,
		.words = words,
		.first = words->next,
	};
	struct commit_hooks hooks = {.refused = refused, .lost = lost, .context = &run};
	struct transaction transaction;
	int status;

	if (pending_settle(session, error))
		return -1;
	session_begin(session, &transaction);
	status = command->prepare(session, command, words, &transaction, error);
	if (!status)
		status = session_commit(session, &transaction, &hooks, error);
	if (!status && transaction.repaired)
		session_say(session, "mended: its nftables part is restored");
	else if (!status && (run.passed || transaction.unchanged))
		session_say(session, "unchanged");
	transaction_free(&transaction);
	return status;
}
