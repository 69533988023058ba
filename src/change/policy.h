/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules and routes as the changes prepared so far will leave them. Reads each list from the
 * kernel once, when it is first needed. Remembers what a change touches as it was before, to undo
 * it.
 */
#ifndef CHANGE_POLICY_H
#define CHANGE_POLICY_H

#include "change/own_records.h"
#include "change/route_list.h"
#include "change/rule_list.h"
#include "state/bindings.h"

/* Nothing has been read when zeroed except for `netlink`. Must not move in memory after the first
 * read. */
struct policy {
	struct netlink *netlink;  /* borrowed */
	bool keep;                /* many lines: keep the routes that they touch */
	bool lenient;             /* for undoing: accept rules that change while they are read */
	struct bindings bindings; /* nftables, read when first needed */
	struct rule_list inet, inet6;
	struct route_list routes;
	struct own_records own; /* those of the rules that the transaction adds */
};

void policy_free(struct policy *policy);

/*
 * Returns the rules (struct rule) of a family (AF_INET, AF_INET6) in order, or NULL with the error.
 * They may lack the values that nftables keeps. Only rules that this transaction adds have their
 * own records. Valid until the next change.
 */
const struct vector *policy_rules(struct policy *policy, uint8_t family, struct error *error);

/* As policy_rules(), with the values that nftables keeps. */
const struct vector *policy_rules_whole(struct policy *policy, uint8_t family, struct error *error);

/* The rules that policy_each_rule() searches. */
enum neighbours {
	NEIGHBOURS_ALIKE,      /* those with the same selectors, and with its preference if given */
	NEIGHBOURS_PREFERENCE, /* those with the same preference */
	NEIGHBOURS_FITTING,    /* all that its words may fit, in any order of calls */
	NEIGHBOURS_ALL,
};
/*
 * Calls `each` for the rules of wanted->family that are its neighbours in this sense, and maybe for
 * others, in the kernel's order (but see NEIGHBOURS_FITTING). The record is valid as long as the
 * arena and until the next change; it may lack the values that nftables keeps (policy_join()).
 * Returns 0, or -1 with the error.
 */
int policy_each_rule(struct policy *policy, const struct rule *wanted, enum neighbours neighbours,
	struct arena *arena, void (*each)(const struct rule *rule, void *context), void *context,
	struct error *error);
/* Sets rule->own, in the arena, for those of `rules` (struct rule, of one family) that have an own
 * record. Returns 0, or -1 with the error. */
int policy_attach(struct policy *policy, uint8_t family, struct vector *rules, struct arena *arena,
	struct error *error);

/* Fills the values that nftables keeps into those of `rules` (copies, of one family) that lack
 * them. */
void policy_join(struct policy *policy, uint8_t family, struct vector *rules);

/*
 * Sets the preference of a rule that names none (rule_list_preference()). The rules have been read.
 * Returns 0, or -1 with the error (STATUS_GUARDED) if none is left.
 */
int policy_choose_preference(struct policy *policy, struct rule *rule, struct error *error);
/* Returns true if the kernel would choose another preference, or if none is left
 * (rule_list_overrides()). */
bool policy_overrides_preference(struct policy *policy, uint8_t family);

/*
 * Calls `each` for the routes of a scope until it returns false, as store_each(). If `wanted` is
 * not NULL, may leave out routes with another destination, or with another value than one that it
 * gives.
 * Returns 0, or -1 with the error.
 */
int policy_each_route(struct policy *policy, const struct scope *scope, const struct route *wanted,
	bool (*each)(const void *record, void *context), void *context, struct error *error);

/*
 * Notes the change of a rule: from now on it counts as made. OPERATION_REPLACE: only its nftables
 * part has changed. `sent`: its encoded message, or NULL. Sets *record to its number in the list.
 * Returns false, and notes nothing, if the rules of its family have not been read.
 */
bool policy_note_rule(struct policy *policy, enum operation operation, const struct rule *rule,
	const struct nlmsghdr *sent, uint32_t *record);

/* Returns the list of a family, loaded or not. */
struct rule_list *policy_list(struct policy *policy, uint8_t family);

#endif
