/* Changes that happen all or not at all. */
#ifndef POLICY_TRANSACTION_H
#define POLICY_TRANSACTION_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/vector.h"
#include "field/field.h"
#include "netlink/netlink.h"

enum operation {
	OPERATION_ADD,     /* refused if it is there */
	OPERATION_APPEND,  /* behind its equals */
	OPERATION_PREPEND, /* before its equals */
	OPERATION_CHANGE,  /* of what is there */
	OPERATION_REPLACE, /* of what is there, or added */
	OPERATION_DELETE,
};

/* One message to the kernel, and what it came from. */
struct change {
	enum operation operation;
	const struct object *object;
	const struct words *words;   /* the line it is from, borrowed; NULL: none */
	const struct origin *origin; /* which word gave what, borrowed; NULL: unknown */
	size_t message;              /* where it begins in messages */
	size_t previous; /* where the record that it takes away begins; 0: it takes none */
};

struct transaction {
	struct buffer messages;
	struct vector changes; /* struct change */
};

/* A zeroed struct transaction is empty. Frees what it holds. */
void transaction_free(struct transaction *transaction);

/*
 * Adds a change. `previous`: the record that it replaces or deletes, for the undoing; NULL: none is
 * there. `words` and `origin` may be NULL.
 */
void transaction_add(struct transaction *transaction, enum operation operation,
	const struct object *object, const void *record, const void *previous,
	const struct words *words, const struct origin *origin);

/*
 * Makes the changes in order. At the first refusal those made are undone, the last first, and the
 * error says which and why: STATUS_REFUSED, or STATUS_PARTLY if undoing was refused too. *number
 * (may be NULL): the kernel's errno. 0, or -1.
 */
int transaction_commit(
	struct transaction *transaction, struct netlink *netlink, int *number, struct error *error);

/* The message of a change, for showing it. */
const struct nlmsghdr *change_message(
	const struct transaction *transaction, const struct change *change);

/* The verb of a change in our own grammar: "add", "delrule". */
const char *change_verb(const struct change *change);

#endif
