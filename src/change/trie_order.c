/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Routes added in the order of their addresses make the kernel rebuild the nodes of its trie again
 * and again (resize() in net/ipv4/fib_trie.c): each range of addresses starts with small nodes,
 * which are doubled and then merged into their parent. If every 16th comes first, then those
 * halfway between, and so on, a node grows evenly and is doubled only a few times. Measured with
 * 1,000,000 routes on Linux 6.18: added in 3.3 s instead of 5.2 s, deleted in 2.5 s instead of 8.6
 * s.
 */
#include "change/trie_order.h"

#include <stdlib.h>

#include <linux/rtnetlink.h>

#include "base/memory.h"
#include "netlink/message.h"

enum { ROUNDS = 16 }; /* each contains every 16th prefix */

/* The order of the rounds: the positions of their prefixes, modulo ROUNDS. */
static const uint8_t round_of[ROUNDS] = {0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15};

struct place {
	uint64_t prefix; /* class and destination */
	uint32_t index;
	uint32_t round;
};

/*
 * Only routes of a narrower scope than the universe lead to gateways (fib_check_nh() looks up with
 * the scope plus one), and only those of class local say which addresses are ours (`src`).
 */
static bool needed_by_none(const struct change *change, const struct nlmsghdr *message)
{
	const struct rtmsg *header = NLMSG_DATA(message);

	return !change->allocates && !change->after && header->rtm_family == AF_INET &&
	       header->rtm_scope == RT_SCOPE_UNIVERSE && header->rtm_type != RTN_LOCAL &&
	       header->rtm_table != RT_TABLE_LOCAL;
}

/* Returns RTM_NEWROUTE or RTM_DELROUTE if the change may be in a run of these, otherwise 0. */
static uint16_t sort_of(const struct transaction *transaction, uint32_t index)
{
	const struct change *change = vector_at(&transaction->changes, index);
	const struct nlmsghdr *message = change_message(transaction, change);

	if (message->nlmsg_type != RTM_NEWROUTE && message->nlmsg_type != RTM_DELROUTE)
		return 0;
	return needed_by_none(change, message) ? message->nlmsg_type : 0;
}

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->prefix != right->prefix)
		return left->prefix < right->prefix ? -1 : 1;
	return left->index < right->index ? -1 : 1;
}

/* `backwards`: the rounds from the last to the first, for a trie that shrinks. */
static void spread_run(
	const struct transaction *transaction, uint32_t *order, size_t count, bool backwards)
{
	struct place *places = memory_get(count * sizeof *places);
	struct vector sorted = {.items = places, .count = count, .size = sizeof *places};
	size_t next[ROUNDS] = {0}; /* place of the next prefix of a round */
	size_t before = 0;
	uint32_t prefixes = 0;

	for (size_t i = 0; i < count; i++) {
		const struct change *change = vector_at(&transaction->changes, order[i]);

		places[i].index = order[i];
		places[i].prefix = message_prefix(change_message(transaction, change));
	}
	/* Puts neighbouring prefixes side by side. */
	vector_sort(&sorted, compare_places);
	for (size_t i = 0; i < count; i++) {
		prefixes += i && places[i].prefix != places[i - 1].prefix;
		places[i].round = prefixes % ROUNDS;
		next[places[i].round]++;
	}
	for (size_t i = 0; i < ROUNDS; i++) {
		size_t *round = &next[round_of[backwards ? ROUNDS - 1 - i : i]];
		size_t members = *round;

		*round = before;
		before += members;
	}
	for (size_t i = 0; i < count; i++)
		order[next[places[i].round]++] = places[i].index;
	free(places);
}

void trie_order_routes(const struct transaction *transaction, uint32_t *order, size_t count)
{
	size_t end;

	for (size_t start = 0; start < count; start = end) {
		uint16_t sort = sort_of(transaction, order[start]);

		for (end = start + 1; end < count; end++)
			if (sort_of(transaction, order[end]) != sort)
				break;
		if (sort && end - start > TRIE_ORDER_FEW)
			spread_run(transaction, order + start, end - start, sort == RTM_DELROUTE);
	}
}
