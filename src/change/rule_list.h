/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The rules of one family: read from the kernel once, then kept as the prepared changes will leave
 * them.
 */
#ifndef CHANGE_RULE_LIST_H
#define CHANGE_RULE_LIST_H

#include "base/arena.h"
#include "change/own_records.h"
#include "change/rule_index.h"

struct bindings;
struct error;
struct netlink;

/* Not loaded when zeroed. Must not move in memory once loaded. */
struct rule_list {
	bool loaded;
	bool stale;                /* `rules` lacks the last changes */
	bool indexed;              /* the loaded rules are in the index */
	bool l3mdev;               /* there may be a rule for VRFs (an earlier one counts, too) */
	bool joined;               /* the rules have the values that nftables keeps */
	size_t changes;            /* number of those noted */
	struct bindings *bindings; /* the source of these values; borrowed */
	struct vector rules;       /* struct rule, in the kernel's order */
	struct arena arena;        /* memory of `rules` */
	struct rule_index index;
	struct vector pending; /* uint32_t: kept changes that are not in the index yet */
	struct arena whole;    /* memory of rules that their messages do not hold completely */
};

/*
 * Reads the rules of a family from the kernel, unless they are loaded, without the values that
 * nftables keeps. `lenient`: accepts rules that change while they are read. `bindings` must outlive
 * the list. Returns 0, or -1 with the error.
 */
int rule_list_load(struct rule_list *list, struct netlink *netlink, uint8_t family, bool lenient,
	struct bindings *bindings, struct error *error);
/* Fills in the values that nftables keeps, once. Reads nftables if a rule has a part there and it
 * has not been read. The list is loaded. */
void rule_list_join(struct rule_list *list);
void rule_list_free(struct rule_list *list);
/* Updates list->rules after changes. `own`: the own records of rules that the transaction adds. */
void rule_list_renew(struct rule_list *list, struct own_records *own);
/* Returns the index, with all changes in it. Calls rule_list_join(). The list is loaded. */
struct rule_index *rule_list_index(struct rule_list *list);

/*
 * Notes a change of a rule: from now on it counts as made. `preference`: the one that the rule has
 * or will get. `sent`: its encoded message, or NULL. The list is loaded. Returns the number of the
 * kept rule.
 */
uint32_t rule_list_note(struct rule_list *list, enum operation operation, const struct rule *rule,
	uint32_t preference, const struct nlmsghdr *sent);
/* Fills a rule from a kept one. Values of variable length are in the arena or in the list. */
void rule_list_read(struct rule_list *list, struct own_records *own, const struct kept *kept,
	struct arena *arena, struct rule *rule);

/*
 * Returns the preference of a rule that gives none: like the kernel (fib_default_rule_pref()) one
 * less than the second rule's, but always after the preferences of local-policy
 * (PREFERENCE_HOST_END). Returns 0 if none is left there. The list is loaded.
 */
uint32_t rule_list_preference(struct rule_list *list);
/* Returns true if the list is loaded and the kernel would choose another preference than
 * rule_list_preference(), or if the latter has none left. */
bool rule_list_overrides(struct rule_list *list);

#endif
