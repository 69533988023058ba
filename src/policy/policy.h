/*
 * The rules and routes that a preparation is judged by: the kernel's, asked for once and when first
 * needed, and then as the changes prepared so far will leave them. What a change touches is
 * remembered as it was, for the way back.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "field/walk.h"
#include "policy/groups.h"
#include "policy/store.h"

struct prefix;
struct route;
struct rule;

enum operation {
	OPERATION_ADD,     /* refused if it is there */
	OPERATION_APPEND,  /* behind its equals */
	OPERATION_PREPEND, /* before its equals */
	OPERATION_CHANGE,  /* of what is there */
	OPERATION_REPLACE, /* of what is there, or added */
	OPERATION_DELETE,
};

/* The rules of one family. */
struct rule_list {
	bool loaded;
	bool stale;            /* rules lacks the last changes */
	struct vector rules;   /* struct rule, in the kernel's order */
	struct arena arena;    /* of rules */
	bool grouped;          /* they are in the groups below */
	struct groups groups;  /* by preference */
	struct groups alike;   /* by what they select */
	struct groups owners;  /* those with a private class, by it */
	struct buffer pending; /* changes that are not in groups yet; sequence: enum operation */
	struct presence rows;  /* of rules, once one is encoded for the groups */
	bool lowest_known;
	uint32_t lowest[2];   /* the two lowest preferences in groups */
	struct vector parted; /* struct rule *: those that are partly in nftables, in whole. A
	                         message's pid tells which: index, plus one */
	struct arena whole;   /* where they are */
};

/* Zeroed, but for `netlink`: nothing is asked for yet. */
struct policy {
	struct netlink *netlink; /* borrowed */
	bool keep;               /* for many lines: routes that they touch are kept */
	struct rule_list inet, inet6;
	struct groups routes;     /* of the classes that are kept */
	struct vector scopes;     /* struct scope: those classes */
	uint32_t claimed, claims; /* private classes: the first, and how many follow one another */
	struct buffer records;    /* messages of the routes of those */
	struct vector owned;      /* uint32_t: where each begins, in units of NLMSG_ALIGNTO bytes */
};

void policy_free(struct policy *policy);

/*
 * The rules of a family (AF_INET, AF_INET6), in order, without their own records; but those that
 * this transaction adds have theirs. Valid until the next change. NULL with the error.
 */
const struct vector *policy_rules(struct policy *policy, uint8_t family, struct error *error);

/* Which rules policy_each_rule() looks among. */
enum neighbours {
	NEIGHBOURS_ALIKE,      /* those that select the same; of its preference, if it has one */
	NEIGHBOURS_PREFERENCE, /* those of the same preference */
	NEIGHBOURS_ALL,
};
/*
 * Calls `each` for the rules of a family that are near the wanted one in this way, and maybe for
 * others, in the kernel's order. The record is valid as long as the arena, or until the next
 * change. 0, or -1.
 */
int policy_each_rule(struct policy *policy, const struct rule *wanted, enum neighbours neighbours,
	struct arena *arena, void (*each)(const struct rule *rule, void *context), void *context,
	struct error *error);
/* Gives the rules (of one family) that have a record of their own theirs. 0, or -1. */
int policy_attach(struct policy *policy, uint8_t family, struct vector *rules, struct arena *arena,
	struct error *error);

/* Asks for the rules anew when they are needed next. Nothing is changed yet. */
void policy_forget(struct policy *policy);

/* The preference that the kernel would give to a rule without one (fib_default_rule_pref()). The
 * rules have been asked for. */
uint32_t policy_default_preference(struct policy *policy, uint8_t family);
/* The same with these rules of its family there. */
uint32_t policy_preference(const struct vector *rules);

/* The next of the private classes claimed gets its record. */
void policy_claim(struct policy *policy, const struct route *record);

/*
 * Calls `each` for the routes of a scope, as store_each(); but others than those to `destination`
 * (NULL: any) may be left out. 0, or -1.
 */
int policy_each_route(struct policy *policy, const struct scope *scope,
	const struct prefix *destination, bool (*each)(const void *record, void *context),
	void *context, struct error *error);
/* Are the routes of this class (0: of all) kept? */
bool policy_keeps(const struct policy *policy, uint8_t family, uint32_t class);
/* From now on they are; those of `class` 0 are all. 0, or -1. */
int policy_load(struct policy *policy, uint8_t family, uint32_t class, struct error *error);

/* From now on the change of a rule counts as made; OPERATION_REPLACE: of what is in nftables of it
 * alone. `sent`: its message, if it is encoded already; or NULL. False: its rules have not been
 * asked for. */
bool policy_note_rule(struct policy *policy, enum operation operation, const struct rule *rule,
	const struct nlmsghdr *sent);
/* The same for a route that is kept. True: it is the first to touch its group. */
bool policy_note_route(struct policy *policy, enum operation operation, const struct route *route);

/* ---- for policy.c and undo.c ---- */

struct rule_list *policy_list(struct policy *policy, uint8_t family);
/* The rules are in the list's groups, with all changes. */
void rule_list_group(struct rule_list *list);
void rule_list_note(struct rule_list *list, enum operation operation, const struct rule *rule,
	uint32_t preference, const struct nlmsghdr *sent);
void rule_list_free(struct rule_list *list);
/* Puts a change into a group. True: it is the first. */
bool groups_change(
	struct groups *groups, enum operation operation, uint32_t message, bool is_inet6);

#endif
