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
	struct vector *hops;
	struct vector chosen; /* size_t: indexes of hops, one for each message */
	bool removing;
};

static struct shared_hop *chosen_hop(const struct making *making, size_t index)
{
	return vector_at(making->hops, *(size_t *)vector_at(&making->chosen, index));
}

/* Returns the key of a hop, with its device filled in. */
static struct nexthop_key output_key(const struct shared_hop *hop)
{
	struct nexthop_key key = hop->key;

	key.device = hop->output;
	return key;
}

static bool put(size_t index, struct nlmsghdr *message, void *context)
{
	const struct making *making = context;
	const struct shared_hop *hop = chosen_hop(making, index);
	const struct nexthop_key key = output_key(hop);

	if (making->removing)
		nexthop_object_delete(message, hop->object);
	else
		nexthop_object_add(message, hop->object, &key);
	return true;
}

static bool note_refused(size_t index, const struct answer *answer, void *context)
{
	const struct making *making = context;
	struct shared_hop *hop = chosen_hop(making, index);

	(void)answer;
	hop->object = 0;
	hop->fresh = false;
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
	const struct nexthop_key left = output_key(*(const struct shared_hop *const *)a);
	const struct nexthop_key right = output_key(*(const struct shared_hop *const *)b);

	return compare_keys(&left, &right);
}

static bool hops_alike(const struct shared_hop *a, const struct shared_hop *b)
{
	return !compare_ways(&a, &b);
}

/* Collects the wanted hops, equal ones side by side. */
static void sort_wanted(struct netlink *netlink, struct vector *hops, struct vector *wanted)
{
	wanted->size = sizeof(struct shared_hop *);
	for (size_t i = 0; i < hops->count; i++) {
		struct shared_hop *hop = vector_at(hops, i);

		if (hop->wanted)
			hop->output =
				hop->key.device ? hop->key.device : find_device(netlink, &hop->key);
		if (hop->output)
			vector_push(wanted, &hop);
	}
	vector_sort(wanted, compare_ways);
}

static int compare_found(const void *a, const void *b)
{
	return compare_keys(
		&((const struct object_found *)a)->key, &((const struct object_found *)b)->key);
}

/* `objects` is sorted by key. */
static uint32_t find_number(const struct vector *objects, const struct shared_hop *hop)
{
	struct object_found key = {.key = output_key(hop)};
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
	const struct shared_hop *last = NULL;

	making->chosen.size = sizeof(size_t);
	for (size_t i = 0; i < wanted->count; i++) {
		struct shared_hop *hop = *(struct shared_hop **)vector_at(wanted, i);
		size_t index = (size_t)(hop - (struct shared_hop *)making->hops->items);

		hop->object =
			last && hops_alike(last, hop) ? last->object : find_number(objects, hop);
		if (!hop->object && highest < UINT32_MAX) {
			hop->object = ++highest;
			hop->fresh = true;
			vector_push(&making->chosen, &index);
		}
		last = hop;
	}
}

/* Only the first of equal hops has been made: copies its result to the others. */
static void settle(const struct vector *wanted)
{
	const struct shared_hop *first = NULL;

	for (size_t i = 0; i < wanted->count; i++) {
		struct shared_hop *hop = *(struct shared_hop **)vector_at(wanted, i);

		if (first && hops_alike(first, hop))
			hop->object = first->object;
		else
			first = hop;
	}
}

int objects_make(struct netlink *netlink, struct vector *hops, struct error *error)
{
	struct making making = {.hops = hops};
	struct vector objects = {0};
	struct vector wanted = {0};
	int status = find_objects(netlink, &objects, error);

	vector_sort(&objects, compare_found);
	if (!status) {
		sort_wanted(netlink, hops, &wanted);
		choose(&making, &objects, &wanted);
		status = send_chosen(netlink, &making, error);
		settle(&wanted);
	}
	vector_free(&objects);
	vector_free(&wanted);
	return status;
}

int objects_remove(struct netlink *netlink, struct vector *hops, struct error *error)
{
	struct making making = {.hops = hops, .chosen = {.size = sizeof(size_t)}, .removing = true};

	for (size_t i = 0; i < hops->count; i++)
		if (((const struct shared_hop *)vector_at(hops, i))->fresh)
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
	struct vector hops = {.size = sizeof(struct shared_hop)};
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
		const struct shared_hop unused = {
			.key = found->key, .object = found->number, .fresh = true};

		if (!found->used)
			vector_push(&hops, &unused);
	}
	objects_remove(netlink, &hops, &ignored);
	vector_free(&objects);
	vector_free(&hops);
}
