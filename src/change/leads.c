/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the gateways that the kernel cannot reach yet, and the rules and routes that lead to them.
 */
#include "change/leads.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "base/error.h"
#include "kind/prefix_select.h"
#include "model/packet.h"
#include "model/route.h"
#include "netlink/message.h"
#include "netlink/message_gateway.h"
#include "state/lookup.h"

struct lead_hop {
	struct prefix gateway;
	uint32_t device;
};

static const struct nlmsghdr *message_of(const struct leads *leads, uint32_t index)
{
	return change_message(leads->transaction, vector_at(&leads->transaction->changes, index));
}

/* ---- sorted lists ---- */

/* Compares the addresses of two items that are, or start with, a prefix. */
static int compare_addresses(const void *left, const void *right)
{
	const struct prefix *a = left;
	const struct prefix *b = right;

	if (a->family != b->family)
		return a->family < b->family ? -1 : 1;
	return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

static int compare_prefixes(const void *a, const void *b)
{
	const struct prefix *left = a;
	const struct prefix *right = b;
	int order = compare_addresses(left, right);

	return order ? order : (int)left->length - right->length;
}

static int compare_hops(const void *a, const void *b)
{
	const struct lead_hop *left = a;
	const struct lead_hop *right = b;
	int order = compare_addresses(&left->gateway, &right->gateway);

	if (order)
		return order;
	return left->device < right->device ? -1 : left->device > right->device;
}

static bool has_key(const struct vector *keys, uint64_t key)
{
	return vector_find(keys, &key, compare_uint64);
}

static uint64_t class_key(const struct nlmsghdr *message)
{
	return (uint64_t)message_family(message) << 32 | message_class(message);
}

/* Routes of one class mostly follow each other. */
static void add_key(struct vector *keys, uint64_t key)
{
	if (!keys->count || *(uint64_t *)vector_at(keys, keys->count - 1) != key)
		vector_push(keys, &key);
}

static bool holds(const struct prefix *outer, const struct prefix *inner)
{
	return outer->family == inner->family && prefix_holds(outer, inner);
}

/* Returns true if one of the gateways that cannot be reached is in the prefix. */
static bool holds_gateway(const struct leads *leads, const struct prefix *prefix)
{
	size_t place = vector_lower_bound(&leads->hops, prefix, compare_addresses);

	return place < leads->hops.count &&
	       holds(prefix, &((const struct lead_hop *)vector_at(&leads->hops, place))->gateway);
}

/* Returns true if a rule that may lead to the gateway is among the changes. */
static bool may_be_led(const struct leads *leads, const struct prefix *gateway)
{
	size_t place = vector_lower_bound(&leads->rules, gateway, compare_addresses);

	return (place < leads->rules.count && holds(vector_at(&leads->rules, place), gateway)) ||
	       (place && holds(vector_at(&leads->rules, place - 1), gateway));
}

/* ---- rules that may lead ---- */

static const uint64_t never_matched = 1ULL << FRA_FWMARK | 1ULL << FRA_IIFNAME |
                                      1ULL << FRA_IP_PROTO | 1ULL << FRA_SPORT_RANGE |
                                      1ULL << FRA_DPORT_RANGE | 1ULL << FRA_TUN_ID;

/* Returns true for a rule that the lookup of a gateway may match. */
static bool may_match(const struct nlmsghdr *message)
{
	const struct fib_rule_hdr *header = NLMSG_DATA(message);

	if (message->nlmsg_type != RTM_NEWRULE)
		return false;
	return header->flags & FIB_RULE_INVERT ||
	       (!header->src_len && !header->tos && !(message_attributes(message) & never_matched));
}

static bool looks_up(const struct nlmsghdr *message)
{
	return ((const struct fib_rule_hdr *)NLMSG_DATA(message))->action == FR_ACT_TO_TBL;
}

static struct prefix led_by(const struct nlmsghdr *message)
{
	const struct fib_rule_hdr *header = NLMSG_DATA(message);
	struct prefix to = message_destination(message);

	if (header->flags & FIB_RULE_INVERT)
		to = (struct prefix){.family = header->family};
	return to;
}

static void find_rules(struct leads *leads)
{
	struct vector *rules = &leads->rules;
	size_t kept = 0;

	for (uint32_t i = 0; i < leads->transaction->changes.count; i++) {
		const struct nlmsghdr *message = message_of(leads, i);

		if (may_match(message) && looks_up(message)) {
			const struct prefix to = led_by(message);

			vector_push(rules, &to);
		}
	}
	vector_sort(rules, compare_prefixes);
	for (size_t i = 0; i < rules->count; i++)
		if (!kept || !holds(vector_at(rules, kept - 1), vector_at(rules, i)))
			*(struct prefix *)vector_at(rules, kept++) =
				*(struct prefix *)vector_at(rules, i);
	rules->count = kept;
}

/* ---- gateways that cannot be reached ---- */

static void note_hop(const struct prefix *gateway, uint32_t device, void *context)
{
	struct leads *leads = context;

	if (may_be_led(leads, gateway))
		vector_push(&leads->hops, &(struct lead_hop){*gateway, device});
}

/* Returns true if the kernel finds the gateway now, as a neighbour. */
static bool is_reached(const struct leads *leads, const struct lead_hop *hop, struct arena *arena)
{
	struct packet packet = {
		.family = hop->gateway.family,
		.destination = {.given = true, .family = hop->gateway.family},
		.output = {.given = hop->device != 0, .index = hop->device},
	};
	struct lookup lookup = {0};
	struct error ignored;
	bool reached;

	memcpy(packet.destination.bytes, hop->gateway.bytes, sizeof hop->gateway.bytes);
	reached = !lookup_ask(
			  leads->transaction->policy.netlink, &packet, arena, &lookup, &ignored) &&
	          lookup.found && !lookup.answer.number && !lookup.route.gateway.given &&
	          lookup.route.class.given;
	arena_reset(arena);
	return reached;
}

static void find_ways(struct leads *leads)
{
	struct arena arena = {0};
	size_t kept = 0;

	for (uint32_t i = 0; i < leads->transaction->changes.count; i++)
		if (message_of(leads, i)->nlmsg_type == RTM_NEWROUTE)
			message_each_gateway(message_of(leads, i), note_hop, leads);
	vector_sort(&leads->hops, compare_hops);
	for (size_t i = 0; i < leads->hops.count; i++) {
		const struct lead_hop *hop = vector_at(&leads->hops, i);

		if (i && !compare_hops(hop, hop - 1))
			continue;
		if (!is_reached(leads, hop, &arena))
			*(struct lead_hop *)vector_at(&leads->hops, kept++) = *hop;
	}
	leads->hops.count = kept;
	arena_free(&arena);
}

static void look_for_hop(const struct prefix *gateway, uint32_t device, void *context)
{
	const struct lead_hop hop = {*gateway, device};
	struct leads *leads = context;

	leads->found |= vector_find(&leads->hops, &hop, compare_hops) != NULL;
}

bool leads_wait(struct leads *leads, const struct nlmsghdr *message)
{
	leads->found = false;
	if (message->nlmsg_type == RTM_NEWROUTE)
		message_each_gateway(message, look_for_hop, leads);
	return leads->found;
}

bool leads_link(struct leads *leads, const struct nlmsghdr *message)
{
	const struct rtmsg *header = NLMSG_DATA(message);
	struct prefix to;

	if (message->nlmsg_type != RTM_NEWROUTE || header->rtm_type != RTN_UNICAST)
		return false;
	to = message_destination(message);
	return holds_gateway(leads, &to) && !leads_wait(leads, message);
}

static void find_classes(struct leads *leads)
{
	for (uint32_t i = 0; i < leads->transaction->changes.count; i++) {
		const struct nlmsghdr *message = message_of(leads, i);

		if (message->nlmsg_type != RTM_NEWROUTE)
			continue;
		add_key(&leads->touched, class_key(message));
		if (leads_wait(leads, message))
			add_key(&leads->waiting, class_key(message));
		else if (leads_link(leads, message))
			add_key(&leads->linked, class_key(message));
	}
	vector_sort(&leads->touched, compare_uint64);
	vector_sort(&leads->waiting, compare_uint64);
	vector_sort(&leads->linked, compare_uint64);
}

/* ---- answers ---- */

bool leads_there(const struct leads *leads, const struct nlmsghdr *message)
{
	struct prefix to;

	if (!may_match(message) || !looks_up(message))
		return false;
	to = led_by(message);
	return holds_gateway(leads, &to) && (has_key(&leads->linked, class_key(message)) ||
						    !has_key(&leads->touched, class_key(message)));
}

bool leads_by_class(const struct leads *leads, const struct nlmsghdr *message)
{
	return has_key(&leads->leading, class_key(message));
}

bool leads_wait_in_class(const struct leads *leads, const struct nlmsghdr *message)
{
	return has_key(&leads->waiting, class_key(message));
}

bool leads_refused(const struct nlmsghdr *message)
{
	return may_match(message) && !looks_up(message);
}

static void find_leading(struct leads *leads)
{
	for (uint32_t i = 0; i < leads->transaction->changes.count; i++)
		if (leads_there(leads, message_of(leads, i)))
			add_key(&leads->leading, class_key(message_of(leads, i)));
	vector_sort(&leads->leading, compare_uint64);
}

bool leads_find(struct leads *leads, const struct transaction *transaction)
{
	*leads = (struct leads){
		.transaction = transaction,
		.rules.size = sizeof(struct prefix),
		.hops.size = sizeof(struct lead_hop),
		.linked.size = sizeof(uint64_t),
		.touched.size = sizeof(uint64_t),
		.waiting.size = sizeof(uint64_t),
		.leading.size = sizeof(uint64_t),
	};
	find_rules(leads);
	if (leads->rules.count)
		find_ways(leads);
	if (leads->hops.count) {
		find_classes(leads);
		find_leading(leads);
	}
	return leads->leading.count != 0;
}

void leads_free(struct leads *leads)
{
	vector_free(&leads->rules);
	vector_free(&leads->hops);
	vector_free(&leads->linked);
	vector_free(&leads->touched);
	vector_free(&leads->waiting);
	vector_free(&leads->leading);
}
