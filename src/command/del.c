/* del: exactly one node; del all: every node that fits. */
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "command/command.h"
#include "kind/class.h"
#include "model/route.h"

struct search {
	const struct route *wanted;
	struct vector found; /* struct route */
	struct arena *arena;
};

/* What nftables has lost of a NAT route cannot be compared. */
static bool keep_fitting(const void *record, void *context)
{
	struct search *search = context;
	const struct route *route = record;
	struct route wanted = *search->wanted;

	if (route->part.given && route_translates(&wanted) && !route->nat.given)
		wanted.nat.given = false;
	if (fields_fit(&route_object, route, &wanted, 0))
		fields_keep(&route_object, vector_push(&search->found, route), search->arena);
	return true;
}

/* The class that `add` would have used; without a gateway or a type in the words, main. */
static uint32_t usual_class(const struct session *session, const struct route *wanted)
{
	uint8_t type = wanted->type.value;

	if (wanted->nat.given || type == RTN_LOCAL || type == RTN_BROADCAST || type == RTN_ANYCAST)
		return CLASS_LOCAL;
	if (wanted->gateway.given &&
		(session->options.fib_model == 2 ||
			(session->options.fib_model == 1 && !wanted->destination.length)))
		return CLASS_DEFAULT;
	return CLASS_MAIN;
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

/* Nothing fits in the class: is it perhaps in another? */
static int refuse_none(struct session *session, struct words *words,
	struct transaction *transaction, const struct search *search, bool class_given,
	struct error *error)
{
	struct scope scope = {.family = search->wanted->family};
	struct route wanted = *search->wanted;
	struct search elsewhere = {
		.wanted = &wanted, .found = {.size = sizeof wanted}, .arena = &session->arena};
	struct view view = session_view(session);
	struct error ignored;
	char spare[DECIMAL_TEXT_MAX];

	if (session->options.ensure) {
		transaction->unchanged = true;
		return 0;
	}
	error_at(error, words, -1, "there is no such route in class %s",
		class_name(&view, search->wanted->class.value, spare));
	error->status = STATUS_NO;
	wanted.class.given = false;
	if (!class_given && !transaction->policy.keep &&
		!policy_each_route(
			&transaction->policy, &scope, NULL, keep_fitting, &elsewhere, &ignored) &&
		elsewhere.found.count)
		hint_found(session, &elsewhere, "in another class there is:", error);
	vector_free(&elsewhere.found);
	return -1;
}

static void delete_found(struct transaction *transaction, const struct search *search)
{
	for (size_t i = 0; i < search->found.count; i++) {
		const struct route *route = vector_at(&search->found, i);

		transaction_add(transaction, OPERATION_DELETE, &route_object, route, route);
	}
}

/* The destination that alone fits; NULL: there may be others. */
static const struct prefix *one_destination(const struct route *wanted)
{
	const struct prefix *destination = &wanted->destination;

	return destination->given && destination->match == PREFIX_EXACT ? destination : NULL;
}

static int delete_fitting(struct session *session, struct words *words,
	struct transaction *transaction, struct route *wanted, bool all, struct error *error)
{
	struct search search = {
		.wanted = wanted, .found = {.size = sizeof *wanted}, .arena = &session->arena};
	bool class_given = wanted->class.given;
	struct scope scope = {.family = wanted->family};
	int status;

	if (!class_given)
		wanted->class = (struct number){true, usual_class(session, wanted)};
	scope.class = wanted->class.value;
	status = transaction_watch(transaction, scope.family, scope.class, error);
	if (!status)
		status = policy_each_route(&transaction->policy, &scope, one_destination(wanted),
			keep_fitting, &search, error);
	if (!status && !search.found.count) {
		status = refuse_none(session, words, transaction, &search, class_given, error);
	} else if (!status && search.found.count > 1 && !all) {
		error_at(error, words, -1, "%zu routes fit, and del removes one",
			search.found.count);
		error->status = STATUS_GUARDED;
		status = hint_found(session, &search,
			"say more of the one you mean, or `del all ...` for all of them:", error);
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
	struct origin origin;

	(void)command;
	parser.filter = true;
	origin_clear(&origin, &route_object);
	if (fields_parse(
		    &parser, session_words(session, &route_object), 0, &wanted, &origin, error) ||
		route_object.finish(&parser, &wanted, &origin, true, error))
		return -1;
	if (!wanted.destination.given && !all) {
		error_at(error, words, words->count, "which destination?");
		return error_hint(error, "PREFIX, NET mask MASK, or default; `del all` with other "
					 "words removes whatever fits them");
	}
	if (!wanted.destination.given && words->count == first) {
		error_at(error, words, words->count, "all of what?");
		return error_hint(
			error, "say what fits: a destination, a gateway, a device, a class");
	}
	return delete_fitting(session, words, transaction, &wanted, all, error);
}
