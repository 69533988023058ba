/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows changes in words. */
#include "command/dry_run.h"

#include <sys/socket.h>

#include "command/private_changes.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/message.h"
#include "state/own.h"

struct dry_run {
	struct session *session;
	const struct transaction *transaction;
	struct private_changes private;
	struct vector classes; /* uint64_t: class_key() of the rules that come and go, sorted */
	struct vector rules; /* struct rule: those of the kernel, in the arena; read when needed */
	bool loaded;
	struct arena arena;
};

static void show_record(struct session *session, const char *verb, const struct object *object,
	const void *record, struct buffer *out, bool colour)
{
	struct view view = session_view(session);
	char prefix[32];

	snprintf(prefix, sizeof prefix, "%s ", verb);
	view.complete = true;
	view.family = AF_UNSPEC;
	fields_line(out, object, record, &view, prefix, colour);
}

void message_show(struct session *session, const struct transaction *transaction,
	const struct nlmsghdr *message, struct buffer *out, bool colour)
{
	const struct object *object = message_object(message);
	struct arena arena = {0};
	void *record = arena_get(&arena, object->size);

	fields_decode(object, message, &arena, record);
	participants_describe(&transaction->participants, object, record);
	show_record(session, message_verb(message), object, record, out, colour);
	arena_free(&arena);
}

static void show_rule(struct dry_run *run, const char *verb, const struct rule *rule)
{
	struct session *session = run->session;

	show_record(session, verb, &rule_object, rule, &session->out, session_colour(session));
	buffer_char(&session->out, '\n');
}

/* Returns true if it has shown a rule together with its own record. */
static bool show_with_own(struct dry_run *run, const struct change *change)
{
	const struct transaction *transaction = run->transaction;
	const struct nlmsghdr *message = change_message(transaction, change);
	struct arena arena = {0};
	struct rule rule = {0};
	bool attached;

	fields_decode(&rule_object, message, &arena, &rule);
	attached = private_changes_attach(&run->private, change, &rule, &arena);
	if (attached) {
		rule.class.given &= rule.own.given;
		rule.only.given &= rule.own.given;
		participants_describe(&transaction->participants, &rule_object, &rule);
		show_rule(run, message_verb(message), &rule);
	}
	arena_free(&arena);
	return attached;
}

/* Returns a key for the private class of a change, and for whether the change removes something. */
static uint64_t class_key(const struct transaction *transaction, const struct change *change)
{
	return (uint64_t)message_class(change_message(transaction, change)) << 1 |
	       (change->operation == OPERATION_DELETE);
}

/* Collects the private classes that come or go with a rule. */
static void collect_classes(struct dry_run *run)
{
	struct arena arena = {0};

	run->classes.size = sizeof(uint64_t);
	for (size_t i = 0; i < run->transaction->changes.count; i++) {
		const struct change *change = vector_at(&run->transaction->changes, i);
		uint64_t key = class_key(run->transaction, change);
		struct rule rule = {0};

		if (change_object(run->transaction, change) != &rule_object ||
			!change_is_private(run->transaction, change))
			continue;
		fields_decode(
			&rule_object, change_message(run->transaction, change), &arena, &rule);
		if (private_changes_attach(&run->private, change, &rule, &arena))
			vector_push(&run->classes, &key);
		arena_reset(&arena);
	}
	arena_free(&arena);
	vector_sort(&run->classes, compare_uint64);
}

/* Returns true if the line of a rule shows this route. */
static bool goes_with_rule(const struct dry_run *run, const struct change *change)
{
	uint64_t key = class_key(run->transaction, change);

	return vector_find(&run->classes, &key, compare_uint64);
}

/* Returns the kernel's rule of this private class if its own record is gone; NULL if there is
 * none, with *status -1 and the error if the rules could not be read. */
static struct rule *find_gone(
	struct dry_run *run, const struct route *route, int *status, struct error *error)
{
	if (!run->loaded)
		*status = own_load_rules(
			run->session->netlink, AF_UNSPEC, &run->rules, &run->arena, NULL, error);
	run->loaded = true;
	for (size_t i = 0; !*status && i < run->rules.count; i++) {
		struct rule *rule = vector_at(&run->rules, i);

		if (rule->gone.given && rule->family == route->family &&
			rule->class.value == route->class.value)
			return rule;
	}
	return NULL;
}

/* A route that is added to a private class without its rule gives that rule its own record back. */
static int show_private_route(
	struct dry_run *run, const struct change *change, bool *shown, struct error *error)
{
	const struct transaction *transaction = run->transaction;
	struct route *route = arena_get(&run->arena, sizeof *route);
	struct rule *rule;
	int status = 0;

	fields_decode(&route_object, change_message(transaction, change), &run->arena, route);
	*shown = own_is_marker(route) || goes_with_rule(run, change);
	if (*shown || change->operation == OPERATION_DELETE || route->destination.length)
		return 0;
	rule = find_gone(run, route, &status, error);
	if (!rule)
		return status;
	rule->own = (struct nested){.given = true, .object = &route_object, .record = route};
	rule->gone.given = false;
	participants_describe(&transaction->participants, &rule_object, rule);
	show_rule(run, "addrule", rule);
	*shown = true;
	return 0;
}

static int show_change(struct dry_run *run, const struct change *change, struct error *error)
{
	struct session *session = run->session;
	const struct nlmsghdr *message = change_message(run->transaction, change);
	bool shown = false;

	if (!session->options.details && message_object(message) == &rule_object)
		shown = show_with_own(run, change);
	else if (change_is_private(run->transaction, change) &&
		 message_object(message) == &route_object &&
		 show_private_route(run, change, &shown, error))
		return -1;
	if (shown)
		return 0;
	message_show(session, run->transaction, message, &session->out, session_colour(session));
	buffer_char(&session->out, '\n');
	return 0;
}

int dry_run_show(
	struct session *session, const struct transaction *transaction, struct error *error)
{
	struct dry_run run = {.session = session, .transaction = transaction};
	int status = 0;

	private_changes_collect(&run.private, transaction);
	/* -d shows every change apart. */
	if (!session->options.details)
		collect_classes(&run);
	run.loaded = session->options.details;
	for (size_t i = 0; !status && i < transaction->changes.count; i++)
		status = show_change(&run, vector_at(&transaction->changes, i), error);
	private_changes_free(&run.private);
	vector_free(&run.classes);
	vector_free(&run.rules);
	arena_free(&run.arena);
	return status;
}
