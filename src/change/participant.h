/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lets other state change together with the rules and routes of a transaction: the nftables part
 * (nat/translation.h), shared nexthop objects (change/sharing.h). A transaction knows its
 * participants only through this struct. The code that makes a transaction lets them join it
 * (transaction_join()).
 *
 * Participants are called in the order in which they joined, except that undo() and free() run in
 * reverse order. Every function may be NULL. Those that return int return 0, or -1 with the error
 * filled.
 */
#ifndef CHANGE_PARTICIPANT_H
#define CHANGE_PARTICIPANT_H

#include <stdbool.h>
#include <stddef.h>

#include "change/operation.h"
#include "field/field.h"

struct change;
struct error;
struct nlmsghdr;
struct route;
struct rule;
struct vector;

/* A message may grow by this many bytes in rewrite(). */
enum { PARTICIPANT_ROOM = 8 };

struct participant {
	/* ---- while changes are prepared; nothing has been sent yet ---- */

	/* A rule is about to be added. May edit it, and may add changes to be made before it. */
	int (*rule_adding)(void *context, struct rule *rule, struct error *error);
	/* A rule is about to be removed. The rule is still part of the transaction's policy. */
	int (*rule_removing)(void *context, const struct rule *rule, struct error *error);
	/* The removal of a rule, and of its own record, has been added. */
	void (*rule_removed)(void *context, const struct rule *rule);
	/* A change of a route has been added. Called for every route of a batch: be quick. */
	void (*route_noted)(void *context, enum operation operation, const struct route *route);

	/* ---- when all changes are prepared ---- */

	/* May add the changes that follow from the others. Also called by a dry run, and again
	 * before the changes are made. */
	int (*prepare)(void *context, struct error *error);
	/*
	 * Decides whether the changes may be made; all participants have been prepared. Also
	 * called by a dry run. On refusal it may set transaction->against to the line at fault.
	 */
	int (*check)(void *context, struct error *error);

	/* ---- while changes are made ---- */

	/* Called before the first change is sent: makes what must exist by then. */
	int (*before)(void *context, struct error *error);
	/*
	 * Edits a copy of a change's message just before it is sent. The memory behind it has room
	 * for PARTICIPANT_ROOM bytes more. Also called for the message that undoes an addition, so
	 * the same change must give the same result every time. Returns true if it edited the
	 * message, so that offsets reported by the kernel don't fit the original.
	 */
	bool (*rewrite)(void *context, const struct change *change, struct nlmsghdr *message);
	/*
	 * Called after the last change is made: removes what had to exist until then. If it fails,
	 * the whole transaction is undone.
	 */
	int (*after)(void *context, struct error *error);
	/* Undoes before() and after() once the changes are undone. Called only if before() was. */
	int (*undo)(void *context, struct error *error);
	/* The transaction is complete and is not undone any more: cleans up. Ignores failures. */
	void (*finish)(void *context);

	/* ---- at any time ---- */

	/* Fills the values of a record that its message can't hold. The record was decoded from a
	 * change's message. */
	void (*describe)(void *context, const struct object *object, void *record);
	/* Frees the context. */
	void (*free)(void *context);
};

/* A participant of one transaction, and its context there. */
struct participation {
	const struct participant *participant; /* borrowed */
	void *context;                         /* owned */
};

/* Each function calls the callback of that name of all `participants` (struct participation).
 * Returns 0, or -1 with the error of the first that fails; the rest is not called then. */
int participants_rule_adding(
	const struct vector *participants, struct rule *rule, struct error *error);
int participants_rule_removing(
	const struct vector *participants, const struct rule *rule, struct error *error);
void participants_rule_removed(const struct vector *participants, const struct rule *rule);
void participants_route_noted(
	const struct vector *participants, enum operation operation, const struct route *route);
int participants_prepare(const struct vector *participants, struct error *error);
int participants_check(const struct vector *participants, struct error *error);
/* Sets *ready to the number of participants that have run before(); after a failure these must be
 * undone. */
int participants_before(const struct vector *participants, size_t *ready, struct error *error);
/* Returns true if at least one of them edited the message. */
bool participants_rewrite(
	const struct vector *participants, const struct change *change, struct nlmsghdr *message);
int participants_after(const struct vector *participants, struct error *error);
/* Undoes the first `ready` of them, the last first, and goes on after a failure. Returns 0, or -1
 * with the first error. */
int participants_undo(const struct vector *participants, size_t ready, struct error *error);
void participants_finish(const struct vector *participants);
void participants_describe(
	const struct vector *participants, const struct object *object, void *record);
void participants_free(struct vector *participants);

#endif
