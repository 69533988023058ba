/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the kernel's records: one by one as they arrive, or all into a list. */
#ifndef STATE_STORE_H
#define STATE_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vector.h"
#include "field/field.h"
#include "netlink/dump.h"
#include "netlink/netlink.h"

/*
 * Calls `each` for every record as it arrives, until it returns false. The record is valid only
 * during the call. An empty or missing class has no records. Does not repeat a dump if routes or
 * rules changed while it ran, but sets *interrupted (may be NULL). Returns 0, or -1 with the error.
 */
int store_each(struct netlink *netlink, const struct object *object, const struct scope *scope,
	bool (*each)(const void *record, void *context), void *context, bool *interrupted,
	struct error *error);
/* As store_each(). `maybe`: a superset of the rows that the record gives, for
 * renderer_record_rows(). */
int store_each_rows(struct netlink *netlink, const struct object *object, const struct scope *scope,
	bool (*each)(const void *record, struct rows maybe, void *context), void *context,
	bool *interrupted, struct error *error);

/*
 * Calls `read`, which dumps something and sets *interrupted if it changed meanwhile, until it does
 * not, at most ten times within half a second. If it still changes, sets *interrupted; if
 * `interrupted` is NULL, fails with STATUS_REFUSED. Returns 0, or -1 with the error.
 */
int store_repeat(int (*read)(void *context, bool *interrupted, struct error *error), void *context,
	bool *interrupted, struct error *error);

/*
 * Fills `records` (zeroed; freed by the caller with vector_free()) with all records of a scope, in
 * the kernel's order. Values of variable length are in the arena. Repeats the dump if they changed
 * while it ran, as store_repeat(). Returns 0, or -1 with the error.
 */
int store_load(struct netlink *netlink, const struct object *object, const struct scope *scope,
	struct vector *records, struct arena *arena, bool *interrupted, struct error *error);

#endif
