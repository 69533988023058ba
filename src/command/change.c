/* From words to changes, and from the kernel's refusals back to words. */
#include "command/change.h"

#include <errno.h>

#include "model/route.h"
#include "model/rule.h"
#include "policy/loss.h"
#include "policy/refusal.h"
#include "policy/store.h"

struct search {
	const struct route *wanted;
	struct route found;
	struct arena *arena;
	bool same, rival;
};

/* Equal in all that the kernel tells nodes apart by: a rival. Equal in all that was asked for: the
 * same. */
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
 * The second time it is asked, the routes of the class are kept, for many more times; what has
 * changed since is looked for in the kernel again.
 */
static int look_for_route(struct session *session, const struct scope *scope,
	const struct route *route, struct search *search, struct error *error)
{
	struct policy *judged = &session->judged;

	if (session->judgements++ && !policy_keeps(judged, scope->family, scope->class) &&
		policy_load(judged, scope->family, scope->class, error))
		return -1;
	if (policy_keeps(judged, scope->family, scope->class) &&
		policy_each_route(judged, scope, &route->destination, look_for_same, search, error))
		return -1;
	if (search->rival)
		return 0;
	return store_each(
		session->netlink, &route_object, scope, look_for_same, search, NULL, error);
}

/* "File exists": the very same node, or another one in its place? True: let it pass. */
static bool judge_existing(
	struct session *session, const struct nlmsghdr *message, struct error *error)
{
	struct route route = {0};
	struct search search = {.wanted = &route, .arena = &session->arena};
	struct scope scope = {0};
	const void *found = &search.found;
	struct error ignored;

	fields_decode(&route_object, message, &session->arena, &route);
	scope.family = route.family;
	scope.class = route.class.value;
	if (look_for_route(session, &scope, &route, &search, &ignored) || !search.rival)
		return false;
	if (search.same && session->options.ensure)
		return true;
	if (search.same)
		error_hint(
			error, "it is there already, just as you say; -ensure takes that for done");
	else
		session_hint_records(session, error,
			"another one is in its place (\"replace\" changes it):", &route_object,
			&found, 1);
	return false;
}

/* A line read again, to learn which words gave what: nobody keeps that for a million lines. */
struct reading {
	struct rule rule;
	struct route route;
	struct origin own;           /* of the words of the line */
	const struct origin *origin; /* of those that are about the object; NULL: none */
};

static void read_again(struct session *session, const struct command *command, struct words *words,
	const struct object *object, struct reading *reading)
{
	struct parser parser = session_parser(session, words);
	struct error ignored;
	bool is_rule = command->object == &rule_object;

	*reading = (struct reading){.origin = NULL};
	parser.filter = command->variant == OPERATION_DELETE;
	origin_clear(&reading->own, command->object);
	if (parser.filter)
		words_accept(words, "all");
	fields_parse(&parser, session_words(session, is_rule ? &rule_object : &route_object), 0,
		is_rule ? (void *)&reading->rule : (void *)&reading->route, &reading->own,
		&ignored);
	if (object == command->object)
		reading->origin = &reading->own;
	else if (reading->rule.own.given)
		reading->origin = reading->rule.own.origin;
}

bool change_refused(struct session *session, const struct command *command,
	const struct words *words, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	const struct nlmsghdr *message = change_message(transaction, change);
	const struct object *object = change_object(transaction, change);
	struct words again = *words;
	struct reading reading;

	read_again(session, command, &again, object, &reading);
	refusal_explain(answer, message, words, reading.origin, error);
	return answer->number == EEXIST && change->operation == OPERATION_ADD && !change->claim &&
	       object == &route_object && judge_existing(session, message, error);
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
	int first; /* word behind the verb */
	bool passed;
};

static bool refused(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct run *run = context;

	run->words->next = run->first;
	run->passed = change_refused(
		run->session, run->command, run->words, transaction, change, answer, error);
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
	struct referee referee = {.refused = refused, .lost = lost, .context = &run};
	struct transaction transaction = transaction_new(session->netlink);
	int status = command->prepare(session, command, words, &transaction, error);

	if (!status)
		status = session_commit(session, &transaction, &referee, error);
	if (!status && transaction.mended)
		session_say(session, "mended: its part in nftables is there again");
	else if (!status && (run.passed || transaction.unchanged))
		session_say(session, "unchanged");
	transaction_free(&transaction);
	return status;
}
