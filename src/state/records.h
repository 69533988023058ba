/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A list of routes and rules that needs little memory (about 100 bytes each): keeps a record as its
 * message and decodes it when it is read. Keeps a rule's own record with it. */
#ifndef STATE_RECORDS_H
#define STATE_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/vector.h"
#include "field/walk.h"
#include "model/route.h"
#include "model/rule.h"

struct record_item {
	uint64_t key;     /* record_key() */
	uint32_t message; /* where it starts in messages, in units of NLMSG_ALIGNTO bytes */
	uint32_t own;     /* where the rule's own record starts there, in the same units, plus one;
	                     0: none */
	uint32_t whole;   /* index into wholes, plus one; 0: the message is complete */
	uint32_t class;   /* of a route */
	uint32_t line;    /* line number in its file; 0: from the kernel, or unknown */
	uint16_t rank;    /* record_rank() */
	uint8_t family;
	bool rule : 1;
	bool only : 1, marked : 1, gone : 1; /* flags of a rule with a private class */
	/* Of a route, or of a rule's own record: */
	bool object : 1;     /* given in words with a nexthop object */
	bool resolvable : 1; /* of the kernel, with a nexthop object: see route_resolve() */
};

struct records {
	struct vector items;    /* struct record_item, in the order in which they were added */
	struct buffer messages; /* one after the other */
	struct vector
		wholes; /* struct rule * or route *, in arena: records with an nftables part */
	struct arena arena;
	struct presence presence[2]; /* of routes and of rules; made with the first one of each */
	struct decoder decoder[2];
};

/* A zeroed struct is an empty list. */
void records_free(struct records *records);
/* Empties the list. */
void records_reset(struct records *records);

/*
 * Adds a copy of a route or rule. Returns its item, valid until the next one is added. A route of
 * the kernel that uses one of this program's nexthop objects is kept with its gateway instead.
 */
struct record_item *records_add(
	struct records *records, const struct object *object, const void *record);

/* Return the item with this index, and the object of its record. */
struct record_item *records_item(const struct records *records, size_t index);
const struct object *records_object(const struct records *records, size_t index);
/* Reads a record into a zeroed struct route or rule. Values of variable length are in the arena. */
void records_read(const struct records *records, size_t index, struct arena *arena, void *record);

/* As records_read(), without the rows that are ignored in comparisons: those that `save` doesn't
 * write (the number of a private class, a realm that the program chose, defaults) and remaining
 * lifetimes. `resolve`: gives a route of the kernel, or an own record, the gateway of its nexthop
 * object. */
void records_read_written(const struct records *records, size_t index, bool resolve,
	struct arena *arena, void *record);
/* Returns true if comparing these two has to resolve nexthop objects: unless one of them names an
 * object in words. */
bool records_resolve(const struct record_item *a, const struct record_item *b);

/* Returns true if two records are the same, as read by records_read_written(). */
bool records_same(const struct records *a, size_t left, const struct records *b, size_t right);

/*
 * Finds two records that the kernel would make one route of: different IPv6 routes with gateways,
 * of the same destination, metric and class (rt6_qualify_for_ecmp() in net/ipv6). Sets *first and
 * *second to their indexes, the smaller one first. Returns false if there are none.
 */
#define RECORDS_JOINED_HINT                                                                    \
	"write one line with all of them: `nexthop gw ADDR ... nexthop gw ADDR ...`, or give " \
	"them "                                                                                \
	"different metrics"
bool records_joined(const struct records *records, size_t *first, size_t *second);

/* Returns a hash of a record's message, and of that of its own record: equal lines of a file have
 * the same. */
uint64_t records_hash(const struct records *records, size_t index);

/* Returns a hash of the values by which the kernel distinguishes records. Records with the same key
 * are rivals: one replaces the other, or they differ only in their order. */
uint64_t record_key(const struct object *object, const void *record);
/*
 * Returns the rank of a record: those with a lower rank must exist before those with a higher one,
 * because the kernel looks up a gateway among routes of a narrower scope (fib_check_nh()). 0: needs
 * no other route. Rules have the highest rank.
 */
uint16_t record_rank(const struct object *object, const void *record);
/* Returns the rows of a route that are ignored in comparisons: remaining lifetimes. */
struct rows records_fleeting(void);

#endif
