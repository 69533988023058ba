/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nftables tables during a transaction: as they were before it, as last written, and as
 * wanted. */
#ifndef NAT_TABLES_H
#define NAT_TABLES_H

#include <stdbool.h>

#include "base/vector.h"
#include "netlink/nft.h"

struct bindings;
struct error;
struct netlink;

/* Zero it before the first use. */
struct tables {
	struct netlink *nft;
	struct vector first; /* struct nft_entry, in the order of their rules: before the
	                        transaction */
	struct vector now;   /* the same: as last written */
	bool broken;         /* the tables contain something else: the next write replaces them */
	bool sound;          /* they contain exactly these entries */
	bool written;
	bool stale; /* other programs changed what was read, so it could not be written */
	struct nft_terms terms;
	/* The stamps before the transaction, if there was one, and after it. */
	struct nft_stamp stamp_first, stamp;
};

/* Opens nftables, and reads it into `bindings` unless that is done. Returns 0, or -1 with the
 * error. */
int tables_open(struct tables *tables, struct bindings *bindings, struct error *error);
/* Opens nftables with only those entries (struct nft_entry) that matter to a change of a few rules.
 * `first`: its stamp before the change; `stamp`: after it. Returns 0, or -1 with the error. */
int tables_open_part(struct tables *tables, const struct vector *entries,
	const struct nft_stamp *first, const struct nft_stamp *stamp, struct error *error);
/* Nothing was written yet: puts the entries of a family into the order of its rules (struct rule).
 * nftables does not tell in which order it holds them. */
void tables_order(struct tables *tables, const struct vector *rules);
void tables_close(struct tables *tables);

/* Write the entries needed while rules change to `wanted` (struct nft_entry, in any order; see
 * entries_between()); then `wanted` itself; or, to undo, the entries as they were before. Return 0,
 * or -1 with the error. */
int tables_write_between(struct tables *tables, const struct vector *wanted, struct error *error);
int tables_write(struct tables *tables, const struct vector *wanted, struct error *error);
int tables_undo(struct tables *tables, struct error *error);

#endif
