/* Groups of equals, hashed. */
#include "policy/groups.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/memory.h"
#include "field/walk.h"
#include "model/route.h"

enum {
	SLOTS_FIRST = 256,
	IPV6_METRIC = 1024, /* of routes that name none (IP6_RT_PRIO_USER) */
};

struct route_key {
	uint8_t family, length, source_length, tos;
	uint32_t class, metric;
	uint64_t destination[2], source[2];
};

static void take_bytes(uint64_t bytes[2], const struct nlattr *attribute)
{
	size_t length = mnl_attr_get_payload_len(attribute);

	memcpy(bytes, mnl_attr_get_payload(attribute), length > 16 ? 16 : length);
}

static void take_number(uint32_t *number, const struct nlattr *attribute)
{
	if (mnl_attr_get_payload_len(attribute) >= sizeof *number)
		*number = mnl_attr_get_u32(attribute);
}

static void key_route(const struct nlmsghdr *message, struct route_key *key)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;

	key->family = header->rtm_family;
	key->length = header->rtm_dst_len;
	key->source_length = header->rtm_src_len;
	key->tos = header->rtm_family == AF_INET6 ? 0 : header->rtm_tos;
	key->class = header->rtm_table;
	key->metric = header->rtm_family == AF_INET6 ? IPV6_METRIC : 0;
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		switch (mnl_attr_get_type(attribute)) {
		case RTA_DST:
			take_bytes(key->destination, attribute);
			break;
		case RTA_SRC:
			take_bytes(key->source, attribute);
			break;
		case RTA_TABLE:
			take_number(&key->class, attribute);
			break;
		case RTA_PRIORITY:
			take_number(&key->metric, attribute);
			break;
		default:
			break;
		}
	}
}

uint32_t rule_preference(const struct nlmsghdr *message)
{
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof(struct fib_rule_hdr))
	{
		if (mnl_attr_get_type(attribute) == FRA_PRIORITY)
			return mnl_attr_get_u32(attribute);
	}
	return 0;
}

static void key_rule(const struct nlmsghdr *message, struct group_key *key)
{
	const struct fib_rule_hdr *header = mnl_nlmsg_get_payload(message);

	key->near[0] = (uint64_t)header->family << 32 | rule_preference(message);
}

void group_key_kernel(const struct nlmsghdr *message, uint64_t types, struct group_key *key)
{
	struct route_key route = {0};

	(void)types;
	if (message->nlmsg_type == RTM_NEWRULE || message->nlmsg_type == RTM_DELRULE) {
		key_rule(message, key);
		return;
	}
	key_route(message, &route);
	key->near[0] = (uint64_t)route.family << 56 | (uint64_t)route.length << 48 |
	               (uint64_t)route.source_length << 40 | route.class;
	memcpy(&key->near[1], route.destination, sizeof route.destination);
	memcpy(&key->near[3], route.source, sizeof route.source);
	key->rest = (uint64_t)route.tos << 32 | route.metric;
}

struct groups groups_new(
	void (*key)(const struct nlmsghdr *message, uint64_t types, struct group_key *key),
	uint64_t types)
{
	return (struct groups){
		.key = key,
		.types = types,
		.entries = {.size = sizeof(struct group_entry)},
		.groups = {.size = sizeof(struct group)},
	};
}

void groups_free(struct groups *groups)
{
	buffer_free(&groups->messages);
	vector_free(&groups->entries);
	vector_free(&groups->groups);
	free(groups->slots);
	free(groups->near_slots);
}

uint32_t groups_keep(struct groups *groups, const struct nlmsghdr *message)
{
	size_t start = groups->messages.length;
	size_t size = NLMSG_ALIGN(message->nlmsg_len);

	memcpy(buffer_reserve(&groups->messages, size), message, message->nlmsg_len);
	buffer_advance(&groups->messages, size);
	return (uint32_t)(start / NLMSG_ALIGNTO);
}

/* What leads through a nexthop object is kept as what the object holds, and its number beside it.
 */
static void note_object(const struct route *route, struct nlmsghdr *message)
{
	struct route plain = *route;

	if (!route->told || !route->nexthop_id.given)
		return;
	plain.nexthop_id.given = false;
	fields_encode(&route_object, &plain, route_object.type_new, 0, message);
	message->nlmsg_pid = route->nexthop_id.value;
}

uint32_t groups_keep_record(struct groups *groups, const struct object *object, const void *record)
{
	size_t start = groups->messages.length;
	struct nlmsghdr *message = buffer_reserve(&groups->messages, MESSAGE_MAX);

	fields_encode(object, record, object->type_new, 0, message);
	if (object == &route_object)
		note_object(record, message);
	buffer_advance(&groups->messages, NLMSG_ALIGN(message->nlmsg_len));
	return (uint32_t)(start / NLMSG_ALIGNTO);
}

const struct nlmsghdr *groups_message(const struct groups *groups, uint32_t message)
{
	return (const struct nlmsghdr *)(groups->messages.data + (size_t)message * NLMSG_ALIGNTO);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
	hash = (hash ^ word) * 0x9e3779b97f4a7c15U;
	return hash ^ hash >> 29;
}

/* A key, and the hashes of it and of what is near in it. */
struct place {
	struct group_key key;
	uint32_t hash, near_hash;
};

static void place_of(
	const struct groups *groups, const struct nlmsghdr *message, struct place *place)
{
	uint64_t mixed = 0;

	memset(&place->key, 0, sizeof place->key);
	groups->key(message, groups->types, &place->key);
	for (size_t i = 0; i < sizeof place->key.near / sizeof *place->key.near; i++)
		mixed = mix(mixed, place->key.near[i]);
	place->near_hash = (uint32_t)(mixed >> 32);
	place->hash = (uint32_t)(mix(mixed, place->key.rest) >> 32);
}

/*
 * The slot of a key: of its group, or the free one where it would go. `size`: how much of the key
 * counts; what is near comes first in it.
 */
static struct group_slot *find_slot(const struct groups *groups, struct group_slot *slots,
	uint32_t hash, const struct group_key *key, size_t size)
{
	size_t mask = groups->slot_count - 1;
	size_t at = hash & mask;

	for (; slots[at].group; at = (at + 1) & mask) {
		const struct group *group;
		struct group_key other = {0};

		if (slots[at].hash != hash)
			continue;
		group = vector_at(&groups->groups, slots[at].group - 1);
		groups->key(groups_message(groups, group->key), groups->types, &other);
		if (!memcmp(&other, key, size))
			break;
	}
	return &slots[at];
}

static struct group_slot *slot_of(const struct groups *groups, const struct place *place)
{
	return find_slot(groups, groups->slots, place->hash, &place->key, sizeof place->key);
}

static struct group_slot *near_slot_of(const struct groups *groups, const struct place *place)
{
	return find_slot(
		groups, groups->near_slots, place->near_hash, &place->key, sizeof place->key.near);
}

/* A group gets its slot, and goes before its neighbours. */
static void enter_group(struct groups *groups, size_t index, const struct place *place)
{
	struct group *group = vector_at(&groups->groups, index);
	struct group_slot *near;

	*slot_of(groups, place) = (struct group_slot){place->hash, (uint32_t)index + 1};
	if (!groups->near_slots)
		return;
	near = near_slot_of(groups, place);
	group->neighbour = near->group;
	*near = (struct group_slot){place->near_hash, (uint32_t)index + 1};
}

/* `near`: with the slots of what is near, which rules do not need. */
static void fill_slots(struct groups *groups, bool near)
{
	free(groups->slots);
	free(groups->near_slots);
	groups->slots = memory_get(groups->slot_count * sizeof *groups->slots);
	groups->near_slots =
		near ? memory_get(groups->slot_count * sizeof *groups->near_slots) : NULL;
	for (size_t i = 0; i < groups->groups.count; i++) {
		const struct group *group = vector_at(&groups->groups, i);
		struct place place;

		place_of(groups, groups_message(groups, group->key), &place);
		enter_group(groups, i, &place);
	}
}

/* At least half of the slots stay free. */
static void grow_slots(struct groups *groups)
{
	enum { GROWTH = 4 };

	groups->slot_count = groups->slot_count ? groups->slot_count * GROWTH : SLOTS_FIRST;
	fill_slots(groups, groups->near_slots);
}

void groups_rehash(struct groups *groups)
{
	if (groups->slots)
		fill_slots(groups, groups->near_slots);
}

void groups_near(struct groups *groups, const struct nlmsghdr *message,
	bool (*each)(const struct group *group, void *context), void *context)
{
	struct place place;
	uint32_t at;

	if (!groups->slots)
		return;
	if (!groups->near_slots)
		fill_slots(groups, true);
	place_of(groups, message, &place);
	for (at = near_slot_of(groups, &place)->group; at;) {
		const struct group *group = vector_at(&groups->groups, at - 1);

		if (!each(group, context))
			return;
		at = group->neighbour;
	}
}

static struct group *find_at(const struct groups *groups, const struct place *place)
{
	uint32_t found = groups->slots ? slot_of(groups, place)->group : 0;

	return found ? vector_at(&groups->groups, found - 1) : NULL;
}

struct group *groups_find(const struct groups *groups, const struct nlmsghdr *message)
{
	struct place place;

	place_of(groups, message, &place);
	return find_at(groups, &place);
}

struct group *groups_of(struct groups *groups, uint32_t message)
{
	struct group group = {.key = message};
	struct group *found;
	struct place place;

	place_of(groups, groups_message(groups, message), &place);
	found = find_at(groups, &place);
	if (found)
		return found;
	if (groups->slot_count < 2 * (groups->groups.count + 1))
		grow_slots(groups);
	found = vector_push(&groups->groups, &group);
	enter_group(groups, groups->groups.count - 1, &place);
	return found;
}

const struct group_entry *groups_entry(const struct groups *groups, uint32_t index)
{
	return vector_at(&groups->entries, index - 1);
}

static struct group_entry *entry_at(struct groups *groups, uint32_t index)
{
	return vector_at(&groups->entries, index - 1);
}

void groups_put(struct groups *groups, struct group_list *list, uint32_t message, bool first)
{
	struct group_entry entry = {.message = message, .next = first ? list->first : 0};
	uint32_t index = (uint32_t)groups->entries.count + 1;

	vector_push(&groups->entries, &entry);
	if (!list->first)
		list->first = list->last = index;
	else if (first)
		list->first = index;
	else {
		entry_at(groups, list->last)->next = index;
		list->last = index;
	}
}

bool message_same(const struct nlmsghdr *a, const struct nlmsghdr *b)
{
	bool routes = a->nlmsg_type == RTM_NEWROUTE || a->nlmsg_type == RTM_DELROUTE;

	return a->nlmsg_len == b->nlmsg_len && (!routes || a->nlmsg_pid == b->nlmsg_pid) &&
	       !memcmp(mnl_nlmsg_get_payload(a), mnl_nlmsg_get_payload(b),
		       mnl_nlmsg_get_payload_len(a));
}

void groups_drop(const struct groups *groups, struct group_list *list)
{
	list->first = groups_entry(groups, list->first)->next;
	if (!list->first)
		list->last = 0;
}

bool groups_take(struct groups *groups, struct group_list *list, const struct nlmsghdr *message)
{
	uint32_t before = 0;

	for (uint32_t index = list->first; index; index = entry_at(groups, index)->next) {
		const struct group_entry *entry = entry_at(groups, index);

		if (message_same(groups_message(groups, entry->message), message)) {
			if (before)
				entry_at(groups, before)->next = entry->next;
			else
				list->first = entry->next;
			if (list->last == index)
				list->last = before;
			return true;
		}
		before = index;
	}
	return false;
}

bool groups_touch(struct groups *groups, struct group *group)
{
	if (group->touched)
		return false;
	group->touched = true;
	for (uint32_t index = group->now.first; index; index = groups_entry(groups, index)->next)
		groups_put(groups, &group->before, groups_entry(groups, index)->message, false);
	return true;
}

void groups_mark(struct groups *groups, const struct nlmsghdr *message)
{
	const struct group *group = groups_find(groups, message);
	uint32_t at = group ? group->now.first : 0;

	for (; at; at = groups_entry(groups, at)->next) {
		uint32_t kept = groups_entry(groups, at)->message;

		if (message_same(groups_message(groups, kept), message))
			((struct nlmsghdr *)groups_message(groups, kept))->nlmsg_pid =
				message->nlmsg_pid;
	}
}
