/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The nftables part of a change of a few IPv4 rules, none of which shares its class. Of the other
 * rules only the entries of those matter that match the same packets, so not all entries need to be
 * read. The table must vouch for the rules (state/vouched.h).
 */
#ifndef NAT_INCREMENTAL_H
#define NAT_INCREMENTAL_H

#include <stdbool.h>

#include "base/vector.h"
#include "netlink/nft_stamp.h"

struct policy;
struct rule;
struct tables;

/* Zero it before the first use. */
struct incremental {
	bool on;
	struct nft_stamp stamp;       /* of the table before the change */
	struct vector added, removed; /* struct rule, without values of variable length */
};

void incremental_free(struct incremental *delta);

/* Sets delta->on if the table vouches for the rules of the policy, which have been read. */
void incremental_begin(struct incremental *delta, struct policy *policy);
/* Return true if the rule may be added, or removed, without reading the entries of all others. */
bool incremental_may_add(
	const struct incremental *delta, struct policy *policy, const struct rule *rule);
bool incremental_may_remove(
	const struct incremental *delta, struct policy *policy, const struct rule *rule);
/* Note a rule that is added, with its realm, or removed. */
void incremental_add(struct incremental *delta, const struct rule *rule);
void incremental_remove(struct incremental *delta, const struct rule *rule);

/* Opens the tables with the present entries that matter, and fills `wanted` (struct nft_entry) with
 * the entries as they should be. Returns false if all entries have to be read instead. */
bool incremental_open(const struct incremental *delta, struct policy *policy, struct tables *tables,
	struct vector *wanted);

/* Fills the stamp of tables that hold the entries (struct nft_entry) of `rules`, all IPv4 rules. */
void incremental_stamp(
	struct nft_stamp *stamp, const struct vector *rules, const struct vector *entries);

#endif
