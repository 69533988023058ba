/*
 * Changes that happen all or not at all. A verb's preparation turns words into changes
 * (transaction_add()), one line or a million; one commit makes them.
 */
#ifndef POLICY_TRANSACTION_H
#define POLICY_TRANSACTION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/vector.h"
#include "field/walk.h"
#include "netlink/netlink.h"
#include "policy/policy.h"

struct loss;
struct probes;
struct rule;
struct sharing;
struct translation;

/* One message to the kernel, and the line it came from. There may be millions: keep it small. */
struct change {
	uint32_t message;  /* where it begins in messages, in units of NLMSG_ALIGNTO bytes */
	uint32_t previous; /* the same, plus one, of the record that it replaces; 0: none known */
	uint32_t line;     /* number of the script's line; 0: the command line */
	uint8_t operation; /* enum operation */
	bool claim : 1;    /* the first route of a private class: another class, if it is taken */
	bool after : 1;    /* not to be run if a change before it was refused */
	bool verify : 1;   /* what the kernel made of it is read back */
	bool told : 1;     /* what it loses is said already, and accepted */
	bool unmade : 1;   /* refused, and let pass */
	bool kept : 1;     /* the policy keeps the group of what it changes, as it was */
	bool touches : 1;  /* and this is the first change of that group */
};

/*
 * What changes together with rules and routes, but elsewhere (nftables). Its own preparation is
 * behind `context`. Functions may be NULL; 0, or -1 with the error.
 */
struct participant {
	/* Before anything is changed: may it be? Also asked by a dry run. If not, it may say in
	 * transaction->against because of which line. */
	int (*check)(void *context, struct error *error);
	/* Before the first change: what must be there by then. */
	int (*before)(void *context, struct error *error);
	/* After the last change: what must be there until then. If it fails, all is undone. */
	int (*after)(void *context, struct error *error);
	/* Undoes `before`, once the changes are undone. */
	int (*back)(void *context, struct error *error);
	void *context;
};

struct transaction {
	struct policy policy;          /* what preparations are judged by */
	struct buffer messages;        /* of the changes, one behind the other */
	struct buffer previous;        /* messages of the records that they replace */
	struct vector changes;         /* struct change */
	struct presence routes, rules; /* of their records, once one is added */
	size_t rules_added;
	struct vector participants;      /* struct participant */
	struct buffer stuck;             /* messages refused or lost on the way back */
	struct translation *translation; /* the participant that is nftables; NULL: not concerned */
	struct sharing *sharing;         /* the one that is nexthop objects; NULL: none are used */
	struct vector nat_routes;        /* of the changes: see policy/translation.h */
	bool looked4, looked6;           /* no rule of the family there concerned nftables */
	bool mended;                     /* something is there again that nftables had lost */
	struct probes *probes; /* borrowed: what the kernel is known to keep; NULL: asked anew */
	uint32_t line;         /* that changes are added for: set before its preparation */
	uint32_t against;      /* the line that a participant would not have; 0: not said */
	bool unchanged;        /* a preparation found that nothing needs to change (-ensure) */
};

/* Empty; preparations ask this conversation. */
static inline struct transaction transaction_new(struct netlink *netlink)
{
	return (struct transaction){.policy = {.netlink = netlink}};
}
void transaction_free(struct transaction *transaction);

/* May some kernel drop something of the record without a word? Then it is read back. */
bool transaction_fragile(
	struct transaction *transaction, const struct object *object, const void *record);
/*
 * Adds a change. `previous`: the record that it replaces or deletes, for the undoing; NULL: none is
 * there. Returns the change, valid until the next is added: for setting its flags.
 */
struct change *transaction_add(struct transaction *transaction, enum operation operation,
	const struct object *object, const void *record, const void *previous);

/*
 * Adds a rule, and before it its own record, if it has one, in a private class that is chosen here.
 * 0, or -1.
 */
int transaction_add_rule(struct transaction *transaction, struct rule *rule, struct error *error);
/*
 * Adds the removal of a rule, and then of its own record. `after`: not if something before it is
 * refused. 0, or -1.
 */
int transaction_remove_rule(
	struct transaction *transaction, const struct rule *rule, bool after, struct error *error);

/*
 * Before words are looked for among the routes of a class (0: every class), or a change that takes
 * away something or has equals: in a transaction of many lines (policy.keep) they are kept from now
 * on, with what was changed already. 0, or -1.
 */
int transaction_watch(
	struct transaction *transaction, uint8_t family, uint32_t class, struct error *error);

void transaction_join(struct transaction *transaction, const struct participant *participant);

/* Who decides what becomes of refusals. Functions may be NULL. */
struct referee {
	/*
	 * The kernel refused a change. True: let it pass; the change counts as not made, all else
	 * goes on. False: everything is undone; the error is filled. NULL: a sentence without a
	 * word.
	 */
	bool (*refused)(void *context, const struct transaction *transaction,
		const struct change *change, const struct answer *answer, struct error *error);
	/* The kernel drops a row of a change, or would. True: let it stand so. Otherwise the same.
	 */
	bool (*lost)(void *context, const struct transaction *transaction,
		const struct change *change, const struct loss *loss, struct error *error);
	/* What the kernel has made of a change that is read back, which stands. */
	void (*made)(void *context, const struct change *change, const struct nlmsghdr *told);
	/* Asked now and then, with the number of changes made: true, with the error filled: undo.
	 */
	bool (*stop)(void *context, size_t done, struct error *error);
	void *context;
};

/* The kernel made something else of a change than was sent: the record, for the undoing. */
void transaction_correct(
	struct transaction *transaction, struct change *change, const void *record);

/* Would transaction_commit() begin? 0, or -1 with what stands against it. */
int transaction_check(struct transaction *transaction, struct error *error);

/*
 * Makes the changes in order. When one is refused those made are undone, the last first, and the
 * error says which and why: STATUS_REFUSED, or STATUS_PARTLY if undoing was refused too. Once only.
 * 0, or -1.
 */
int transaction_commit(
	struct transaction *transaction, const struct referee *referee, struct error *error);

/* The message of a change: for showing it, and for explaining its refusal. */
const struct nlmsghdr *change_message(
	const struct transaction *transaction, const struct change *change);
/* The message of the record that it replaces; there is one. */
const struct nlmsghdr *change_previous(
	const struct transaction *transaction, const struct change *change);
/* What it changes. */
const struct object *change_object(
	const struct transaction *transaction, const struct change *change);
/* What a message changes, and the verb of our own grammar that would send it. */
const struct object *message_object(const struct nlmsghdr *message);
const char *message_verb(const struct nlmsghdr *message);

#endif
