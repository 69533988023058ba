/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the tables with their plan, to find what other programs have removed or added. */
#include "netlink/nft.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/netfilter.h>

#include "base/error.h"
#include "netlink/nft_dump.h"
#include "netlink/nft_plan.h"
#include "netlink/nft_rules.h"

enum { READ_ATTEMPTS = 10 };

/* A chain, with its numbers of our and of foreign rules. */
struct counted {
	char name[NFT_NAME_MAX];
	size_t ours, others;
};

struct verifying {
	const struct nft_plan *plan;
	uint8_t set, length;    /* the set being read */
	struct vector elements; /* struct nft_element: those read */
	struct vector chains;   /* struct counted */
	struct nft_faults *faults;
};

/* ---- reading ---- */

static void note_element(const struct nft_seen *seen, void *context)
{
	struct verifying *verifying = context;
	struct nft_element element = {
		.set = verifying->set,
		.length = verifying->length,
		.key_size = seen->key_size,
		.verdict = seen->verdict,
	};

	memcpy(element.key, seen->key, seen->key_size);
	snprintf(element.chain, sizeof element.chain, "%s", seen->chain);
	vector_push(&verifying->elements, &element);
}

static void note_rule(const char *chain, const char *comment, void *context)
{
	struct verifying *verifying = context;
	struct vector *chains = &verifying->chains;
	struct counted *counted = chains->count ? vector_at(chains, chains->count - 1) : NULL;
	struct counted next = {0};

	if (!counted || strcmp(counted->name, chain) != 0) {
		snprintf(next.name, sizeof next.name, "%s", chain);
		counted = vector_push(chains, &next);
	}
	if (*comment)
		counted->ours++;
	else
		counted->others++;
}

static int read_set(struct netlink *nft, struct verifying *verifying, uint8_t set, uint8_t length,
	bool *interrupted, struct error *error)
{
	char name[NFT_NAME_MAX];

	verifying->set = set;
	verifying->length = length;
	nft_set_name(name, set, length);
	return nft_dump_set(
		nft, verifying->plan->family, name, note_element, verifying, interrupted, error);
}

static int read_all(
	struct netlink *nft, struct verifying *verifying, bool *interrupted, struct error *error)
{
	int status = 0;

	verifying->elements.count = 0;
	verifying->chains.count = 0;
	*interrupted = false;
	for (uint8_t set = NFT_RULES + 1; set < NFT_ROUTES && !status; set++)
		if (!nft_sets[set].recent)
			status = read_set(nft, verifying, set, 0, interrupted, error);
	for (uint8_t length = 0; length <= 128 && !status; length++)
		if (nft_has_length(verifying->plan->lengths, length))
			status = read_set(nft, verifying, NFT_ROUTES, length, interrupted, error);
	if (status)
		return -1;
	return nft_dump_rules(
		nft, verifying->plan->family, note_rule, verifying, interrupted, error);
}

/* ---- comparing ---- */

static void miss(const struct nft_entry *entry)
{
	((struct nft_entry *)entry)->whole = false;
}

static void check_elements(struct verifying *verifying)
{
	const struct vector *wanted = &verifying->plan->elements;
	struct vector *there = &verifying->elements;
	size_t found = 0;
	size_t expected = 0;

	vector_sort(there, nft_element_compare);
	for (size_t i = 0; i < wanted->count; i++) {
		const struct nft_element *element = vector_at(wanted, i);
		const struct nft_element *other;

		if (element->set == NFT_RULES)
			continue;
		expected++;
		other = vector_find(there, element, nft_element_compare);
		found += other != NULL;
		if (!other || other->verdict != element->verdict ||
			strcmp(other->chain, element->chain) != 0) {
			miss(element->entry);
			verifying->faults->broken = true;
		}
	}
	verifying->faults->broken |= found != expected || found != there->count;
}

static void count_rule(struct nftnl_rule *rule, const char *comment, void *context)
{
	(void)rule;
	(void)comment;
	++*(size_t *)context;
}

static int compare_counted(const void *a, const void *b)
{
	return strcmp(((const struct counted *)a)->name, ((const struct counted *)b)->name);
}

/* Returns true if an entry needs the chain. */
static bool needs(const struct binding *binding, enum nft_chain_kind kind)
{
	if (binding->service.given)
		return kind == NFT_PORTS || kind == NFT_PORTS_OUTPUT || kind == NFT_POSTROUTING;
	if (binding->route.given)
		return kind == NFT_PREROUTING;
	switch (kind) {
	case NFT_MARK:
	case NFT_MARK_OUTPUT:
		return binding->reply.given;
	case NFT_FORWARD:
		return binding->valve.given;
	case NFT_POSTROUTING:
		return binding->masquerade.given || binding->log.given || binding->nat.given;
	case NFT_TRANSLATE:
		return binding_acts(binding);
	case NFT_GUARD:
		return binding->masquerade.given;
	default:
		return false;
	}
}

static void miss_chain(
	const struct verifying *verifying, const struct nft_chain *chain, struct vector *entries)
{
	const struct nft_plan *plan = verifying->plan;

	for (size_t i = 0; i < chain->count; i++)
		miss(*(const struct nft_entry *const *)vector_at(&plan->members, chain->first + i));
	for (size_t i = 0; i < entries->count; i++) {
		const struct nft_entry *entry = vector_at(entries, i);

		if ((entry->binding.family == AF_INET6) == (plan->family == NFPROTO_IPV6) &&
			needs(&entry->binding, (enum nft_chain_kind)chain->kind))
			miss(entry);
	}
}

static void check_chains(struct verifying *verifying, struct vector *entries)
{
	const struct vector *wanted = &verifying->plan->chains;
	struct vector *there = &verifying->chains;
	struct nft_faults *faults = verifying->faults;

	vector_sort(there, compare_counted);
	for (size_t i = 0; i < wanted->count; i++) {
		const struct nft_chain *chain = vector_at(wanted, i);
		const struct counted *counted;
		struct counted key = {0};
		size_t rules = 0;

		snprintf(key.name, sizeof key.name, "%s", chain->name);
		counted = vector_find(there, &key, compare_counted);
		nft_rules_make(verifying->plan, chain, count_rule, &rules);
		if ((counted ? counted->ours : 0) == rules)
			continue;
		faults->broken = true;
		miss_chain(verifying, chain, entries);
	}
	for (size_t i = 0; i < there->count; i++)
		faults->foreign |= ((const struct counted *)vector_at(there, i))->others != 0;
}

static int verify_family(struct netlink *nft, uint8_t family, struct vector *entries,
	struct nft_faults *faults, struct error *error)
{
	struct nft_plan plan;
	struct verifying verifying = {
		.plan = &plan,
		.elements = {.size = sizeof(struct nft_element)},
		.chains = {.size = sizeof(struct counted)},
		.faults = faults,
	};
	bool interrupted = true;
	bool there;
	bool dormant = false;
	int status = 0;

	nft_plan_make(&plan, family, entries);
	if (plan.elements.count)
		status = nft_dump_table(nft, family, &there, &dormant, error);
	for (int i = 0; plan.elements.count && interrupted && !status && i < READ_ATTEMPTS; i++)
		status = read_all(nft, &verifying, &interrupted, error);
	if (!status && plan.elements.count) {
		faults->dormant |= dormant;
		check_elements(&verifying);
		check_chains(&verifying, entries);
	}
	vector_free(&verifying.elements);
	vector_free(&verifying.chains);
	nft_plan_free(&plan);
	return status;
}

int nft_verify(
	struct netlink *nft, struct vector *entries, struct nft_faults *faults, struct error *error)
{
	static const uint8_t families[] = {NFPROTO_IPV4, NFPROTO_IPV6};

	*faults = (struct nft_faults){0};
	for (size_t i = 0; i < entries->count; i++)
		((struct nft_entry *)vector_at(entries, i))->whole = true;
	for (size_t i = 0; i < sizeof families; i++)
		if (verify_family(nft, families[i], entries, faults, error))
			return -1;
	faults->broken |= faults->dormant || faults->foreign;
	for (size_t i = 0; faults->dormant && i < entries->count; i++)
		((struct nft_entry *)vector_at(entries, i))->whole = false;
	return 0;
}
