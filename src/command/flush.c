/* SPDX-License-Identifier: GPL-2.0-or-later */
/* flush: removes matching routes until none is left. Also runs the rounds of flushrules. */
#include "command/flush.h"

#include <errno.h>
#include <sys/socket.h>

#include "command/command.h"
#include "command/pending.h"
#include "model/route.h"
#include "change/refusal.h"
#include "state/selection.h"

enum { ROUNDS_MAX = 100 };

static int refuse_unscoped(const struct words *words, struct error *error)
{
	error_at(error, words, words->count, "flush needs words that select routes");
	return error_hint(error,
		"for example `flush class 250`, `flush root 10.0.0.0/8`, `flush dev eth0`, or "
		"`flush all`; -dry-run shows what that is");
}

static int refuse_cached(const struct words *words, struct error *error)
{
	error_at(error, words, -1, "exceptions cannot be removed one by one");
	return error_hint(
		error, "`sysctl -w net.ipv4.route.flush=1`, or net.ipv6, removes all of them");
}

int selection_read(
	struct session *session, struct words *words, struct route *wanted, struct error *error)
{
	struct parser parser = session_parser(session, words);

	if (words_accept(words, "all"))
		wanted->class.given = true;
	parser.filter = true;
	if (record_read(&parser, session_words(session, &route_object), PURPOSE_SELECT, wanted,
		    NULL, error))
		return -1;
	wanted->family = parser.family;
	return 0;
}

/*
 * Keeps the messages of the dump, not records: a record is much larger than the message that
 * deletes it, and there may be a million.
 */
struct removing {
	const struct selection *selection;
	struct transaction *transaction;
	struct vector need_others; /* uint8_t for each removal */
};

static bool remove_route(const void *record, void *context)
{
	struct removing *removing = context;
	uint8_t needs_others = route_needs_others(record);

	if (!selection_has_route(removing->selection, record))
		return true;
	transaction_add(removing->transaction, OPERATION_DELETE, &route_object, record, record);
	vector_push(&removing->need_others, &needs_others);
	return true;
}

/*
 * Removes from the last to the first, and routes with a gateway before the routes to that gateway:
 * undone in reverse order, the kernel accepts each of them.
 */
static void arrange_removals(const struct removing *removing)
{
	struct vector *changes = &removing->transaction->changes;
	size_t count = removing->need_others.count;
	size_t first = changes->count - count;
	struct vector before = {.size = changes->size};

	for (size_t i = 0; i < count; i++)
		vector_push(&before, vector_at(changes, first + i));
	changes->count = first;
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = count; i--;)
			if (*(uint8_t *)vector_at(&removing->need_others, i) == !pass)
				vector_push(changes, vector_at(&before, i));
	}
	vector_free(&before);
}

struct picking {
	const struct selection *selection;
	struct vector routes;
	struct arena *arena;
};

static bool pick_route(const void *record, void *context)
{
	struct picking *picking = context;

	if (selection_has_route(picking->selection, record))
		fields_keep(&route_object, vector_push(&picking->routes, record), picking->arena);
	return true;
}

/* Reads the routes as the earlier lines of the batch will leave them. */
static int pick_kept(struct transaction *transaction, const struct scope *scope, uint8_t family,
	struct picking *picking, struct error *error)
{
	struct scope one = {.family = family, .class = scope->class};

	if (scope->family && scope->family != family)
		return 0;
	if (transaction_watch(transaction, family, scope->class, error))
		return -1;
	return policy_each_route(&transaction->policy, &one, NULL, pick_route, picking, error);
}

/*
 * In a batch: copies the routes that will exist by then, because each removal changes the policy.
 */
static int remove_kept(struct session *session, const struct scope *scope,
	struct removing *removing, struct error *error)
{
	struct picking picking = {
		.selection = removing->selection,
		.routes = {.size = sizeof(struct route)},
		.arena = &session->arena,
	};
	int status = pick_kept(removing->transaction, scope, AF_INET, &picking, error);

	if (!status)
		status = pick_kept(removing->transaction, scope, AF_INET6, &picking, error);
	for (size_t i = 0; !status && i < picking.routes.count; i++)
		remove_route(vector_at(&picking.routes, i), removing);
	vector_free(&picking.routes);
	return status;
}

static int remove_routes(struct session *session, const struct scope *scope,
	struct removing *removing, struct error *error)
{
	if (removing->transaction->policy.keep)
		return remove_kept(session, scope, removing, error);
	return store_each(
		session->netlink, &route_object, scope, remove_route, removing, NULL, error);
}

int prepare_flush(struct session *session, const struct command *command, struct words *words,
	struct transaction *transaction, struct error *error)
{
	struct route wanted = {0};
	struct selection selection;
	struct removing removing = {
		.selection = &selection,
		.transaction = transaction,
		.need_others = {.size = sizeof(uint8_t)},
	};
	struct scope scope;
	int status;

	(void)command;
	if (!words_peek(words))
		return refuse_unscoped(words, error);
	if (selection_read(session, words, &wanted, error))
		return -1;
	if (wanted.cached.given)
		return refuse_cached(words, error);
	scope = selection_scope(&wanted);
	status = selection_init(&selection, session->netlink, &wanted, error);
	if (!status)
		status = remove_routes(session, &scope, &removing, error);
	if (!status)
		arrange_removals(&removing);
	selection_free(&selection);
	vector_free(&removing.need_others);
	return status;
}

/* Another program has removed it first, as wanted. */
static bool let_go(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct words *words = context;

	if (answer->number == ESRCH || answer->number == ENOENT)
		return true;
	refusal_explain(answer, change_message(transaction, change), words, NULL, error);
	return false;
}

/* Counts the changes that were made, without the own records that are removed with their rule. */
static size_t count_made(const struct transaction *transaction, const struct object *object)
{
	size_t count = 0;

	for (size_t i = 0; i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);

		count += !change->unmade && change_object(transaction, change) == object;
	}
	return count;
}

/* Counts multipath routes whose other nexthops leave by another device. */
static size_t count_elsewhere(const struct transaction *transaction, uint32_t device)
{
	struct arena arena = {0};
	size_t count = 0;

	for (size_t i = 0; device && i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);
		struct route route = {0};

		if (change->unmade || change_object(transaction, change) != &route_object)
			continue;
		if (!fields_decode(
			    &route_object, change_message(transaction, change), &arena, &route))
			count += route_leaves_elsewhere(&route, device);
		arena_reset(&arena);
	}
	arena_free(&arena);
	return count;
}

struct counting {
	struct route_filter filter;
	size_t count;
};

static bool count_kernels(const void *record, void *context)
{
	struct counting *counting = context;

	counting->count += route_is_kernels(record) && route_filter_fits(&counting->filter, record);
	return true;
}

/* Reports selected routes that stay because the kernel made them: an administrator may expect them
 * to be removed. */
static void report_left(struct session *session, struct words *words)
{
	struct route wanted = {0};
	struct counting counting = {.count = 0};
	struct scope scope;
	struct error ignored;
	char text[128];

	if (selection_read(session, words, &wanted, &ignored) || wanted.protocol.given)
		return;
	scope = selection_scope(&wanted);
	route_filter_init(&counting.filter, &wanted);
	if (store_each(session->netlink, &route_object, &scope, count_kernels, &counting, NULL,
		    &ignored) ||
		!counting.count)
		return;
	snprintf(text, sizeof text,
		"# %zu %s: the kernel made %s itself; with `proto kernel` flush removes %s",
		counting.count, counting.count == 1 ? "stays" : "stay",
		counting.count == 1 ? "it" : "them", counting.count == 1 ? "it" : "them");
	session_say(session, text);
}

static void report_elsewhere(struct session *session, size_t count)
{
	char text[128];

	snprintf(text, sizeof text, "# %zu of these also had nexthops by other devices", count);
	session_say(session, text);
}

static void report(struct session *session, const struct object *object, size_t count)
{
	char text[64];

	snprintf(text, sizeof text,
		session->options.dry_run ? "# %zu %s%s would be removed" : "%zu %s%s removed",
		count, object->name, count == 1 ? "" : "s");
	session_say(session, text);
}

int command_flush(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct commit_hooks hooks = {.refused = let_go, .context = words};
	int first = words->next;
	size_t removed = 0;
	size_t found;
	struct route wanted = {0};
	uint32_t device;
	size_t elsewhere = 0;
	int status;
	int round = 0;

	if (command->object == &route_object && words_peek(words) &&
		selection_read(session, words, &wanted, error))
		return -1;
	device = wanted.device.index;
	if (pending_settle(session, error))
		return -1;
	do {
		struct transaction transaction;

		session_begin(session, &transaction);
		words->next = first;
		status = command->prepare(session, command, words, &transaction, error);
		found = transaction.changes.count;
		/* The first commit runs even without any: it removes what a killed program has
		 * left. */
		if (!status && (found || !round))
			status = session_commit(session, &transaction, &hooks, error);
		if (!status)
			removed += count_made(&transaction, command->object);
		if (!status)
			elsewhere += count_elsewhere(&transaction, device);
		transaction_free(&transaction);
		arena_reset(&session->arena);
	} while (!status && found && !session->options.dry_run && ++round < ROUNDS_MAX);
	if (!status || removed)
		report(session, command->object, removed);
	if (elsewhere)
		report_elsewhere(session, elsewhere);
	words->next = first;
	if (!status && !removed && command->object == &route_object)
		report_left(session, words);
	if (!status && found && !session->options.dry_run)
		return error_set(error, STATUS_PARTLY,
			"some are left: another program adds them as fast as they are removed");
	if (status && removed)
		error->status = STATUS_PARTLY;
	return status;
}
