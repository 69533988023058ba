/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds entries of the program's nftables tables that have no rule or route. */
#include "nat/orphans.h"

#include <stdlib.h>
#include <sys/socket.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/route.h"
#include "model/rule.h"
#include "state/bindings.h"
#include "state/store.h"
#include "nat/entries.h"

struct search {
	struct entry_index index;
	const struct vector *entries; /* struct nft_entry */
	bool *known;                  /* for each entry: it has a rule or route */
};

static void note(struct search *search, const struct binding *binding)
{
	const struct nft_entry *entry = entry_index_find(&search->index, binding);

	if (entry)
		search->known[entry - (const struct nft_entry *)search->entries->items] = true;
}

static bool note_route(const void *record, void *context)
{
	struct binding binding = binding_of_route(record);

	note(context, &binding);
	return true;
}

static bool note_rule(const void *record, void *context)
{
	struct binding binding = binding_of_rule(record, true);

	note(context, &binding);
	return true;
}

static int note_routes(struct search *search, struct netlink *netlink, struct error *error)
{
	const struct scope scope = {.class = CLASS_LOCAL, .protocol = PROTOCOL_TRANSLATED};

	return store_each(netlink, &route_object, &scope, note_route, search, NULL, error);
}

static int find_orphans(struct search *search, struct netlink *netlink, uint8_t family,
	const struct vector *rules, void (*each)(const char *words, void *context), void *context,
	struct error *error)
{
	for (size_t i = 0; i < rules->count; i++)
		note_rule(vector_at(rules, i), search);
	if (note_routes(search, netlink, error))
		return -1;
	for (size_t i = 0; i < search->entries->count; i++) {
		const struct nft_entry *entry = vector_at(search->entries, i);

		if ((!family || entry->binding.family == family) && !search->known[i])
			each(entry->comment, context);
	}
	return 0;
}

int orphans_find(struct netlink *netlink, uint8_t family, const struct vector *rules,
	void (*each)(const char *words, void *context), void *context, struct nft_faults *faults,
	struct error *error)
{
	struct bindings bindings = {0};
	struct search search = {.entries = &bindings.entries};
	struct error ignored;
	struct netlink *nft = nft_open(&ignored);
	int status = 0;

	/* Ignored: other code reports that the tables are unreadable. */
	if (!nft || bindings_read(&bindings, nft, true, &ignored))
		bindings.entries.count = 0;
	*faults = bindings.faults;
	if (bindings.entries.count) {
		entry_index_make(&search.index, &bindings.entries);
		search.known = memory_get(bindings.entries.count);
		status = find_orphans(&search, netlink, family, rules, each, context, error);
		entry_index_free(&search.index);
		free(search.known);
	}
	bindings_free(&bindings);
	netlink_close(nft);
	return status;
}

static void keep_known(struct vector *entries, const bool *known)
{
	struct nft_entry *entry = entries->items;
	size_t kept = 0;

	for (size_t i = 0; i < entries->count; i++)
		if (known[i])
			entry[kept++] = entry[i];
	entries->count = kept;
}

int orphans_drop(struct netlink *netlink, struct vector *entries, struct error *error)
{
	static const struct scope scopes[] = {{.family = AF_INET}, {.family = AF_INET6}};
	struct search search = {.entries = entries};
	int status = 0;

	if (!entries->count)
		return 0;
	entry_index_make(&search.index, entries);
	search.known = memory_get(entries->count);
	for (size_t i = 0; !status && i < sizeof scopes / sizeof *scopes; i++)
		status = store_each(
			netlink, &rule_object, &scopes[i], note_rule, &search, NULL, error);
	if (!status)
		status = note_routes(&search, netlink, error);
	entry_index_free(&search.index);
	if (!status)
		keep_known(entries, search.known);
	free(search.known);
	return status;
}
