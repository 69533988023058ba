/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rewrites messages of routes to use the program's nexthop objects. */
#include "change/sharing.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/hash_table.h"
#include "base/memory.h"
#include "model/route.h"
#include "model/rule.h"
#include "netlink/message.h"
#include "change/nexthop_objects.h"

enum { SHARERS_MIN = 2 }; /* fewer routes don't make an object worthwhile */

struct sharing {
	struct transaction *transaction;
	bool wanted;        /* new routes share objects; false: only removes unused objects */
	struct vector ways; /* struct way */
	struct vector left; /* uint32_t: classes whose packets a rule translates; an object would
	                       mix their realms with others */
	struct hash_table table; /* indexes of ways, by key */
};

/* ---- ways, hashed ---- */

static uint32_t hash_of(const struct nexthop_key *key)
{
	uint64_t hash = hash_word(key->family, key->device);

	return (uint32_t)(hash_words(hash, key->gateway, sizeof key->gateway) >> 32);
}

/* Returns NULL if there is none. */
static struct way *find_way(const struct sharing *sharing, const struct nexthop_key *key)
{
	uint32_t hash = hash_of(key);
	const uint32_t *found;
	size_t place = 0;

	while ((found = hash_table_next(&sharing->table, hash, &place))) {
		struct way *way = vector_at(&sharing->ways, *found);

		if (!memcmp(&way->key, key, sizeof *key))
			return way;
	}
	return NULL;
}

static struct way *way_of(struct sharing *sharing, const struct nexthop_key *key)
{
	const struct way way = {.key = *key};
	struct way *found = find_way(sharing, key);

	if (found)
		return found;
	hash_table_add(&sharing->table, hash_of(key), (uint32_t)sharing->ways.count);
	return vector_push(&sharing->ways, &way);
}

/* ---- messages ---- */

static bool is_left(const struct sharing *sharing, const struct nlmsghdr *message)
{
	for (size_t i = 0; i < sharing->left.count; i++)
		if (*(uint32_t *)vector_at(&sharing->left, i) == message_class(message))
			return true;
	return false;
}

/* Equal IPv6 routes are nexthops of one route, which objects can't be; and an own record must not
 * be shared. */
static bool may_share(
	const struct sharing *sharing, const struct change *change, const struct nlmsghdr *message)
{
	const struct rtmsg *header = NLMSG_DATA(message);

	return !is_left(sharing, message) && message->nlmsg_type == RTM_NEWROUTE &&
	       !change->allocates &&
	       (change->operation == OPERATION_ADD ||
		       (change->operation == OPERATION_REPLACE && header->rtm_family == AF_INET));
}

static bool rewrite(void *context, const struct change *change, struct nlmsghdr *message)
{
	const struct sharing *sharing = context;
	struct nexthop_key key;
	const struct way *way;

	if (!sharing->table.count || !may_share(sharing, change, message) ||
		!message_nexthop_key(message, &key))
		return false;
	way = find_way(sharing, &key);
	if (!way || !way->object)
		return false;
	message_use_object(message, way->object);
	return true;
}

/* ---- taking part ---- */

/* Returns true if the transaction may change the way to some gateways; routes without a device are
 * left unchanged then. */
static bool collect_ways(struct sharing *sharing)
{
	const struct transaction *transaction = sharing->transaction;
	bool links = false;

	sharing->ways.size = sizeof(struct way);
	for (size_t i = 0; i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);
		const struct nlmsghdr *message = change_message(transaction, change);
		struct nexthop_key key;

		if (may_share(sharing, change, message) && message_nexthop_key(message, &key))
			way_of(sharing, &key)->routes++;
		else if (!change->allocates && message_object(message) == &route_object)
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

	if (!sharing->wanted)
		return 0;
	if (collect_left(sharing, error))
		return -1;
	links = collect_ways(sharing);
	for (size_t i = 0; i < sharing->ways.count; i++) {
		struct way *way = vector_at(&sharing->ways, i);

		way->wanted = way->routes >= SHARERS_MIN && (way->key.device || !links);
	}
	return objects_make(netlink, &sharing->ways, error);
}

static int undo(void *context, struct error *error)
{
	struct sharing *sharing = context;

	return objects_remove(sharing->transaction->policy.netlink, &sharing->ways, error);
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

/* Removes the program's objects that no route uses. The next commit removes those that remain. */
static void finish(void *context)
{
	struct sharing *sharing = context;
	struct netlink *netlink = sharing->transaction->policy.netlink;

	if (!may_free(sharing->transaction) || !objects_exist(netlink))
		return;
	objects_sweep(netlink);
}

static void sharing_free(void *context)
{
	struct sharing *sharing = context;

	vector_free(&sharing->ways);
	vector_free(&sharing->left);
	hash_table_free(&sharing->table);
	free(sharing);
}

static const struct participant participant = {
	.before = before,
	.rewrite = rewrite,
	.undo = undo,
	.finish = finish,
	.free = sharing_free,
};

void sharing_want(struct transaction *transaction)
{
	struct sharing *sharing = transaction_participation(transaction, &participant);

	sharing->wanted = true;
}

void sharing_join(struct transaction *transaction)
{
	struct sharing *sharing = memory_get(sizeof *sharing);

	sharing->transaction = transaction;
	transaction_join(transaction, &participant, sharing);
}
