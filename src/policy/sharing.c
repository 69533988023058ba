/* Nexthop objects of the tool's own. */
#include "policy/sharing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/memory.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/lock.h"
#include "netlink/pipeline.h"
#include "policy/objects.h"

enum {
	SLOTS_FIRST = 256,
	SHARERS_MIN = 2, /* routes that make an object worth its while */
	LOCK_MILLISECONDS = 10000,
};

#define LOCK_NAME "iproute-nexthops"

struct sharing {
	struct transaction *transaction;
	struct lock *lock;
	struct vector ways; /* struct way */
	struct vector left; /* uint32_t: classes whose packets a rule translates: an object would
	                       mix their realms with others' */
	uint32_t *slots;    /* index of a way, plus one; 0: free */
	size_t slot_count;  /* a power of two */
	size_t created;     /* ways whose object was to be made, and may have been */
};

/* ---- ways, hashed ---- */

static bool way_same(const struct way *a, const struct way *b)
{
	return a->family == b->family && a->device == b->device &&
	       !memcmp(a->gateway, b->gateway, sizeof a->gateway);
}

static uint32_t *find_slot(const struct sharing *sharing, const struct way *way)
{
	size_t mask = sharing->slot_count - 1;
	uint64_t words[2];
	size_t at;

	memcpy(words, way->gateway, sizeof words);
	words[0] = (words[0] ^ way->device) * 0x9e3779b97f4a7c15U;
	words[0] = (words[0] ^ words[1] ^ words[0] >> 29) * 0x9e3779b97f4a7c15U;
	at = (size_t)(words[0] >> 32) & mask;
	while (sharing->slots[at] &&
		!way_same(vector_at(&sharing->ways, sharing->slots[at] - 1), way))
		at = (at + 1) & mask;
	return &sharing->slots[at];
}

static void grow(struct sharing *sharing)
{
	sharing->slot_count = sharing->slot_count ? sharing->slot_count * 2 : SLOTS_FIRST;
	free(sharing->slots);
	sharing->slots = memory_get(sharing->slot_count * sizeof *sharing->slots);
	for (size_t i = 0; i < sharing->ways.count; i++)
		*find_slot(sharing, vector_at(&sharing->ways, i)) = (uint32_t)i + 1;
}

static struct way *way_of(struct sharing *sharing, const struct way *way)
{
	uint32_t *slot;

	if (sharing->slot_count < 2 * (sharing->ways.count + 1))
		grow(sharing);
	slot = find_slot(sharing, way);
	if (*slot)
		return vector_at(&sharing->ways, *slot - 1);
	*slot = (uint32_t)sharing->ways.count + 1;
	return vector_push(&sharing->ways, way);
}

/* ---- messages ---- */

/* Where a route leads that has nothing but a gateway and perhaps a device. False: another. */
static bool read_way(const struct nlmsghdr *message, struct way *way)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	bool found = false;

	*way = (struct way){.family = header->rtm_family};
	if (header->rtm_type != RTN_UNICAST || header->rtm_flags ||
		header->rtm_scope != RT_SCOPE_UNIVERSE || header->rtm_src_len ||
		(header->rtm_family != AF_INET && header->rtm_family != AF_INET6))
		return false;
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		size_t length = mnl_attr_get_payload_len(attribute);

		switch (mnl_attr_get_type(attribute)) {
		case RTA_GATEWAY:
			found = length <= sizeof way->gateway;
			if (found)
				memcpy(way->gateway, mnl_attr_get_payload(attribute), length);
			break;
		case RTA_OIF:
			way->device = mnl_attr_get_u32(attribute);
			break;
		case RTA_DST:
		case RTA_TABLE:
		case RTA_PRIORITY:
		case RTA_METRICS:
			break;
		default:
			return false;
		}
	}
	return found;
}

static bool is_way(uint16_t type)
{
	switch (type) {
	case RTA_GATEWAY:
	case RTA_VIA:
	case RTA_OIF:
	case RTA_MULTIPATH:
	case RTA_ENCAP:
	case RTA_ENCAP_TYPE:
		return true;
	default:
		return false;
	}
}

void sharing_use(struct nlmsghdr *message, uint32_t object)
{
	const char *end = mnl_nlmsg_get_payload_tail(message);
	struct nlattr *attribute = mnl_nlmsg_get_payload_offset(message, sizeof(struct rtmsg));

	message->nlmsg_len = NLMSG_LENGTH(sizeof(struct rtmsg));
	while ((const char *)attribute < end) {
		struct nlattr *next = mnl_attr_next(attribute);
		size_t size = (size_t)((char *)next - (char *)attribute);

		if (!is_way(mnl_attr_get_type(attribute))) {
			memmove(mnl_nlmsg_get_payload_tail(message), attribute, size);
			message->nlmsg_len += (uint32_t)size;
		}
		attribute = next;
	}
	mnl_attr_put_u32(message, RTA_NH_ID, object);
}

static uint32_t class_of(const struct nlmsghdr *message)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		if (mnl_attr_get_type(attribute) == RTA_TABLE)
			return mnl_attr_get_u32(attribute);
	}
	return header->rtm_table;
}

static bool is_left(const struct sharing *sharing, const struct nlmsghdr *message)
{
	for (size_t i = 0; i < sharing->left.count; i++)
		if (*(uint32_t *)vector_at(&sharing->left, i) == class_of(message))
			return true;
	return false;
}

/*
 * Equals in IPv6 are nexthops of one route, which objects cannot be; and the record of a rule is
 * the rule's alone.
 */
static bool may_share(
	const struct sharing *sharing, const struct change *change, const struct nlmsghdr *message)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);

	return !is_left(sharing, message) && message->nlmsg_type == RTM_NEWROUTE &&
	       !change->claim &&
	       (change->operation == OPERATION_ADD ||
		       (change->operation == OPERATION_REPLACE && header->rtm_family == AF_INET));
}

bool sharing_turn(
	const struct sharing *sharing, const struct change *change, struct nlmsghdr *message)
{
	const struct way *way;
	struct way wanted;
	uint32_t found;

	if (!sharing || !sharing->slots || !may_share(sharing, change, message) ||
		!read_way(message, &wanted))
		return false;
	found = *find_slot(sharing, &wanted);
	way = found ? vector_at(&sharing->ways, found - 1) : NULL;
	if (!way || !way->object)
		return false;
	sharing_use(message, way->object);
	return true;
}

/* ---- taking part ---- */

/* True: the way to some gateways may change, too; those without a device are left as they are. */
static bool collect_ways(struct sharing *sharing)
{
	const struct transaction *transaction = sharing->transaction;
	bool links = false;

	sharing->ways.size = sizeof(struct way);
	for (size_t i = 0; i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);
		const struct nlmsghdr *message = change_message(transaction, change);
		struct way way;

		if (may_share(sharing, change, message) && read_way(message, &way))
			way_of(sharing, &way)->routes++;
		else if (!change->claim && message_object(message) == &route_object)
			links = true;
	}
	return links;
}

static int collect_left(struct sharing *sharing, struct error *error)
{
	const struct vector *rules = policy_rules(&sharing->transaction->policy, AF_INET, error);

	sharing->left.size = sizeof(uint32_t);
	for (size_t i = 0; rules && i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (rule_tag(rule) && rule->class.given)
			vector_push(&sharing->left, &rule->class.value);
	}
	return rules ? 0 : -1;
}

static int before(void *context, struct error *error)
{
	struct sharing *sharing = context;
	struct netlink *netlink = sharing->transaction->policy.netlink;
	bool links;

	if (collect_left(sharing, error))
		return -1;
	links = collect_ways(sharing);
	sharing->lock = lock_take(LOCK_NAME, LOCK_MILLISECONDS);
	for (size_t i = 0; i < sharing->ways.count; i++) {
		struct way *way = vector_at(&sharing->ways, i);

		way->wanted = way->routes >= SHARERS_MIN && (way->device || !links);
	}
	return objects_make(netlink, &sharing->ways, error);
}

static int back(void *context, struct error *error)
{
	struct sharing *sharing = context;

	return objects_remove(sharing->transaction->policy.netlink, &sharing->ways, error);
}

void sharing_join(struct transaction *transaction)
{
	struct participant participant = {.before = before, .back = back};

	transaction->sharing = memory_get(sizeof *transaction->sharing);
	transaction->sharing->transaction = transaction;
	participant.context = transaction->sharing;
	transaction_join(transaction, &participant);
}

void sharing_free(struct sharing *sharing)
{
	if (!sharing)
		return;
	if (sharing->lock)
		lock_give(sharing->lock);
	vector_free(&sharing->ways);
	vector_free(&sharing->left);
	free(sharing->slots);
	free(sharing);
}

/* ---- after ---- */

static bool may_free(const struct transaction *transaction)
{
	for (size_t i = 0; i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);
		uint16_t type = change_message(transaction, change)->nlmsg_type;

		if (type == RTM_DELROUTE ||
			(type == RTM_NEWROUTE && (change->operation == OPERATION_REPLACE ||
							 change->operation == OPERATION_CHANGE)))
			return true;
	}
	return false;
}

void sharing_sweep(struct transaction *transaction)
{
	struct lock *lock = NULL;

	if (!may_free(transaction) || !objects_exist(transaction->policy.netlink))
		return;
	if (!transaction->sharing)
		lock = lock_take(LOCK_NAME, LOCK_MILLISECONDS);
	objects_sweep(transaction->policy.netlink);
	if (lock)
		lock_give(lock);
}
