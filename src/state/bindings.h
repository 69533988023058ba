/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the bindings in the program's nftables tables and joins them with rules and routes. */
#ifndef STATE_BINDINGS_H
#define STATE_BINDINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/vector.h"
#include "field/field.h"
#include "model/binding.h"
#include "netlink/nft.h"

struct error;
struct route;
struct rule;

struct bindings {
	struct vector entries;    /* struct nft_entry, by realm */
	bool outdated;            /* the tables are of another version: see nft_read() */
	bool broken;              /* the tables are damaged, see nft_verify(), or outdated */
	struct nft_faults faults; /* set if they were verified */
	bool loaded;
	bool unreadable;     /* a capability is missing */
	uint32_t generation; /* generation of nftables before the tables were read; 0: unknown */
};

/*
 * Reads the entries through `nft` (nft_open()). `verify`: also checks that the tables contain what
 * the entries need; otherwise all entries count as complete. Returns 0, or -1 with the error.
 */
int bindings_read(struct bindings *bindings, struct netlink *nft, bool verify, struct error *error);
/* Reads and verifies the entries, once. Sets `unreadable` if that fails. */
void bindings_load(struct bindings *bindings);
void bindings_free(struct bindings *bindings);

/* Returns true if the record as the kernel reports it shows that it has an nftables part. */
bool bindings_concern(const struct object *object, const void *record);
/* Fills the values that nftables keeps into a record from the kernel, or marks them as missing or
 * unreadable. Reads the tables when first needed. */
void bindings_join(struct bindings *bindings, const struct object *object, void *record);

/* Reads one IPv4 entry by the realm of its only rule. Sets *there to whether the tables have it and
 * it can be read. Returns 0, or -1 with the error. */
int bindings_read_one(struct netlink *nft, uint32_t realm, struct nft_entry *entry, bool *there,
	struct error *error);

/* As bindings_join(), from the given entry of this rule. */
void bindings_join_entry(const struct nft_entry *entry, struct rule *rule);

/* Returns the binding of a rule with an nftables part, or of one that shares its class with such a
 * rule (`shared`). */
struct binding binding_of_rule(const struct rule *rule, bool shared);
struct binding binding_of_route(const struct route *route);
/* Sets the values of a binding in its rule or route. */
void binding_give(const struct binding *binding, const struct object *object, void *record);
/* Appends an entry (struct nft_entry) for the binding, with its comment. */
void bindings_add(struct vector *entries, const struct binding *binding);
/* Puts the entries of one realm and preference in an order: those that are alike (below) are
 * equal. */
int bindings_compare_sources(const struct binding *a, const struct binding *b);
/* Returns true if both belong to the same rule or route. */
bool bindings_alike(const struct binding *a, const struct binding *b);

#endif
