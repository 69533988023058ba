/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Holds amended groups back during a dump and delivers them after the others, as they will be. */
#include "state/amendment.h"

#include "state/route_scope.h"
#include "state/store.h"

struct amendment_place {
	uint32_t class;
	uint64_t key;
	size_t index;
};

void amendments_add(struct amendments *amendments, enum amendment sort, const struct route *route)
{
	unsigned char value = (unsigned char)sort;
	const struct record_item *item = records_add(&amendments->routes, &route_object, route);
	struct amendment_place place = {item->class, item->key, amendments->routes.items.count - 1};

	amendments->sorts.size = sizeof value;
	vector_push(&amendments->sorts, &value);
	amendments->places.size = sizeof place;
	vector_push(&amendments->places, &place);
	amendments->sorted = false;
}

void amendments_free(struct amendments *amendments)
{
	records_free(&amendments->routes);
	vector_free(&amendments->sorts);
	vector_free(&amendments->places);
}

static int compare_keys(const struct amendment_place *a, const struct amendment_place *b)
{
	if (a->class != b->class)
		return a->class < b->class ? -1 : 1;
	return a->key < b->key ? -1 : a->key > b->key;
}

static int compare_places(const void *a, const void *b)
{
	const struct amendment_place *left = a;
	const struct amendment_place *right = b;
	int order = compare_keys(left, right);

	return order ? order : left->index < right->index ? -1 : left->index > right->index;
}

static void sort(struct amendments *amendments)
{
	if (!amendments->sorted)
		vector_sort(&amendments->places, compare_places);
	amendments->sorted = true;
}

static const struct amendment_place *place_at(const struct amendments *amendments, size_t index)
{
	return vector_at(&amendments->places, index);
}

/* Returns the first place of this class and key, or where it would be. */
static size_t find_place(const struct amendments *amendments, uint32_t class, uint64_t key)
{
	const struct amendment_place wanted = {class, key, 0};

	return vector_lower_bound(&amendments->places, &wanted, compare_places);
}

/* Returns the place after the last one of the group that starts at `first`. */
static size_t group_end(const struct amendments *amendments, size_t first)
{
	size_t end = first + 1;

	while (end < amendments->places.count &&
		!compare_keys(place_at(amendments, end), place_at(amendments, first)))
		end++;
	return end;
}

/* ---- a reading ---- */

struct reading {
	const struct amendments *amendments;
	const struct scope *scope;
	bool (*each)(const struct route *route, void *context);
	void *context;
	struct records held; /* the routes of amended groups */
	bool stopped;
};

static bool pass(const void *record, void *context)
{
	struct reading *reading = context;
	const struct amendments *amendments = reading->amendments;
	struct amendment_place wanted = {
		((const struct route *)record)->class.value, record_key(&route_object, record), 0};
	size_t place = find_place(amendments, wanted.class, wanted.key);

	if (place < amendments->places.count &&
		!compare_keys(place_at(amendments, place), &wanted)) {
		records_add(&reading->held, &route_object, record);
		return true;
	}
	reading->stopped = !reading->each(record, reading->context);
	return !reading->stopped;
}

/* A route of an amended group: held back from the dump, or from an amendment. */
struct member {
	const struct records *records;
	size_t index;
};

static void insert_member(struct vector *group, struct member member)
{
	vector_push(group, &member);
	for (size_t i = group->count - 1; i; i--) {
		struct member *at = vector_at(group, i);

		*at = *(struct member *)vector_at(group, i - 1);
	}
	*(struct member *)vector_at(group, 0) = member;
}

static void remove_at(struct vector *group, size_t i)
{
	for (; i + 1 < group->count; i++)
		*(struct member *)vector_at(group, i) = *(struct member *)vector_at(group, i + 1);
	group->count--;
}

/* Returns true if the route has all values of the removal. The kernel gives IPv6 routes that refuse
 * packets the device lo, which the removal of a marker does not name. */
static bool is_named(struct member member, struct member removal)
{
	struct arena arena = {0};
	struct route route = {0};
	struct route named = {0};
	bool fits;

	records_read_written(member.records, member.index, false, &arena, &route);
	records_read_written(removal.records, removal.index, false, &arena, &named);
	fits = fields_fit(&route_object, &route, &named, 0);
	arena_free(&arena);
	return fits;
}

/* Removes one: the same route, or else the first one that the removal names. */
static void remove_member(struct vector *group, struct member removal)
{
	for (size_t i = 0; i < group->count; i++) {
		const struct member *at = vector_at(group, i);

		if (records_same(at->records, at->index, removal.records, removal.index)) {
			remove_at(group, i);
			return;
		}
	}
	for (size_t i = 0; i < group->count; i++) {
		if (is_named(*(const struct member *)vector_at(group, i), removal)) {
			remove_at(group, i);
			return;
		}
	}
}

static void amend(struct vector *group, enum amendment sort, struct member member)
{
	switch (sort) {
	case AMENDMENT_PREPEND:
		insert_member(group, member);
		break;
	case AMENDMENT_REPLACE:
		if (group->count)
			*(struct member *)vector_at(group, 0) = member;
		else
			vector_push(group, &member);
		break;
	case AMENDMENT_APPEND:
		vector_push(group, &member);
		break;
	case AMENDMENT_REMOVE:
		remove_member(group, member);
		break;
	}
}

static void give(struct reading *reading, const struct vector *group)
{
	struct arena arena = {0};

	for (size_t i = 0; i < group->count && !reading->stopped; i++) {
		const struct member *member = vector_at(group, i);
		struct route route = {0};

		records_read(member->records, member->index, &arena, &route);
		if (scope_holds(reading->scope, &route))
			reading->stopped = !reading->each(&route, reading->context);
		arena_reset(&arena);
	}
	arena_free(&arena);
}

/* The amendments from `first` up to, but without, `end` are of one group. */
static void give_group(struct reading *reading, size_t first, size_t end)
{
	const struct amendments *amendments = reading->amendments;
	uint64_t key = place_at(amendments, first)->key;
	struct vector group = {.size = sizeof(struct member)};

	for (size_t i = 0; i < reading->held.items.count; i++)
		if (records_item(&reading->held, i)->key == key)
			vector_push(&group, &(struct member){&reading->held, i});
	for (; first < end; first++) {
		size_t index = place_at(amendments, first)->index;
		enum amendment sort = *(unsigned char *)vector_at(&amendments->sorts, index);

		amend(&group, sort, (struct member){&amendments->routes, index});
	}
	give(reading, &group);
	vector_free(&group);
}

static void give_groups(struct reading *reading)
{
	const struct amendments *amendments = reading->amendments;
	uint32_t class = reading->scope->class;
	size_t first = class ? find_place(amendments, class, 0) : 0;

	while (first < amendments->places.count && !reading->stopped) {
		size_t end = group_end(amendments, first);

		if (class && place_at(amendments, first)->class != class)
			return;
		give_group(reading, first, end);
		first = end;
	}
}

int amendments_each(struct amendments *amendments, struct netlink *netlink,
	const struct scope *scope, bool (*each)(const struct route *route, void *context),
	void *context, bool *interrupted, struct error *error)
{
	struct reading reading = {
		.amendments = amendments, .scope = scope, .each = each, .context = context};
	int status;

	sort(amendments);
	status = store_each(netlink, &route_object, scope, pass, &reading, interrupted, error);
	if (!status && !reading.stopped)
		give_groups(&reading);
	records_free(&reading.held);
	return status;
}
