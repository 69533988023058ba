/* The kernel's records, decoded: one by one as they come, or as a snapshot. */
#ifndef POLICY_STORE_H
#define POLICY_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vector.h"
#include "field/field.h"
#include "netlink/netlink.h"

/* What the kernel itself is asked to leave out. Zero: everything of both families. */
struct scope {
	uint8_t family; /* AF_UNSPEC: IPv4, then IPv6 */
	/* Routes only: */
	uint32_t class;   /* 0: every class */
	uint32_t device;  /* index; also of a nexthop among several. 0: any */
	uint8_t protocol; /* RTPROT_…; 0: any */
	uint8_t type;     /* RTN_…; 0: any */
	bool cached;      /* the cached exceptions instead of the routes */
};

/*
 * Calls `each` for every record, as it comes; false ends it. The record is valid during the call,
 * what varies in length is in an arena that is reset after it. An empty or missing class has no
 * records. A dump that changed while it ran is not repeated: *interrupted (may be NULL) says so. 0,
 * or -1.
 */
int store_each(struct netlink *netlink, const struct object *object, const struct scope *scope,
	bool (*each)(const void *record, void *context), void *context, bool *interrupted,
	struct error *error);
/* The same; `maybe` has all rows that the record gives: for renderer_record_rows(). */
int store_each_rows(struct netlink *netlink, const struct object *object, const struct scope *scope,
	bool (*each)(const void *record, struct rows maybe, void *context), void *context,
	bool *interrupted, struct error *error);

/*
 * Fills `records` (zeroed; freed by the caller with vector_free()) with those that `fits` says, in
 * the kernel's order; `arena` keeps what varies in length. A dump that changed while it ran is
 * repeated, a few times. 0, or -1.
 */
int store_pick(struct netlink *netlink, const struct object *object, const struct scope *scope,
	bool (*fits)(const void *record, void *context), void *context, struct vector *records,
	struct arena *arena, struct error *error);

/* The same with all of them. */
int store_load(struct netlink *netlink, const struct object *object, const struct scope *scope,
	struct vector *records, struct arena *arena, struct error *error);

#endif
