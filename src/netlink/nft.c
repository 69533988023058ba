/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes the difference between two plans. */
#include "netlink/nft.h"

#include <errno.h>
#include <string.h>

#include <linux/netfilter.h>
#include <libnftnl/rule.h>

#include "base/error.h"
#include "netlink/netlink.h"
#include "netlink/nft_batch.h"
#include "netlink/nft_plan.h"
#include "netlink/nft_rules.h"

enum { KEY_FIRST = 1 << 16 }; /* first key of entries without a realm of their own */

static const uint8_t families[] = {NFPROTO_IPV4, NFPROTO_IPV6};

struct netlink *nft_open(struct error *error)
{
	return netlink_open_protocol(NETLINK_NETFILTER, error);
}

/* ---- keys ---- */

static int compare_comments(const void *a, const void *b)
{
	const struct nft_entry *left = *(const struct nft_entry *const *)a;
	const struct nft_entry *right = *(const struct nft_entry *const *)b;

	if (left->binding.family != right->binding.family)
		return left->binding.family - right->binding.family;
	return strcmp(left->comment, right->comment);
}

static bool is_alone(const struct nft_entry *entry)
{
	return entry->binding.realm.given && !entry->binding.shared.given;
}

/* Sorts those of `now` with such a key. Returns the largest key. */
static uint32_t find_keys(const struct vector *now, struct vector *known)
{
	uint32_t last = KEY_FIRST;

	known->size = sizeof(const struct nft_entry *);
	for (size_t i = 0; now && i < now->count; i++) {
		const struct nft_entry *entry = vector_at(now, i);

		if (is_alone(entry))
			continue;
		vector_push(known, &entry);
		last = entry->key > last ? entry->key : last;
	}
	vector_sort(known, compare_comments);
	return last;
}

static void give_keys(const struct vector *now, struct vector *wanted)
{
	struct vector known = {0};
	uint32_t last = find_keys(now, &known);

	for (size_t i = 0; i < wanted->count; i++) {
		struct nft_entry *entry = vector_at(wanted, i);
		const struct nft_entry *const *found;

		if (is_alone(entry))
			entry->key = entry->binding.realm.value;
		if (is_alone(entry) || entry->key)
			continue;
		found = vector_find(&known, &entry, compare_comments);
		entry->key = found ? (*found)->key : ++last;
	}
	vector_free(&known);
}

/* ---- the difference ---- */

struct writing {
	struct nft_batch *batch;
	const struct nft_plan *before, *after;
};

/* Walks two sorted lists in parallel. */
struct walk {
	const struct vector *before, *after;
	size_t i, j;
};

/* Finds the next pair of equals; one is NULL if its list lacks it. Returns false at the end. */
static bool walk_next(struct walk *walk, int (*compare)(const void *a, const void *b),
	const void **before, const void **after)
{
	int order;

	*before = walk->i < walk->before->count ? vector_at(walk->before, walk->i) : NULL;
	*after = walk->j < walk->after->count ? vector_at(walk->after, walk->j) : NULL;
	if (*before && *after) {
		order = compare(*before, *after);
		if (order < 0)
			*after = NULL;
		if (order > 0)
			*before = NULL;
	}
	walk->i += *before != NULL;
	walk->j += *after != NULL;
	return *before || *after;
}

static void write_element(
	const struct writing *writing, bool add, const struct nft_element *element)
{
	char name[NFT_NAME_MAX];

	nft_set_name(name, element->set, element->length);
	nft_batch_element(writing->batch, add, &nft_sets[element->set], name, element);
}

static void write_elements(const struct writing *writing, bool add)
{
	struct walk walk = {&writing->before->elements, &writing->after->elements, 0, 0};
	const void *before;
	const void *after;

	while (walk_next(&walk, nft_element_compare, &before, &after)) {
		if (before && after && nft_element_same(before, after))
			continue;
		if (!add && before)
			write_element(writing, false, before);
		if (add && after)
			write_element(writing, true, after);
	}
}

static void write_rule(struct nftnl_rule *rule, const char *comment, void *context)
{
	nft_batch_rule(context, rule, comment);
}

static const struct nft_hook *hook_of(const struct nft_chain *chain)
{
	return chain->kind < NFT_BASE_CHAINS ? &nft_hooks[chain->kind] : NULL;
}

/* The set of a NAT route is added before its chain and deleted after it. */
static void write_recent(const struct writing *writing, bool add, const struct nft_plan *plan,
	const struct nft_chain *chain)
{
	const struct nft_entry *const *entry;
	char name[NFT_NAME_MAX];

	if (chain->kind != NFT_ROUTE)
		return;
	entry = vector_at(&plan->members, chain->first);
	nft_recent_name(name, (*entry)->key);
	nft_batch_set(writing->batch, add, &nft_sets[NFT_RECENT], name);
}

/* Adds new chains before rules and elements lead to them. Empties chains that are deleted or get
 * other rules, so that they lead nowhere. */
static void begin_chains(const struct writing *writing)
{
	struct walk walk = {&writing->before->chains, &writing->after->chains, 0, 0};
	const void *before;
	const void *after;

	while (walk_next(&walk, nft_chain_compare, &before, &after)) {
		const struct nft_chain *old = before;
		const struct nft_chain *new = after;

		if (!before) {
			write_recent(writing, true, writing->after, new);
			nft_batch_add_chain(writing->batch, new->name, hook_of(new));
		} else if (!after || !nft_chain_same(writing->before, old, writing->after, new)) {
			nft_batch_flush_chain(writing->batch, old->name);
		}
	}
}

static void fill_chains(const struct writing *writing)
{
	struct walk walk = {&writing->before->chains, &writing->after->chains, 0, 0};
	const void *before;
	const void *after;

	while (walk_next(&walk, nft_chain_compare, &before, &after))
		if (after &&
			!(before && nft_chain_same(writing->before, before, writing->after, after)))
			nft_rules_make(writing->after, after, write_rule, writing->batch);
}

static void end_chains(const struct writing *writing)
{
	struct walk walk = {&writing->before->chains, &writing->after->chains, 0, 0};
	const void *before;
	const void *after;

	while (walk_next(&walk, nft_chain_compare, &before, &after)) {
		if (after)
			continue;
		nft_batch_delete_chain(writing->batch, ((const struct nft_chain *)before)->name);
		write_recent(writing, false, writing->before, before);
	}
}

/* Writes the sets of NAT routes for the prefix lengths that only one plan has. */
static void write_route_sets(const struct writing *writing, bool add)
{
	const uint64_t *from = add ? writing->before->lengths : writing->after->lengths;
	const uint64_t *to = add ? writing->after->lengths : writing->before->lengths;
	char name[NFT_NAME_MAX];

	for (int length = 0; length <= 128; length++) {
		if (!nft_has_length(to, length) || nft_has_length(from, length))
			continue;
		nft_set_name(name, NFT_ROUTES, (uint8_t)length);
		nft_batch_set(writing->batch, add, &nft_sets[NFT_ROUTES], name);
	}
}

static void write_table(const struct writing *writing)
{
	nft_batch_table(writing->batch, true);
	for (int set = 0; set < NFT_ROUTES; set++)
		nft_batch_set(writing->batch, true, &nft_sets[set], nft_sets[set].name);
	if (writing->batch->family == NFPROTO_IPV4)
		nft_stamp_make_set(writing->batch);
}

static void write_family(const struct writing *writing, bool anew, bool part)
{
	bool there = part || writing->before->elements.count != 0;
	bool wanted = part || writing->after->elements.count != 0;

	/* Adding the table first makes deleting it safe if it does not exist. */
	if (anew)
		nft_batch_table(writing->batch, true);
	if (anew || (there && !wanted))
		nft_batch_table(writing->batch, false);
	if (!wanted)
		return;
	if (anew || !there)
		write_table(writing);
	write_route_sets(writing, true);
	begin_chains(writing);
	write_elements(writing, false);
	fill_chains(writing);
	write_elements(writing, true);
	end_chains(writing);
	write_route_sets(writing, false);
}

/* Leaves only the chains that belong to one entry each. */
static void leave_entries(struct nft_plan *plan)
{
	size_t kept = 0;

	for (size_t i = 0; i < plan->chains.count; i++) {
		const struct nft_chain *chain = vector_at(&plan->chains, i);

		if (chain->kind != NFT_LOG && chain->kind != NFT_SOURCE && chain->kind != NFT_NAT)
			continue;
		if (kept != i)
			memcpy(vector_at(&plan->chains, kept), chain, sizeof *chain);
		kept++;
	}
	plan->chains.count = kept;
}

static void write_difference(struct nft_batch *batch, const struct vector *now,
	const struct vector *wanted, bool part, bool *stamped)
{
	const struct vector none = {0};

	for (size_t i = 0; i < sizeof families; i++) {
		struct nft_plan before = {0};
		struct nft_plan after = {0};
		const struct writing writing = {batch, &before, &after};

		batch->family = families[i];
		nft_plan_make(&before, families[i], now ? now : &none);
		nft_plan_make(&after, families[i], wanted);
		if (part) {
			leave_entries(&before);
			leave_entries(&after);
		}
		if (!part || families[i] == NFPROTO_IPV4)
			write_family(&writing, !now, part);
		if (families[i] == NFPROTO_IPV4)
			*stamped = part || after.elements.count;
		nft_plan_free(&before);
		nft_plan_free(&after);
	}
}

/* Returns true if something is missing or exists unexpectedly: another program changed it. */
static bool is_stale(int number)
{
	return number == ENOENT || number == EEXIST || number == EBUSY || number == ESRCH;
}

/* The batch itself increments the generation. */
static void write_stamp(struct nft_batch *batch, struct nft_terms *terms)
{
	batch->family = NFPROTO_IPV4;
	terms->stamp.generation = nft_generation_next(terms->generation);
	nft_stamp_write(batch, &terms->stamp);
}

static int write_once(struct netlink *nft, const struct vector *now, const struct vector *wanted,
	struct nft_terms *terms, int *number, struct error *error)
{
	struct nft_batch batch = {0};
	bool stamped = false;
	bool empty;
	int status = 0;

	*number = 0;
	nft_batch_begin(&batch, terms->generation);
	write_difference(&batch, now, wanted, terms->part, &stamped);
	empty = nft_batch_is_empty(&batch);
	if (!empty && stamped && terms->vouch && terms->generation)
		write_stamp(&batch, terms);
	if (!empty)
		status = nft_batch_send(nft, &batch, number, error);
	nft_batch_free(&batch);
	if (!empty && terms->generation)
		terms->generation = status || *number ? 0 : nft_generation_next(terms->generation);
	return status;
}

/*
 * The answer to a batch of this generation was lost: the generation shows whether the batch was
 * made. If not, sends it again. *number stays NFT_ANSWER_LOST if other programs changed nftables,
 * too.
 */
static int write_again(struct netlink *nft, const struct vector *now, const struct vector *wanted,
	uint32_t generation, struct nft_terms *terms, int *number, struct error *error)
{
	uint32_t found = generation ? nft_generation(nft) : 0;

	if (found && found == nft_generation_next(generation))
		*number = 0;
	else if (!found || found != generation)
		return 0;
	terms->generation = found;
	return *number ? write_once(nft, now, wanted, terms, number, error) : 0;
}

int nft_write(struct netlink *nft, const struct vector *now, struct vector *wanted,
	struct nft_terms *terms, bool *stale, struct error *error)
{
	uint32_t generation = terms->generation;
	int number;
	int status;

	give_keys(now, wanted);
	status = write_once(nft, now, wanted, terms, &number, error);
	if (!status && number == NFT_ANSWER_LOST)
		status = write_again(nft, now, wanted, generation, terms, &number, error);
	/* Another program has changed something, perhaps its own tables: forgets the generation. */
	if (!status && number == ERESTART)
		status = write_once(nft, now, wanted, terms, &number, error);
	*stale = !status && (number == NFT_ANSWER_LOST || (now && is_stale(number)));
	return status || !number || *stale ? status : nft_refuse(number, error);
}
