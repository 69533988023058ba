/* flush: every route that fits, until none is left; and the rounds of flushrules. */
#include "command/flush.h"

#include <errno.h>
#include <sys/socket.h>

#include "command/command.h"
#include "model/route.h"
#include "policy/refusal.h"
#include "policy/selection.h"

enum { ROUNDS_MAX = 100 };

static int refuse_unscoped(const struct words *words, struct error *error)
{
	error_at(error, words, words->count, "flush what?");
	return error_hint(error,
		"say what fits: `flush class 250`, `flush root 10.0.0.0/8`, `flush dev eth0`, or "
		"`flush all`; -dry-run shows what that is");
}

static int refuse_cached(const struct words *words, struct error *error)
{
	error_at(error, words, -1, "exceptions are not routes that can be removed");
	return error_hint(error, "the kernel forgets all of them by `sysctl -w "
				 "net.ipv4.route.flush=1`, or net.ipv6");
}

int selection_read(
	struct session *session, struct words *words, struct route *wanted, struct error *error)
{
	struct parser parser = session_parser(session, words);
	struct origin origin;

	if (words_accept(words, "all"))
		wanted->class.given = true;
	parser.filter = true;
	origin_clear(&origin, &route_object);
	if (fields_parse(&parser, session_words(session, &route_object), 0, wanted, &origin, error))
		return -1;
	wanted->family = parser.family;
	return 0;
}

/*
 * Removals as the kernel tells of the routes: a record of a million would be much larger than the
 * message that deletes it.
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
 * From the last to the first, and those with a gateway before those that lead to it: taken back,
 * they come in an order that the kernel accepts.
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

/* The routes as a batch will leave them. */
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

/* In a batch: what will be there by then, which the removals change under our hands. */
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

/* Somebody else was faster: it is gone, and that is what was asked for. */
static bool let_go(void *context, const struct transaction *transaction,
	const struct change *change, const struct answer *answer, struct error *error)
{
	struct words *words = context;

	if (answer->number == ESRCH || answer->number == ENOENT)
		return true;
	refusal_explain(answer, change_message(transaction, change), words, NULL, error);
	return false;
}

/* How many of the changes were made, without the records that go with their rule. */
static size_t count_made(const struct transaction *transaction, const struct object *object)
{
	size_t count = 0;

	for (size_t i = 0; i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);

		count += !change->unmade && change_object(transaction, change) == object;
	}
	return count;
}

static void tell(struct session *session, const struct object *object, size_t count)
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
	struct referee referee = {.refused = let_go, .context = words};
	int first = words->next;
	size_t removed = 0;
	size_t found;
	int status;
	int round = 0;

	do {
		struct transaction transaction = transaction_new(session->netlink);

		words->next = first;
		status = command->prepare(session, command, words, &transaction, error);
		found = transaction.changes.count;
		if (!status && found)
			status = session_commit(session, &transaction, &referee, error);
		if (!status)
			removed += count_made(&transaction, command->object);
		transaction_free(&transaction);
		arena_reset(&session->arena);
	} while (!status && found && !session->options.dry_run && ++round < ROUNDS_MAX);
	if (!status || removed)
		tell(session, command->object, removed);
	if (!status && found && !session->options.dry_run)
		return error_set(error, STATUS_PARTLY,
			"somebody adds them as fast as they are removed: some are left");
	if (status && removed)
		error->status = STATUS_PARTLY;
	return status;
}
