/* What linux/nexthop.h calls nexthops. */
#include "policy/objects.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "model/packet.h"
#include "model/route.h"
#include "netlink/pipeline.h"
#include "policy/lookup.h"
#include "policy/store.h"

/* An object as the kernel tells of it. */
struct object_found {
	struct way way;
	uint32_t number;
	bool used;
};

static size_t gateway_size(uint8_t family)
{
	return family == AF_INET6 ? 16 : 4;
}

/* ---- finding ---- */

static bool read_object(const struct nlmsghdr *message, void *context)
{
	const struct nhmsg *header = mnl_nlmsg_get_payload(message);
	struct object_found found = {0};
	const struct nlattr *attribute;

	if (message->nlmsg_type != RTM_NEWNEXTHOP || header->nh_protocol != PROTOCOL_SHARED)
		return true;
	found.way.family = header->nh_family;
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		size_t length = mnl_attr_get_payload_len(attribute);

		switch (mnl_attr_get_type(attribute)) {
		case NHA_ID:
			found.number = mnl_attr_get_u32(attribute);
			break;
		case NHA_OIF:
			found.way.output = mnl_attr_get_u32(attribute);
			break;
		case NHA_GATEWAY:
			if (length <= sizeof found.way.gateway)
				memcpy(found.way.gateway, mnl_attr_get_payload(attribute), length);
			break;
		default:
			break;
		}
	}
	if (found.number >= NEXTHOP_PRIVATE)
		vector_push(context, &found);
	return true;
}

/* Fills `objects` (struct object_found, freed by the caller). A kernel without such has none. */
static int find_objects(struct netlink *netlink, struct vector *objects, struct error *error)
{
	char memory[MNL_ALIGN(NLMSG_HDRLEN + sizeof(struct nhmsg))];
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);
	struct answer answer;

	request->nlmsg_type = RTM_GETNEXTHOP;
	mnl_nlmsg_put_extra_header(request, sizeof(struct nhmsg));
	objects->size = sizeof(struct object_found);
	return netlink_dump(netlink, request, &answer, read_object, objects, NULL, error);
}

/* The device that the gateway is on; 0: it is not a neighbour. */
static uint32_t find_device(struct netlink *netlink, const struct way *way)
{
	struct packet packet = {.family = way->family};
	struct arena arena = {0};
	struct lookup lookup = {0};
	struct error ignored;
	uint32_t device = 0;

	packet.destination = (struct address){.given = true, .family = way->family};
	memcpy(packet.destination.bytes, way->gateway, sizeof way->gateway);
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

static bool put(size_t index, struct nlmsghdr *message, void *context)
{
	const struct making *making = context;
	const struct way *way = chosen_way(making, index);
	struct nhmsg *header;

	mnl_nlmsg_put_header(message);
	message->nlmsg_type = making->removing ? RTM_DELNEXTHOP : RTM_NEWNEXTHOP;
	message->nlmsg_flags = NLM_F_REQUEST;
	header = mnl_nlmsg_put_extra_header(message, sizeof *header);
	mnl_attr_put_u32(message, NHA_ID, way->object);
	if (making->removing)
		return true;
	message->nlmsg_flags |= NLM_F_CREATE | NLM_F_EXCL;
	header->nh_family = way->family;
	header->nh_protocol = PROTOCOL_SHARED;
	mnl_attr_put_u32(message, NHA_OIF, way->output);
	mnl_attr_put(message, NHA_GATEWAY, gateway_size(way->family), way->gateway);
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

static int compare_ways(const void *a, const void *b)
{
	const struct way *left = *(const struct way *const *)a;
	const struct way *right = *(const struct way *const *)b;
	int order = memcmp(left->gateway, right->gateway, sizeof left->gateway);

	if (order || left->family != right->family)
		return order ? order : left->family - right->family;
	return left->output < right->output ? -1 : left->output > right->output;
}

static bool ways_alike(const struct way *a, const struct way *b)
{
	return !compare_ways(&a, &b);
}

/* The wanted ways, alike ones side by side. */
static void sort_wanted(struct netlink *netlink, struct vector *ways, struct vector *wanted)
{
	wanted->size = sizeof(struct way *);
	for (size_t i = 0; i < ways->count; i++) {
		struct way *way = vector_at(ways, i);

		if (way->wanted)
			way->output = way->device ? way->device : find_device(netlink, way);
		if (way->output)
			vector_push(wanted, &way);
	}
	if (wanted->count)
		qsort(wanted->items, wanted->count, sizeof(struct way *), compare_ways);
}

static int compare_found(const void *a, const void *b)
{
	const struct way *left = &((const struct object_found *)a)->way;
	const struct way *right = &((const struct object_found *)b)->way;

	return compare_ways(&left, &right);
}

/* Of objects that are sorted by their way. */
static uint32_t find_number(const struct vector *objects, const struct way *way)
{
	struct object_found key = {.way = *way};
	const struct object_found *found = NULL;

	if (objects->count)
		found = bsearch(&key, objects->items, objects->count, sizeof key, compare_found);
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

/* Of alike ways only the first has been made: what became of it holds for the others. */
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

	if (objects.count)
		qsort(objects.items, objects.count, sizeof(struct object_found), compare_found);
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
	found = bsearch(&key, sweeping->objects->items, sweeping->objects->count, sizeof key,
		compare_numbers);
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

	if (objects.count)
		qsort(objects.items, objects.count, sizeof(struct object_found), compare_numbers);
	sweeping.unused = objects.count;
	if (!status && objects.count)
		status = store_each(netlink, &route_object, &scope, note_used, &sweeping,
			&interrupted, &ignored);
	for (size_t i = 0; !status && !interrupted && i < objects.count; i++) {
		struct object_found *found = vector_at(&objects, i);

		found->way.object = found->number;
		found->way.fresh = true;
		if (!found->used)
			vector_push(&ways, &found->way);
	}
	objects_remove(netlink, &ways, &ignored);
	vector_free(&objects);
	vector_free(&ways);
}
