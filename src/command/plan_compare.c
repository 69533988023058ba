/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares a policy file with the kernel: the owner's records, and those of others in its way. */
#include <string.h>

#include "command/extent.h"
#include "command/plan.h"
#include "model/binding.h"
#include "nat/repair.h"

enum { LISTED_MAX = 10 };

static bool is_wanted(const struct plan *plan, const struct object *object, const void *record)
{
	uint64_t key = record_key(object, record);

	return vector_find(&plan->keys, &key, compare_uint64);
}

/* A record with PROTOCOL_TRANSLATED keeps its owner in nftables. If that is lost, a wanted one
 * counts as the owner's and is repaired. */
static bool is_owned(const struct plan *plan, const struct object *object, const void *record)
{
	const bool is_rule = object == &rule_object;
	const struct rule *rule = record;
	const struct route *route = record;
	const struct byte *protocol = is_rule ? &rule->protocol : &route->protocol;
	const struct byte *owner = is_rule ? &rule->owner : &route->owner;
	const struct part *part = is_rule ? &rule->part : &route->part;

	if (!protocol->given || protocol->value != PROTOCOL_TRANSLATED)
		return protocol->given && protocol->value == plan->owner;
	if (!owner->given && part->given)
		return is_wanted(plan, object, record);
	return owner->given && owner->value == plan->owner;
}

void plan_disown(const struct object *object, void *record)
{
	if (object == &rule_object)
		((struct rule *)record)->protocol.given = ((struct rule *)record)->owner.given =
			false;
	else
		((struct route *)record)->protocol.given = ((struct route *)record)->owner.given =
			false;
}

/* Returns true if two records are the same except for their owners. */
static bool is_same_thing(struct plan *plan, const struct records *a, size_t left,
	const struct records *b, size_t right)
{
	const struct object *object = records_object(a, left);
	bool resolve = records_resolve(records_item(a, left), records_item(b, right));
	void *record[2];
	bool same;

	if (records_item(a, left)->key != records_item(b, right)->key ||
		records_item(a, left)->rule != records_item(b, right)->rule)
		return false;
	record[0] = arena_get(&plan->line, object->size);
	record[1] = arena_get(&plan->line, object->size);
	records_read_written(a, left, resolve, &plan->line, record[0]);
	records_read_written(b, right, resolve, &plan->line, record[1]);
	plan_disown(object, record[0]);
	plan_disown(object, record[1]);
	same = fields_same(object, record[0], record[1], 0);
	arena_reset(&plan->line);
	return same;
}

/* ---- reading the kernel ---- */

static void forget(void *context)
{
	struct plan *plan = context;

	records_reset(&plan->have);
	records_reset(&plan->others);
}

static void keep(void *context, const struct object *object, const void *record)
{
	struct plan *plan = context;

	if (is_owned(plan, object, record))
		records_add(&plan->have, object, record);
	else if (is_wanted(plan, object, record))
		records_add(&plan->others, object, record);
}

static int read_kernel(struct plan *plan, struct error *error)
{
	struct extent extent = {.routes = true, .rules = true, .whole = true};
	struct extent_visitor visitor = {forget, keep, plan};

	vector_sort(&plan->keys, compare_uint64);
	return extent_visit(plan->session, &extent, &visitor, error);
}

/* ---- the kernel's own rules ---- */

/* A rule of the kernel's own that the file names must exist; otherwise it is added. */
static void want_kernels(struct plan *plan)
{
	for (size_t i = 0; i < plan->kernel.items.count; i++) {
		uint32_t line = records_item(&plan->kernel, i)->line;
		struct rule rule = {0};
		bool found = false;

		for (size_t j = 0; j < plan->others.items.count && !found; j++)
			found = is_same_thing(plan, &plan->kernel, i, &plan->others, j);
		if (found)
			continue;
		records_read(&plan->kernel, i, &plan->line, &rule);
		rule.protocol = (struct byte){.given = true, .value = (uint8_t)plan->owner};
		records_add(&plan->want, &rule_object, &rule)->line = line;
		arena_reset(&plan->line);
	}
}

/* ---- others ---- */

/* Returns true if the wanted record would replace or collide with the existing one. Several
 * different rules may have one preference. */
static bool is_in_the_way(struct plan *plan, size_t want, size_t other)
{
	if (records_item(&plan->want, want)->key != records_item(&plan->others, other)->key)
		return false;
	return !records_item(&plan->want, want)->rule ||
	       is_same_thing(plan, &plan->want, want, &plan->others, other);
}

struct place {
	uint64_t key;
	size_t index;
};

/* Collects the first wanted record of each key, to find those with another owner's record in their
 * place. */
static void index_wanted(const struct plan *plan, struct vector *places)
{
	for (size_t i = 0; i < plan->want.items.count; i++)
		vector_push(places, &(struct place){records_item(&plan->want, i)->key, i});
	vector_sort(places, compare_uint64);
}

/* Returns the index of the wanted record whose place this one has; want.items.count if there is
 * none. */
static size_t find_wanted(struct plan *plan, const struct vector *places, size_t other)
{
	uint64_t key = records_item(&plan->others, other)->key;

	for (size_t i = vector_lower_bound(places, &key, compare_uint64); i < places->count; i++) {
		const struct place *place = vector_at(places, i);

		if (place->key != key)
			break;
		if (is_in_the_way(plan, place->index, other))
			return place->index;
	}
	return plan->want.items.count;
}

static void adopt(struct plan *plan, size_t other)
{
	const struct object *object = records_object(&plan->others, other);
	void *record = arena_get(&plan->line, object->size);

	records_read(&plan->others, other, &plan->line, record);
	records_add(&plan->have, object, record);
	arena_reset(&plan->line);
}

/* A record of another owner, and the wanted one in whose place it is. */
struct conflict {
	uint32_t line; /* of the wanted one */
	size_t other;
};

static int compare_conflicts(const void *a, const void *b)
{
	const struct conflict *left = a;
	const struct conflict *right = b;

	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return left->other < right->other ? -1 : left->other > right->other;
}

static void add_line(struct plan *plan, const struct conflict *conflict, struct buffer *text)
{
	const struct object *object = records_object(&plan->others, conflict->other);
	const struct plan_place *place = vector_at(&plan->places, conflict->line - 1);
	struct view view = session_view(plan->session);
	void *record = arena_get(&plan->line, object->size);

	view.family = AF_UNSPEC;
	view.complete = true;
	records_read(&plan->others, conflict->other, &plan->line, record);
	buffer_format(text, "\n    %s:%d: ", place->file, place->line);
	fields_line(text, object, record, &view, "", false);
	arena_reset(&plan->line);
}

/* In the order of the file. */
static int refuse_conflicts(struct plan *plan, const struct vector *conflicts, struct error *error)
{
	struct buffer text = {0};

	vector_sort(conflicts, compare_conflicts);
	for (size_t i = 0; i < conflicts->count && i < LISTED_MAX; i++)
		add_line(plan, vector_at(conflicts, i), &text);
	error_set(error, STATUS_GUARDED,
		"%zu line%s of %s would replace what another owner has made; nothing was "
		"changed",
		conflicts->count, conflicts->count == 1 ? "" : "s", plan->name);
	error_hint(error, "-adopt takes it over:%s", buffer_text(&text));
	buffer_free(&text);
	return -1;
}

/* Adopts the records of others in the place of wanted ones, or refuses to change them. */
static int settle_others(struct plan *plan, struct error *error)
{
	struct vector places = {.size = sizeof(struct place)};
	struct vector conflicts = {.size = sizeof(struct conflict)};
	int status = 0;

	index_wanted(plan, &places);
	for (size_t i = 0; i < plan->others.items.count; i++) {
		size_t want = find_wanted(plan, &places, i);
		struct conflict conflict = {.other = i};

		if (want == plan->want.items.count)
			continue;
		conflict.line = records_item(&plan->want, want)->line;
		if (plan->session->options.adopt)
			adopt(plan, i);
		else
			vector_push(&conflicts, &conflict);
	}
	if (conflicts.count)
		status = refuse_conflicts(plan, &conflicts, error);
	vector_free(&places);
	vector_free(&conflicts);
	return status;
}

int plan_compare(struct plan *plan, struct error *error)
{
	if (read_kernel(plan, error))
		return -1;
	want_kernels(plan);
	if (settle_others(plan, error))
		return -1;
	reconcile_compare(&plan->reconcile);
	if (repair_records(&plan->transaction, &plan->have, &plan->want,
		    &plan->reconcile.difference, error))
		return -1;
	return reconcile_prepare(&plan->reconcile, &plan->transaction, error)
	               ? plan_name_line(plan, plan->transaction.line, error)
	               : 0;
}

bool plan_changes(const struct plan *plan)
{
	return reconcile_changes(&plan->reconcile) || plan->transaction.repaired;
}
