/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes changes completely or not at all. A verb prepares changes from words (transaction_add()),
 * for one line or a million; one commit makes them. */
#ifndef CHANGE_TRANSACTION_H
#define CHANGE_TRANSACTION_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/buffer.h"
#include "base/vector.h"
#include "field/walk.h"
#include "netlink/netlink.h"
#include "change/participant.h"
#include "change/policy.h"

struct loss;
struct probes;

/* One message to the kernel, and the line it came from. There may be millions: keep it small. */
struct change {
	uint32_t message;    /* where it starts in messages, in units of NLMSG_ALIGNTO bytes */
	uint32_t previous;   /* where the record that it replaces starts in previous, in the same
	                        units, plus one; 0: none known */
	uint32_t record;     /* if `kept`: its number in the policy's list */
	uint32_t line;       /* number of the script's line; 0: the command line */
	uint8_t operation;   /* enum operation */
	bool allocates : 1;  /* the first route of a private class: retried with another class if
	                        this one is in use */
	bool after : 1;      /* skipped if an earlier change of the line was refused */
	bool verify : 1;     /* the kernel's echo is compared with what was sent */
	bool loss_known : 1; /* its loss was reported and accepted before */
	bool unmade : 1;     /* refused, but allowed to fail */
	bool kept : 1;       /* the policy remembers the group that it changes */
	bool touches : 1;    /* the first change of that group */
	bool edited : 1;     /* a participant edited the message when it was sent */
};

struct transaction {
	struct policy policy;          /* rules and routes as the changes will leave them */
	struct buffer messages;        /* the messages of the changes, one after the other */
	struct buffer previous;        /* the messages of the records that they replace */
	struct vector changes;         /* struct change */
	struct presence routes, rules; /* set up when the first record is added */
	size_t rules_added;
	struct vector participants; /* struct participation */
	struct buffer stuck;        /* messages refused or lost while undoing */
	bool repaired;              /* a participant restored something that was lost */
	struct probes *probes;      /* borrowed: results of earlier probes; NULL: none */
	uint32_t
		line; /* line of the next changes; set by the caller before each line is prepared */
	uint32_t against;      /* the line that a participant refused; 0: unknown */
	bool bare_rules;       /* if the kernel refuses an own record for now, its rule is made
	                          without it, as if the kernel had removed it (rule->gone) */
	unsigned int searches; /* number of searches for what a line that matches nothing may have
	                          meant */
	bool unchanged;        /* a preparation found that nothing needs to change (-ensure) */
	bool seamless; /* rules may come and go in any order: packets that are routed alike before
	                  and after must be so meanwhile, too */
	bool leads;    /* rules may come before routes whose gateways they lead to: see
	                  change/leads.h */
};

/* Makes the transaction empty; `netlink` is borrowed. */
static inline void transaction_init(struct transaction *transaction, struct netlink *netlink)
{
	memset(transaction, 0, sizeof *transaction);
	transaction->policy.netlink = netlink;
}
void transaction_free(struct transaction *transaction);

/* Returns true if some kernel may ignore a part of the record without an error. */
bool transaction_fragile(
	struct transaction *transaction, const struct object *object, const void *record);
/*
 * Adds a change; records are copied. `record` must be finished (object->finish()). `previous`: the
 * record that it replaces or deletes, needed to undo it; NULL: none exists. Returns the change, so
 * that the caller can set its flags; valid until the next one is added.
 */
struct change *transaction_add(struct transaction *transaction, enum operation operation,
	const struct object *object, const void *record, const void *previous);

/*
 * Call this before searching the routes of a class (0: every class), and before adding a change
 * that removes a route or has equals. In a transaction of many lines (policy.keep) the policy then
 * keeps these routes, including earlier changes. Returns 0, or -1 with the error.
 */
int transaction_watch(
	struct transaction *transaction, uint8_t family, uint32_t class, struct error *error);

/* Adds a participant (borrowed). The transaction owns its context, and must not move in memory any
 * more. */
void transaction_join(
	struct transaction *transaction, const struct participant *participant, void *context);
/* Returns the context of a participant; NULL: it hasn't joined. */
void *transaction_participation(
	const struct transaction *transaction, const struct participant *participant);

/* Callbacks of transaction_commit(). Each may be NULL. */
struct commit_hooks {
	/* The kernel refused a change. Returns true to ignore that and go on, or false with the
	 * error to undo everything. If NULL, everything is undone, with an error that marks no
	 * word. */
	bool (*refused)(void *context, const struct transaction *transaction,
		const struct change *change, const struct answer *answer, struct error *error);
	/* The kernel ignores a row of a change, or would. Returns true to accept that; otherwise as
	 * refused(). */
	bool (*lost)(void *context, const struct transaction *transaction,
		const struct change *change, const struct loss *loss, struct error *error);
	/* Receives the kernel's echo of a change that was accepted. */
	void (*made)(void *context, const struct change *change, const struct nlmsghdr *echo);
	/* Called between windows with the number of changes made. Returns true with the error to
	 * stop and undo. */
	bool (*stop)(void *context, size_t done, struct error *error);
	void *context;
};

/* Stores the record that the kernel really made, so that the change can be undone. */
void transaction_correct(
	struct transaction *transaction, struct change *change, const void *record);

/* Stores the record that a change replaces, once it is known, so that the change can be undone. */
void transaction_set_previous(
	struct transaction *transaction, struct change *change, const void *record);

/* Lets the participants prepare and check, as transaction_commit() does first, and sends nothing.
 * May add the participants' changes to the transaction. Returns 0, or -1 with the error. */
int transaction_check(struct transaction *transaction, struct error *error);

/*
 * Makes the changes. If one is refused, undoes those made, the last first. Returns 0, or -1 with
 * the error, whose status is STATUS_PARTLY if something could not be undone (transaction->stuck).
 * Call it only once.
 */
int transaction_commit(
	struct transaction *transaction, const struct commit_hooks *hooks, struct error *error);

/* Returns true if a change was refused and allowed to fail. Call it after the changes were sent. */
bool transaction_is_partial(const struct transaction *transaction);

/* Returns the message of a change. */
const struct nlmsghdr *change_message(
	const struct transaction *transaction, const struct change *change);
/* Returns the message of the record that a change replaces; change->previous must not be 0. */
const struct nlmsghdr *change_previous(
	const struct transaction *transaction, const struct change *change);
/* Returns the object of a change: &route_object or &rule_object. */
const struct object *change_object(
	const struct transaction *transaction, const struct change *change);
/* Return the object of a message, and the verb of our own dialect for it. */
const struct object *message_object(const struct nlmsghdr *message);
const char *message_verb(const struct nlmsghdr *message);

#endif
