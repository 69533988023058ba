/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Objects are matched with routes by gateway and device. */
#include "change/nexthop_objects.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "model/packet.h"
#include "model/route.h"
#include "netlink/pipeline.h"
#include "state/lookup.h"
#include "state/store.h"

/* An object as the kernel reports it. */
struct object_found {
	struct nexthop_key key;
	uint32_t number;
	bool used;
};

/* ---- finding ---- */

static void keep_object(uint32_t number, const struct nexthop_key *key, void *context)
{
	const struct object_found found = {.key = *key, .number = number};

	vector_push(context, &found);
}

/* Fills `objects` (struct object_found, freed by the caller). */
static int find_objects(struct netlink *netlink, struct vector *objects, struct error *error)
{
	objects->size = sizeof(struct object_found);
	return nexthop_objects_dump(netlink, keep_object, objects, error);
}

/* Returns the device that the gateway is on; 0 if it is no neighbour. */
static uint32_t find_device(struct netlink *netlink, const struct nexthop_key *key)
{
	struct packet packet = {.family = (uint8_t)key->family};
	struct arena arena = {0};
	struct lookup lookup = {0};
	struct error ignored;
	uint32_t device = 0;

	packet.destination = (struct address){.given = true, .family = (uint8_t)key->family};
	memcpy(packet.destination.bytes, key->gateway, sizeof key->gateway);
	if (!lookup_ask(netlink, &packet, &arena, &lookup, &ignored) && lookup.found &&
		!lookup.answer.number && !lookup.route.gateway.given &&
		lookup.route.type.value == RTN_UNICAST)
		device = lookup.route.device.index;
	arena_free(&arena);
	return device;
}

/* ---- making ---- */

struct making {
	struct vector *ways;
	struct vector chosen; /* size_t: indexes of ways, one for each message */
	bool removing;
};

static struct way *chosen_way(const struct making *making, size_t index)
{
	return vector_at(making->ways, *(size_t *)vector_at(&making->chosen, index));
}

/* Returns the key of a way, with its device filled in. */
static struct nexthop_key output_key(const struct way *way)
{
	struct nexthop_key key = way->key;

	key.device = way->output;
	return key;
}

static bool put(size_t index, struct nlmsghdr *message, void *context)
{
	const struct making *making = context;
	const struct way *way = chosen_way(making, index);
	const struct nexthop_key key = output_key(way);

	if (making->removing)
		nexthop_object_delete(message, way->object);
	else
		nexthop_object_add(message, way->object, &key);
	return true;
}

static bool note_refused(size_t index, const struct answer *answer, void *context)
{
	const struct making *making = context;
	struct way *way = chosen_way(making, index);

	(void)answer;
	way->object = 0;
	way->fresh = false;
	return true;
}

static int send_chosen(struct netlink *netlink, struct making *making, struct error *error)
{
	const struct pipeline pipeline = {.put = put, .refused = note_refused, .context = making};
	size_t sent;
	int status = 0;

	if (making->chosen.count)
		status = pipeline_send(netlink, making->chosen.count, &pipeline, &sent, error);
	vector_free(&making->chosen);
	return status;
}

static int compare_keys(const struct nexthop_key *a, const struct nexthop_key *b)
{
	int order = memcmp(a->gateway, b->gateway, sizeof a->gateway);

	if (order || a->family != b->family)
		return order ? order : a->family < b->family ? -1 : 1;
	return a->device < b->device ? -1 : a->device > b->device;
}

static int compare_ways(const void *a, const void *b)
{
	const struct nexthop_key left = output_key(*(const struct way *const *)a);
	const struct nexthop_key right = output_key(*(const struct way *const *)b);

	return compare_keys(&left, &right);
}

static bool ways_alike(const struct way *a, const struct way *b)
{
	return !compare_ways(&a, &b);
}

/* Collects the wanted ways, equal ones side by side. */
static void sort_wanted(struct netlink *netlink, struct vector *ways, struct vector *wanted)
{
	wanted->size = sizeof(struct way *);
	for (size_t i = 0; i < ways->count; i++) {
		struct way *way = vector_at(ways, i);

		if (way->wanted)
			way->output =
				way->key.device ? way->key.device : find_device(netlink, &way->key);
		if (way->output)
			vector_push(wanted, &way);
	}
	vector_sort(wanted, compare_ways);
}

static int compare_found(const void *a, const void *b)
{
	return compare_keys(
		&((const struct object_found *)a)->key, &((const struct object_found *)b)->key);
}

/* `objects` is sorted by key. */
static uint32_t find_number(const struct vector *objects, const struct way *way)
{
	struct object_found key = {.key = output_key(way)};
	const struct object_found *found = vector_find(objects, &key, compare_found);

	return found ? found->number : 0;
}

static uint32_t highest_number(const struct vector *objects)
{
	uint32_t highest = NEXTHOP_PRIVATE - 1;

	for (size_t i = 0; i < objects->count; i++) {
		const struct object_found *found = vector_at(objects, i);

		if (found->number > highest)
			highest = found->number;
	}
	return highest;
}

static void choose(struct making *making, const struct vector *objects, const struct vector *wanted)
{
	uint32_t highest = highest_number(objects);
	const struct way *last = NULL;

	making->chosen.size = sizeof(size_t);
	for (size_t i = 0; i < wanted->count; i++) {
		struct way *way = *(struct way **)vector_at(wanted, i);
		size_t index = (size_t)(way - (struct way *)making->ways->items);

		way->object =
			last && ways_alike(last, way) ? last->object : find_number(objects, way);
		if (!way->object && highest < UINT32_MAX) {
			way->object = ++highest;
			way->fresh = true;
			vector_push(&making->chosen, &index);
		}
		last = way;
	}
}

/* Only the first of equal ways has been made: copies its result to the others. */
static void settle(const struct vector *wanted)
{
	const struct way *first = NULL;

	for (size_t i = 0; i < wanted->count; i++) {
		struct way *way = *(struct way **)vector_at(wanted, i);

		if (first && ways_alike(first, way))
			way->object = first->object;
		else
			first = way;
	}
}

int objects_make(struct netlink *netlink, struct vector *ways, struct error *error)
{
	struct making making = {.ways = ways};
	struct vector objects = {0};
	struct vector wanted = {0};
	int status = find_objects(netlink, &objects, error);

	vector_sort(&objects, compare_found);
	if (!status) {
		sort_wanted(netlink, ways, &wanted);
		choose(&making, &objects, &wanted);
		status = send_chosen(netlink, &making, error);
		settle(&wanted);
	}
	vector_free(&objects);
	vector_free(&wanted);
	return status;
}

int objects_remove(struct netlink *netlink, struct vector *ways, struct error *error)
{
	struct making making = {.ways = ways, .chosen = {.size = sizeof(size_t)}, .removing = true};

	for (size_t i = 0; i < ways->count; i++)
		if (((const struct way *)vector_at(ways, i))->fresh)
			vector_push(&making.chosen, &i);
	return send_chosen(netlink, &making, error);
}

/* ---- sweeping ---- */

bool objects_exist(struct netlink *netlink)
{
	struct vector objects = {0};
	struct error ignored;
	bool exist = !find_objects(netlink, &objects, &ignored) && objects.count;

	vector_free(&objects);
	return exist;
}

struct sweeping {
	struct vector *objects;
	size_t unused;
};

static int compare_numbers(const void *a, const void *b)
{
	uint32_t left = ((const struct object_found *)a)->number;
	uint32_t right = ((const struct object_found *)b)->number;

	return left < right ? -1 : left > right;
}

static bool note_used(const void *record, void *context)
{
	struct sweeping *sweeping = context;
	const struct route *route = record;
	struct object_found key = {0};
	struct object_found *found;

	if (!route->nexthop_id.given || route->nexthop_id.value < NEXTHOP_PRIVATE)
		return true;
	key.number = route->nexthop_id.value;
	found = vector_find(sweeping->objects, &key, compare_numbers);
	if (found && !found->used) {
		found->used = true;
		sweeping->unused--;
	}
	return sweeping->unused;
}

void objects_sweep(struct netlink *netlink)
{
	struct vector objects = {0};
	struct vector ways = {.size = sizeof(struct way)};
	struct sweeping sweeping = {.objects = &objects};
	struct scope scope = {0};
	struct error ignored;
	bool interrupted = false;
	int status = find_objects(netlink, &objects, &ignored);

	vector_sort(&objects, compare_numbers);
	sweeping.unused = objects.count;
	if (!status && objects.count)
		status = store_each(netlink, &route_object, &scope, note_used, &sweeping,
			&interrupted, &ignored);
	for (size_t i = 0; !status && !interrupted && i < objects.count; i++) {
		const struct object_found *found = vector_at(&objects, i);
		const struct way unused = {
			.key = found->key, .object = found->number, .fresh = true};

		if (!found->used)
			vector_push(&ways, &unused);
	}
	objects_remove(netlink, &ways, &ignored);
	vector_free(&objects);
	vector_free(&ways);
}
