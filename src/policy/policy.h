/*
 * The rules and routes that a preparation is judged by: the kernel's, asked for once and when first
 * needed, and then as the changes prepared so far will leave them.
 */
#ifndef POLICY_POLICY_H
#define POLICY_POLICY_H

#include "policy/store.h"

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
	struct vector rules; /* struct rule, in the kernel's order */
	bool loaded;
};

/* Zeroed, but for `netlink`: nothing is asked for yet. */
struct policy {
	struct netlink *netlink; /* borrowed */
	struct arena arena;      /* of the records here */
	struct rule_list inet, inet6;
};

void policy_free(struct policy *policy);

/*
 * The rules of a family (AF_INET, AF_INET6), in order, without their own records; but those that
 * this transaction adds have theirs. Valid until the next change. NULL with the error.
 */
const struct vector *policy_rules(struct policy *policy, uint8_t family, struct error *error);

/* Asks for the rules anew when they are needed next. */
void policy_forget(struct policy *policy);
/* What the kernel would give a rule without a preference, with these rules of its family there. */
uint32_t policy_preference(const struct vector *rules);

/* Calls `each` for the routes of a scope, as store_each(). 0, or -1. */
int policy_each_route(struct policy *policy, const struct scope *scope,
	bool (*each)(const void *record, void *context), void *context, struct error *error);

/* From now on the change counts as made. */
void policy_note(struct policy *policy, enum operation operation, const struct object *object,
	const void *record);

#endif
