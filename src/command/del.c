/* SPDX-License-Identifier: GPL-2.0-or-later */
/* del: removes exactly one route; del all: every route that matches. */
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "command/candidates.h"
#include "command/command.h"
#include "kind/class.h"
#include "model/route.h"

struct search {
	const struct route *wanted;
	uint32_t class;      /* class of the routes; 0: any */
	bool all;            /* all routes that the words select; otherwise exactly one */
	bool whole;          /* the words are complete, as when the route was made */
	struct vector found; /* struct route */
	struct arena *arena;
};

/* Returns true if the routes differ for the kernel only in their order. */
static bool is_equal(const struct route *wanted, const struct route *route)
{
	struct route settled = *wanted;

	route_settle_metric(&settled);
	return settled.metric.value == route->metric.value && settled.tos.value == route->tos.value;
}

/* The nftables part of a NAT route is not compared if it is lost. */
static bool keep_fitting(const void *record, void *context)
{
	struct search *search = context;
	const struct route *route = record;
	struct route wanted = *search->wanted;

	if (search->class && route->class.value != search->class)
		return true;
	if (search->whole && !is_equal(search->wanted, route))
		return true;
	/* `default` and `default from P` are different destinations. */
	if (!search->all && !wanted.from.given && route->from.given && route->from.length)
		return true;
	if (route->part.given && route_translates(&wanted) && !route->nat.given)
		wanted.nat.given = wanted.owner.given = false;
	if (route->part.given && !route->nat.given)
		wanted.service.last = wanted.service.to = 0;
	/* `proto` names the owner of a NAT route. */
	if (route->owner.given && wanted.protocol.given &&
		wanted.protocol.value == route->owner.value)
		wanted.protocol = route->protocol;
	if (fields_fit(&route_object, route, &wanted, 0))
		fields_keep(&route_object, vector_push(&search->found, route), search->arena);
	return true;
}

/*
 * The classes that `add` may have used: the words that select a route need not repeat the gateway
 * that decided it.
 */
struct classes {
	uint32_t class[2];
	int count;
};

static struct classes classes_of(const struct session *session, const struct route *wanted)
{
	int model = session->options.fib_model;
	struct classes classes = {{wanted->class.value}, 1};
	struct route routed = *wanted;

	if (wanted->class.given)
		return classes;
	routed.gateway.given |= !wanted->type.given || wanted->type.value == RTN_UNICAST;
	classes.class[0] = route_default_class(&routed, model);
	classes.class[1] = route_default_class(wanted, model);
	classes.count += classes.class[0] != classes.class[1];
	return classes;
}

static int hint_found(
	struct session *session, const struct search *search, const char *lead, struct error *error)
{
	const void **records = arena_get(&session->arena, search->found.count * sizeof *records);

	for (size_t i = 0; i < search->found.count; i++)
		records[i] = vector_at(&search->found, i);
	return session_hint_records(
		session, error, lead, &route_object, records, search->found.count);
}

/* The words match no route. A hint needs all routes, which would be too slow for each line of a
 * batch. */
static int refuse_none(struct session *session, struct words *words,
	struct transaction *transaction, const struct search *search, const struct classes *classes,
	struct error *error)
{
	struct view view = session_view(session);
	char spare[2][DECIMAL_TEXT_MAX];

	if (session->options.ensure) {
		transaction->unchanged = true;
		return 0;
	}
	error_at(error, words, -1, "there is no such route in class %s%s%s",
		class_name(&view, classes->class[0], spare[0]), classes->count > 1 ? " or " : "",
		classes->count > 1 ? class_name(&view, classes->class[1], spare[1]) : "");
	error->status = STATUS_NO;
	if (!transaction->policy.keep)
		candidates_hint(session, search->wanted, classes->class[0], error);
	return -1;
}

static void delete_found(struct transaction *transaction, const struct search *search)
{
	for (size_t i = 0; i < search->found.count; i++) {
		const struct route *route = vector_at(&search->found, i);

		transaction_add(transaction, OPERATION_DELETE, &route_object, route, route);
	}
}

/* Returns true if routes to other destinations than this one cannot match. */
static bool has_one_destination(const struct route *wanted)
{
	return wanted->destination.given && wanted->destination.match == PREFIX_EXACT;
}

/* Adds the matching routes of one class to the search. Returns 0, or -1 with the error. */
static int search_class(
	struct transaction *transaction, struct search *search, uint32_t class, struct error *error)
{
	struct scope scope = {.family = search->wanted->family, .class = class};

	search->class = class;
	if (transaction_watch(transaction, scope.family, class, error))
		return -1;
	return policy_each_route(&transaction->policy, &scope,
		has_one_destination(search->wanted) ? search->wanted : NULL, keep_fitting, search,
		error);
}

/* Returns true if the one route found would lose nexthops that the words do not name. */
static bool has_more_nexthops(const struct search *search, const struct route *wanted)
{
	const struct route *route = vector_at(&search->found, 0);

	return wanted->nexthops.given && route->nexthops.count > wanted->nexthops.count;
}

static int delete_fitting(struct session *session, struct words *words,
	struct transaction *transaction, const struct route *wanted, bool all, struct error *error)
{
	struct search search = {.wanted = wanted,
		.all = all,
		.whole = session->undoing,
		.found = {.size = sizeof *wanted},
		.arena = &session->arena};
	struct classes classes = classes_of(session, wanted);
	int status = 0;

	for (int i = 0; !status && i < classes.count; i++)
		status = search_class(transaction, &search, classes.class[i], error);
	/* The kernel removes the first matching one of equals. */
	if (search.whole && search.found.count)
		search.found.count = 1;
	if (!status && !search.found.count) {
		status = refuse_none(session, words, transaction, &search, &classes, error);
	} else if (!status && search.found.count > 1 && !all) {
		error_at(error, words, -1, "%zu routes match, but del removes only one",
			search.found.count);
		error->status = STATUS_GUARDED;
		status = hint_found(session, &search,
			"add words that select one, or use `del all ...` for all of them:", error);
	} else if (!status && !all && has_more_nexthops(&search, wanted)) {
		error_at(error, words, -1, "the route has more nexthops than these");
		error->status = STATUS_GUARDED;
		status = hint_found(session, &search,
			"name all of them, or none, to delete it; `replace` with the others "
			"removes one:",
			error);
	} else if (!status) {
		delete_found(transaction, &search);
	}
	vector_free(&search.found);
	return status;
}

int prepare_del(struct session *session, const struct command *command, struct words *words,
	struct transaction *transaction, struct error *error)
{
	struct parser parser = session_parser(session, words);
	bool all = words_accept(words, "all");
	int first = words->next;
	struct route wanted = {0};

	(void)command;
	parser.filter = true;
	if (record_read(&parser, session_words(session, &route_object), PURPOSE_DELETE, &wanted,
		    NULL, error))
		return -1;
	if (!wanted.destination.given && !all) {
		error_at(error, words, words->count, "the destination is missing");
		return error_hint(error, "PREFIX, NET mask MASK, or default; `del all` with other "
					 "words removes every route that matches");
	}
	if (!wanted.destination.given && words->count == first) {
		error_at(error, words, words->count, "`del all` needs words that select routes");
		return error_hint(error, "give a destination, a gateway, a device or a class");
	}
	return delete_fitting(session, words, transaction, &wanted, all, error);
}
