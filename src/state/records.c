/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of records, kept as messages. */
#include "state/records.h"

#include <string.h>
#include <sys/socket.h>

#include "base/hash_table.h"
#include "state/selection.h"

_Static_assert(sizeof(struct route) <= RECORD_MAX && sizeof(struct rule) <= RECORD_MAX,
	"records are copied for their key");

void records_free(struct records *records)
{
	vector_free(&records->items);
	buffer_free(&records->messages);
	vector_free(&records->wholes);
	arena_free(&records->arena);
}

void records_reset(struct records *records)
{
	records->items.count = 0;
	records->wholes.count = 0;
	buffer_reset(&records->messages);
	arena_reset(&records->arena);
}

/* ---- the key ---- */

/* Returns true if the row is given and differs from its default: not for `metric 0`. */
static bool says_something(const struct field *field, const void *record)
{
	static const uint64_t nothing[RECORD_MAX / sizeof(uint64_t)];
	const void *value = field_peek(field, record);

	return field_given(field, record) &&
	       !(field->kind->fits && field->kind->fits(nothing, value));
}

/* FNV-1a of a message with nothing but the rows that are FIELD_KEY. */
uint64_t record_key(const struct object *object, const void *record)
{
	uint64_t copy[RECORD_MAX / sizeof(uint64_t)];
	union {
		struct nlmsghdr header;
		uint8_t bytes[MESSAGE_MAX];
	} message;
	uint64_t hash = 14695981039346656037U;

	/* Two passes, because two rows may share a value: class and vrf. */
	memcpy(copy, record, object->size);
	for (int pass = 0; pass < 2; pass++) {
		for (int i = 0; i < object->count; i++) {
			const struct field *field = &object->fields[i];
			bool is_key = field->flags & FIELD_KEY;

			if (field->kind && is_key == (pass == 1))
				((struct value *)field_value(field, copy))->given =
					is_key && says_something(field, record);
		}
	}
	fields_encode(object, copy, object->type_new, 0, &message);
	for (uint32_t i = 0; i < message.header.nlmsg_len; i++)
		hash = (hash ^ message.bytes[i]) * 1099511628211U;
	return hash;
}

uint16_t record_rank(const struct object *object, const void *record)
{
	const struct route *route = record;

	if (object == &rule_object)
		return UINT16_MAX;
	return route_needs_others(route) ? 1 + UINT8_MAX - route->scope.value : 0;
}

/* ---- messages ---- */

static int index_of(const struct object *object)
{
	return object == &rule_object;
}

/* Writes a message without NLM_F_REQUEST: it is read as one that the kernel sent. */
static uint32_t append(struct records *records, const struct object *object, const void *record)
{
	struct presence *presence = &records->presence[index_of(object)];
	size_t start = records->messages.length;
	struct nlmsghdr *message = buffer_reserve(&records->messages, MESSAGE_MAX);

	if (!presence->object) {
		presence_init(presence, object);
		decoder_init(&records->decoder[index_of(object)], object);
	}
	rows_encode(presence_rows(presence, record), object, record, object->type_new, 0, message);
	message->nlmsg_flags = 0;
	buffer_advance(&records->messages, NLMSG_ALIGN(message->nlmsg_len));
	return (uint32_t)(start / NLMSG_ALIGNTO);
}

static bool is_private(const struct route *route)
{
	return route->decoded && route->nexthop_id.given &&
	       route->nexthop_id.value >= NEXTHOP_PRIVATE && route->gateway.given &&
	       route->device.given;
}

static void keep_whole(struct records *records, const struct object *object, const void *record,
	struct record_item *item)
{
	void *whole = arena_copy(&records->arena, record, object->size);

	fields_keep(object, whole, &records->arena);
	records->wholes.size = sizeof whole;
	vector_push(&records->wholes, &whole);
	item->whole = (uint32_t)records->wholes.count;
}

static void add_route(struct records *records, const struct route *route, struct record_item *item)
{
	struct route plain;

	plain = *route;
	item->class = route->class.value;
	item->resolvable = !is_private(route) && route_resolve(&plain);
	item->object = route->nexthop_id.given && !item->resolvable && !is_private(route);
	if (route_translates(route) || route->part.given || item->resolvable)
		keep_whole(records, &route_object, route, item);
	if (!is_private(route)) {
		item->message = append(records, &route_object, route);
		return;
	}
	plain.nexthop_id.given = false;
	item->message = append(records, &route_object, &plain);
}

static void add_rule(struct records *records, const struct rule *rule, struct record_item *item)
{
	const struct route *own = rule->own.given ? rule->own.record : NULL;
	struct route plain;

	if (own && !is_private(own)) {
		plain = *own;
		item->resolvable = route_resolve(&plain);
		item->object = own->nexthop_id.given && !item->resolvable;
	}
	if (rule_has_part(rule) || rule->part.given || rule->retag.given || item->resolvable)
		keep_whole(records, &rule_object, rule, item);
	item->message = append(records, &rule_object, rule);
	item->only = rule->only.given;
	item->marked = rule->marked.given;
	item->gone = rule->gone.given;
	if (rule->own.given)
		item->own = 1 + append(records, &route_object, rule->own.record);
}

struct record_item *records_add(
	struct records *records, const struct object *object, const void *record)
{
	struct record_item item = {
		.key = record_key(object, record),
		.family = ((const struct record *)record)->family,
		.rank = record_rank(object, record),
		.rule = object == &rule_object,
	};

	if (item.rule)
		add_rule(records, record, &item);
	else
		add_route(records, record, &item);
	records->items.size = sizeof item;
	return vector_push(&records->items, &item);
}

struct record_item *records_item(const struct records *records, size_t index)
{
	return vector_at(&records->items, index);
}

const struct object *records_object(const struct records *records, size_t index)
{
	return records_item(records, index)->rule ? &rule_object : &route_object;
}

static const struct nlmsghdr *message_at(const struct records *records, uint32_t start)
{
	return (const struct nlmsghdr *)(records->messages.data + (size_t)start * NLMSG_ALIGNTO);
}

static void read_message(const struct records *records, const struct object *object, uint32_t start,
	struct arena *arena, void *record)
{
	decoder_read(
		&records->decoder[index_of(object)], message_at(records, start), arena, record);
}

void records_read(const struct records *records, size_t index, struct arena *arena, void *record)
{
	const struct record_item *item = records_item(records, index);
	const struct object *object = records_object(records, index);
	struct rule *rule = record;
	struct route *own;

	if (item->whole) {
		memcpy(record, *(void **)vector_at(&records->wholes, item->whole - 1),
			object->size);
		return;
	}
	read_message(records, object, item->message, arena, record);
	if (!item->rule)
		return;
	rule->only.given = item->only;
	rule->marked.given = item->marked;
	rule->gone.given = item->gone;
	if (!item->own)
		return;
	own = arena_get(arena, sizeof *own);
	read_message(records, &route_object, item->own - 1, arena, own);
	rule->own = (struct nested){.given = true, .object = &route_object, .record = own};
}

/* ---- comparing ---- */

static bool same_bytes(
	const struct records *a, uint32_t left, const struct records *b, uint32_t right)
{
	const struct nlmsghdr *first = message_at(a, left);
	const struct nlmsghdr *second = message_at(b, right);

	return first->nlmsg_len == second->nlmsg_len && !memcmp(first, second, first->nlmsg_len);
}

struct rows records_fleeting(void)
{
	const struct field *expires = object_field(&route_object, "expires");
	struct rows rows = {{0}};

	if (expires)
		rows_add(&rows, (int)(expires - route_object.fields));
	return rows;
}

/* Returns true if `save` writes the row: not the number of a private class, not a realm tag. */
static bool is_written(const struct field *field, const void *record)
{
	static const struct view view = {.complete = true, .numeric = true};

	return !field->shown || field->shown(field, record, &view);
}

bool records_resolve(const struct record_item *a, const struct record_item *b)
{
	return !a->object && !b->object;
}

static void read_own_written(struct rule *rule, bool resolve, struct arena *arena)
{
	if (!rule->own.given)
		return;
	rule->own.record = arena_copy(arena, rule->own.record, sizeof(struct route));
	if (resolve)
		route_resolve(rule->own.record);
	route_leave_type(rule->own.record);
}

void records_read_written(const struct records *records, size_t index, bool resolve,
	struct arena *arena, void *record)
{
	const struct object *object = records_object(records, index);
	struct rows hidden = {{0}};
	int row;

	records_read(records, index, arena, record);
	if (object == &route_object && resolve)
		route_resolve(record);
	if (object == &route_object)
		route_leave_type(record);
	else
		read_own_written(record, resolve, arena);
	if (object == &route_object)
		hidden = records_fleeting();
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (field->kind && !(field->flags & FIELD_READ_ONLY) &&
			field_given(field, record) && !is_written(field, record))
			rows_add(&hidden, i);
	}
	while ((row = rows_take(&hidden)) >= 0)
		((struct value *)field_value(&object->fields[row], record))->given = false;
}

/* ---- routes that the kernel joins ---- */

struct joining {
	uint64_t key;
	size_t index;
};

static int compare_joining(const void *a, const void *b)
{
	const struct joining *left = a;
	const struct joining *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->index < right->index ? -1 : left->index > right->index;
}

static bool is_joined(const struct records *records, size_t index)
{
	struct arena arena = {0};
	struct route route = {0};
	bool joined;

	records_read(records, index, &arena, &route);
	joined = (route.gateway.given || route.nexthops.given) && !route.nexthop_id.given;
	arena_free(&arena);
	return joined;
}

bool records_joined(const struct records *records, size_t *first, size_t *second)
{
	struct vector places = {.size = sizeof(struct joining)};
	bool found = false;

	for (size_t i = 0; i < records->items.count; i++) {
		const struct record_item *item = records_item(records, i);

		if (!item->rule && item->family == AF_INET6)
			vector_push(&places, &(struct joining){item->key, i});
	}
	vector_sort(&places, compare_joining);
	for (size_t i = 1; i < places.count && !found; i++) {
		const struct joining *left = vector_at(&places, i - 1);
		const struct joining *right = vector_at(&places, i);

		*first = left->index;
		*second = right->index;
		found = left->key == right->key &&
		        !records_same(records, left->index, records, right->index) &&
		        is_joined(records, left->index) && is_joined(records, right->index);
	}
	vector_free(&places);
	return found;
}

uint64_t records_hash(const struct records *records, size_t index)
{
	const struct record_item *item = records_item(records, index);
	const struct nlmsghdr *message = message_at(records, item->message);
	uint64_t hash = hash_words(0, message, message->nlmsg_len);

	if (!item->own)
		return hash;
	message = message_at(records, item->own - 1);
	return hash_words(hash, message, message->nlmsg_len);
}

bool records_same(const struct records *a, size_t left, const struct records *b, size_t right)
{
	const struct record_item *first = records_item(a, left);
	const struct record_item *second = records_item(b, right);
	const struct object *object = records_object(a, left);
	uint64_t record[2][RECORD_MAX / sizeof(uint64_t)] = {{0}};
	struct arena arena = {0};
	bool resolve;
	bool same;

	if (first->key != second->key || first->rule != second->rule)
		return false;
	if (!first->whole && !second->whole && !first->own && !second->own && !first->gone &&
		same_bytes(a, first->message, b, second->message))
		return true;
	resolve = records_resolve(first, second);
	records_read_written(a, left, resolve, &arena, record[0]);
	records_read_written(b, right, resolve, &arena, record[1]);
	same = fields_same(object, record[0], record[1], 0);
	arena_free(&arena);
	return same;
}
