/*
 * Routes that come one address after the other make the kernel build the nodes of its trie again
 * and again (resize() in net/ipv4/fib_trie.c): each stretch of addresses starts with small nodes,
 * which are doubled and then taken into their parent. If every 16th comes first, then those halfway
 * between, and so on, a node grows evenly and is doubled a few times. Measured with 1,000,000
 * routes on Linux 6.18: added in 3.3 s instead of 5.2 s, deleted in 2.5 s instead of 8.6 s.
 */
#include "policy/spread.h"

#include <arpa/inet.h>
#include <stdlib.h>

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>

#include "base/memory.h"

enum { ROUNDS = 16 }; /* each takes every 16th prefix */

/* The rounds as they follow each other: where the prefixes of one are, modulo ROUNDS. */
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
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);

	return !change->claim && !change->after && header->rtm_family == AF_INET &&
	       header->rtm_scope == RT_SCOPE_UNIVERSE && header->rtm_type != RTN_LOCAL &&
	       header->rtm_table != RT_TABLE_LOCAL;
}

/* RTM_NEWROUTE or RTM_DELROUTE: it may be in a run of these. 0: in none. */
static uint16_t sort_of(const struct transaction *transaction, uint32_t index)
{
	const struct change *change = vector_at(&transaction->changes, index);
	const struct nlmsghdr *message = change_message(transaction, change);

	if (message->nlmsg_type != RTM_NEWROUTE && message->nlmsg_type != RTM_DELROUTE)
		return 0;
	return needed_by_none(change, message) ? message->nlmsg_type : 0;
}

static uint64_t prefix_of(const struct nlmsghdr *message)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	uint32_t class = header->rtm_table;
	uint32_t destination = 0;

	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		if (mnl_attr_get_type(attribute) == RTA_DST)
			destination = ntohl(mnl_attr_get_u32(attribute));
		else if (mnl_attr_get_type(attribute) == RTA_TABLE)
			class = mnl_attr_get_u32(attribute);
	}
	return (uint64_t) class << 32 | destination;
}

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->prefix != right->prefix)
		return left->prefix < right->prefix ? -1 : 1;
	return left->index < right->index ? -1 : 1;
}

/* So that neighbours are neighbours: from the first address to the last, or as well the other way.
 */
static void sort_places(struct place *places, size_t count)
{
	bool rises = true;
	bool falls = true;

	for (size_t i = 1; i < count; i++) {
		rises = rises && places[i - 1].prefix <= places[i].prefix;
		falls = falls && places[i - 1].prefix >= places[i].prefix;
	}
	if (!rises && !falls)
		qsort(places, count, sizeof *places, compare_places);
}

/* `backwards`: the rounds from the last to the first, for a trie that shrinks. */
static void spread_run(
	const struct transaction *transaction, uint32_t *order, size_t count, bool backwards)
{
	struct place *places = memory_get(count * sizeof *places);
	size_t next[ROUNDS] = {0}; /* place of the next prefix of a round */
	size_t before = 0;
	uint32_t prefixes = 0;

	for (size_t i = 0; i < count; i++) {
		const struct change *change = vector_at(&transaction->changes, order[i]);

		places[i].index = order[i];
		places[i].prefix = prefix_of(change_message(transaction, change));
	}
	sort_places(places, count);
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

void spread_routes(const struct transaction *transaction, uint32_t *order, size_t count)
{
	size_t end;

	for (size_t start = 0; start < count; start = end) {
		uint16_t sort = sort_of(transaction, order[start]);

		for (end = start + 1; end < count; end++)
			if (sort_of(transaction, order[end]) != sort)
				break;
		if (sort && end - start > SPREAD_FEW)
			spread_run(transaction, order + start, end - start, sort == RTM_DELROUTE);
	}
}
