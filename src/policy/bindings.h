/* What the tool's nftables tables say of rules and routes: read, joined with them, and written. */
#ifndef POLICY_BINDINGS_H
#define POLICY_BINDINGS_H

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
	struct vector entries; /* struct nft_entry, by realm */
	uint32_t generation;   /* of nftables, when they were read */
	bool broken;           /* an entry lacks some of its rules, or could not be read */
	bool loaded;
	bool unreadable; /* for want of a capability */
};

/* Reads the tables through `nft` (nft_open()). 0, or -1 with the error. */
int bindings_read(struct bindings *bindings, struct netlink *nft, struct error *error);
void bindings_free(struct bindings *bindings);

/* Does the record say that a part of it is in nftables? */
bool bindings_concern(const struct object *object, const void *record);
/*
 * Gives a record of the kernel's the words that nftables keeps of it, or the mark that they are
 * missing. Reads the tables when first needed; who may not read them, gets a mark that says so.
 */
void bindings_join(struct bindings *bindings, const struct object *object, void *record);

/* The binding of a rule with words for nftables, or of one that shares a class with such. */
struct binding binding_of_rule(const struct rule *rule, bool shared);
struct binding binding_of_route(const struct route *route);
/* Gives the rule or route its words. */
void binding_give(const struct binding *binding, const struct object *object, void *record);
/* Appends the binding with its comment. */
void bindings_add(struct vector *entries, const struct binding *binding);
/* Do both belong to the same rule or route? */
bool bindings_alike(const struct binding *a, const struct binding *b);

#endif
