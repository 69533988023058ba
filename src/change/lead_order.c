/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sorts the part of an order between the first route that waits and the last rule that leads. */
#include "change/lead_order.h"

#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "change/leads.h"
#include "netlink/message.h"

/*
 * A rule that leads takes the packets of its class before its time. So the rules before it come
 * with it, and these packets find only the networks of gateways until then: the other routes of its
 * class come after the rules before it whose own routes wait.
 */
enum part {
	PART_FIRST,   /* whatever does not wait: networks of gateways, the rules that lead there */
	PART_WAITING, /* routes of other classes that wait */
	PART_BEFORE,  /* the rules of these classes that come before a rule that leads */
	PART_LEADING, /* the other routes in the class of a rule that leads */
	PART_LAST,    /* the other rules */
};

/* The part of the order that changes. */
struct span {
	size_t first, end;      /* from the first route that waits to the last rule that leads */
	uint32_t preference[2]; /* the highest of the rules that lead: IPv4, IPv6 */
};

static const struct nlmsghdr *message_of(const struct leads *leads, uint32_t index)
{
	return change_message(leads->transaction, vector_at(&leads->transaction->changes, index));
}

static enum part part_of_route(struct leads *leads, uint32_t index)
{
	const struct change *change = vector_at(&leads->transaction->changes, index);
	const struct nlmsghdr *message = change_message(leads->transaction, change);

	if (message->nlmsg_type != RTM_NEWROUTE)
		return PART_FIRST;
	if (leads_wait(leads, message))
		return leads_by_class(leads, message) ? PART_LEADING : PART_WAITING;
	return change->allocates || leads_link(leads, message) || !leads_by_class(leads, message)
	               ? PART_FIRST
	               : PART_LEADING;
}

static enum part part_of_rule(
	const struct leads *leads, const struct span *span, const struct nlmsghdr *message)
{
	uint32_t highest = span->preference[message_family(message) == AF_INET6];

	if (leads_there(leads, message))
		return PART_FIRST;
	if (message_preference(message) > highest || leads_refused(message))
		return PART_LAST;
	return leads_wait_in_class(leads, message) ? PART_BEFORE : PART_FIRST;
}

static struct span find_span(struct leads *leads, const uint32_t *order, size_t count)
{
	struct span span = {count, 0, {0, 0}};

	for (size_t i = 0; i < count; i++) {
		const struct nlmsghdr *message = message_of(leads, order[i]);
		uint32_t *highest = &span.preference[message_family(message) == AF_INET6];

		if (span.first == count && part_of_route(leads, order[i]) != PART_FIRST)
			span.first = i;
		if (!leads_there(leads, message))
			continue;
		span.end = i + 1;
		if (message_preference(message) > *highest)
			*highest = message_preference(message);
	}
	return span;
}

struct place {
	uint32_t key; /* ascending */
	uint32_t index;
	size_t before; /* its place until now */
};

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->before < right->before ? -1 : left->before > right->before;
}

/* Gateways by routes of a narrower scope come first (record_rank()), then long prefixes. */
static uint32_t key_of(struct leads *leads, const struct span *span, uint32_t index)
{
	const struct nlmsghdr *message = message_of(leads, index);
	const struct rtmsg *header = NLMSG_DATA(message);
	enum part part;

	if (message->nlmsg_type == RTM_NEWRULE)
		return (uint32_t)part_of_rule(leads, span, message) << 16;
	part = part_of_route(leads, index);
	if (part == PART_FIRST)
		return 0;
	return (uint32_t)part << 16 | (uint32_t)(UINT8_MAX - header->rtm_scope) << 8 |
	       (uint32_t)(UINT8_MAX - header->rtm_dst_len);
}

static void move(struct leads *leads, uint32_t *order, size_t count)
{
	const struct span span = find_span(leads, order, count);
	struct vector places = {.size = sizeof(struct place)};

	for (size_t i = span.first; i < span.end; i++)
		vector_push(&places, &(struct place){key_of(leads, &span, order[i]), order[i], i});
	vector_sort(&places, compare_places);
	for (size_t i = 0; i < places.count; i++)
		order[span.first + i] = ((const struct place *)vector_at(&places, i))->index;
	vector_free(&places);
}

void lead_order_routes(const struct transaction *transaction, uint32_t *order, size_t count)
{
	struct leads leads;

	if (leads_find(&leads, transaction))
		move(&leads, order, count);
	leads_free(&leads);
}
