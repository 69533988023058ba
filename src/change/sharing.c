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
	struct vector hops; /* struct shared_hop */
	struct vector left; /* uint32_t: classes whose packets a rule translates; an object would
	                       mix their realms with others */
	struct hash_table table; /* indexes of hops, by key */
};

/* ---- hops, hashed ---- */

static uint32_t hash_of(const struct nexthop_key *key)
{
	uint64_t hash = hash_word(key->family, key->device);

	return (uint32_t)(hash_words(hash, key->gateway, sizeof key->gateway) >> 32);
}

/* Returns NULL if there is none. */
static struct shared_hop *find_hop(const struct sharing *sharing, const struct nexthop_key *key)
{
	uint32_t hash = hash_of(key);
	const uint32_t *found;
	size_t place = 0;

	while ((found = hash_table_next(&sharing->table, hash, &place))) {
		struct shared_hop *hop = vector_at(&sharing->hops, *found);

		if (!memcmp(&hop->key, key, sizeof *key))
			return hop;
	}
	return NULL;
}

static struct shared_hop *hop_of(struct sharing *sharing, const struct nexthop_key *key)
{
	const struct shared_hop hop = {.key = *key};
	struct shared_hop *found = find_hop(sharing, key);

	if (found)
		return found;
	hash_table_add(&sharing->table, hash_of(key), (uint32_t)sharing->hops.count);
	return vector_push(&sharing->hops, &hop);
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
	const struct shared_hop *hop;

	if (!sharing->table.count || !may_share(sharing, change, message) ||
		!message_nexthop_key(message, &key))
		return false;
	hop = find_hop(sharing, &key);
	if (!hop || !hop->object)
		return false;
	message_use_object(message, hop->object);
	return true;
}

/* ---- taking part ---- */

/* Returns true if the transaction may change the path to some gateways; routes without a device are
 * left unchanged then. */
static bool collect_hops(struct sharing *sharing)
{
	const struct transaction *transaction = sharing->transaction;
	bool links = false;

	sharing->hops.size = sizeof(struct shared_hop);
	for (size_t i = 0; i < transaction->changes.count; i++) {
		const struct change *change = vector_at(&transaction->changes, i);
		const struct nlmsghdr *message = change_message(transaction, change);
		struct nexthop_key key;

		if (may_share(sharing, change, message) && message_nexthop_key(message, &key))
			hop_of(sharing, &key)->routes++;
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
	links = collect_hops(sharing);
	for (size_t i = 0; i < sharing->hops.count; i++) {
		struct shared_hop *hop = vector_at(&sharing->hops, i);

		hop->wanted = hop->routes >= SHARERS_MIN && (hop->key.device || !links);
	}
	return objects_make(netlink, &sharing->hops, error);
}

static int undo(void *context, struct error *error)
{
	struct sharing *sharing = context;

	return objects_remove(sharing->transaction->policy.netlink, &sharing->hops, error);
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

	vector_free(&sharing->hops);
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
