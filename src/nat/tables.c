/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes only what differs from the tables' content; writes everything if another program changed
 * them. */
#include "nat/tables.h"

#include "base/error.h"
#include "netlink/netlink.h"
#include "netlink/nft.h"
#include "state/bindings.h"
#include "nat/entries.h"

enum { WRITE_ATTEMPTS = 10 };

/* A transaction may be checked more than once: what was read before goes. */
static int open_anew(struct tables *tables, struct error *error)
{
	tables_close(tables);
	tables->nft = nft_open(error);
	return tables->nft ? 0 : -1;
}

int tables_open(struct tables *tables, struct bindings *bindings, struct error *error)
{
	if (open_anew(tables, error))
		return -1;
	if ((!bindings->loaded || bindings->unreadable) &&
		bindings_read(bindings, tables->nft, true, error))
		return -1;
	tables->broken = bindings->outdated;
	tables->sound = !bindings->broken;
	tables->terms = (struct nft_terms){.generation = bindings->generation};
	entries_copy(&tables->first, &bindings->entries);
	entries_order(&tables->first);
	entries_copy(&tables->now, &tables->first);
	return 0;
}

int tables_open_part(struct tables *tables, const struct vector *entries,
	const struct nft_stamp *first, const struct nft_stamp *stamp, struct error *error)
{
	if (open_anew(tables, error))
		return -1;
	tables->sound = true;
	tables->terms = (struct nft_terms){.part = true, .generation = first->generation};
	tables->stamp_first = *first;
	tables->stamp_first.older = NFT_STAMPS_UNKNOWN; /* written again, there are more */
	tables->stamp = *stamp;
	entries_copy(&tables->first, entries);
	entries_order(&tables->first);
	entries_copy(&tables->now, &tables->first);
	return 0;
}

void tables_order(struct tables *tables, const struct vector *rules)
{
	entries_order_by_rules(&tables->first, rules);
	vector_free(&tables->now);
	entries_copy(&tables->now, &tables->first);
}

void tables_close(struct tables *tables)
{
	vector_free(&tables->first);
	vector_free(&tables->now);
	netlink_close(tables->nft);
}

static int refuse_stale(struct error *error)
{
	return error_set(error, STATUS_REFUSED,
		"nftables: other programs change it all the time: try again");
}

/* Takes ownership of `entries`. `stamp`: the stamp of the written tables; NULL: none. */
static int write_entries(struct tables *tables, struct vector *entries,
	const struct nft_stamp *stamp, struct error *error)
{
	struct nft_terms *terms = &tables->terms;
	bool stale = true;
	int status = 0;

	entries_order(entries);
	if (!tables->broken && entries_same(entries, &tables->now)) {
		vector_free(entries);
		return 0;
	}
	for (int i = 0; stale && !status && i < WRITE_ATTEMPTS; i++) {
		tables->sound |= tables->broken;
		terms->vouch = stamp && tables->sound;
		if (stamp)
			terms->stamp = *stamp;
		status = nft_write(tables->nft, tables->broken ? NULL : &tables->now, entries,
			terms, &stale, error);
		/* Only some of the entries were read, so the whole table can't be written. */
		if (!status && stale && terms->part)
			break;
		tables->broken = !status && stale;
	}
	tables->stale = !status && stale;
	if (status || stale) {
		vector_free(entries);
		return status ? -1 : refuse_stale(error);
	}
	tables->written = true;
	vector_free(&tables->now);
	tables->now = *entries;
	return 0;
}

int tables_write_between(struct tables *tables, const struct vector *wanted, struct error *error)
{
	struct vector entries = {0};
	struct vector after = {0};
	bool final;

	entries_between(&tables->now, wanted, &entries);
	entries_copy(&after, wanted);
	entries_order(&entries);
	entries_order(&after);
	final = entries_same(&entries, &after);
	vector_free(&after);
	return write_entries(tables, &entries, final ? &tables->stamp : NULL, error);
}

int tables_write(struct tables *tables, const struct vector *wanted, struct error *error)
{
	struct vector entries = {0};

	entries_copy(&entries, wanted);
	return write_entries(tables, &entries, &tables->stamp, error);
}

int tables_undo(struct tables *tables, struct error *error)
{
	struct vector entries = {0};

	if (!tables->written)
		return 0;
	entries_copy(&entries, &tables->first);
	return write_entries(
		tables, &entries, tables->stamp_first.given ? &tables->stamp_first : NULL, error);
}
