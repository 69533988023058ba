/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps each record once, as the message that adds it, together with what a message can't contain.
 * Others refer to records by number. There may be millions. */
#ifndef CHANGE_KEPT_H
#define CHANGE_KEPT_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/netlink.h>

#include "base/buffer.h"
#include "field/walk.h"

struct rule;

struct kept {
	/* The rule with its nftables part, which the message lacks; NULL: the message is complete.
	 * Borrowed. */
	const struct rule *whole;
	uint32_t object;   /* the nexthop object that a route uses; 0: none. The message has the
	                      gateway of the object */
	uint8_t operation; /* enum operation: the change that the record stands for */
	bool gone;         /* a later change removed it */
	char bytes[] __attribute__((aligned(NLMSG_ALIGNTO))); /* the message */
};

/* Records of one object (route or rule). Empty when zeroed except for `object`. */
struct kept_list {
	const struct object *object; /* &route_object or &rule_object */
	struct buffer memory;        /* struct kept, one behind the other */
	struct presence *presence;   /* owned; NULL until the first record is encoded */
	struct decoder *decoder;     /* owned; NULL until the first record is decoded */
};

/* Keeps a copy of a message. Returns its number, valid until kept_free(). Pointers to kept records
 * are valid until the next record is kept. */
uint32_t kept_add(struct kept_list *records, const struct nlmsghdr *message);
/* Keeps a route or a rule, with the number of the nexthop object that a route uses. Returns its
 * number, as kept_add(). */
uint32_t kept_add_record(struct kept_list *records, const void *record);
/* Encodes a record to search for its equals; keeps nothing. The message is valid until `records` is
 * used again. */
const struct nlmsghdr *kept_encode(struct kept_list *records, const void *record);
/* Fills a zeroed record from a kept one, without its nftables part. Values of variable length are
 * in the arena. Returns 0, or -1 if it can't be decoded. */
int kept_read(
	struct kept_list *records, const struct kept *kept, struct arena *arena, void *record);
void kept_free(struct kept_list *records);

/* Returns the kept record with this number. */
static inline struct kept *kept_at(const struct kept_list *records, uint32_t number)
{
	return (struct kept *)(records->memory.data + (size_t)number * sizeof(uint64_t));
}
static inline struct nlmsghdr *kept_message(const struct kept *kept)
{
	return (struct nlmsghdr *)kept->bytes;
}
static inline struct nlmsghdr *kept_message_at(const struct kept_list *records, uint32_t number)
{
	return kept_message(kept_at(records, number));
}
/* To walk all records: starts with number 0, continues with kept_next() while kept_exists(). */
bool kept_exists(const struct kept_list *records, uint32_t number);
uint32_t kept_next(const struct kept_list *records, uint32_t number);

/* Returns true if both have the same content, nexthop objects included. Ignores netlink headers and
 * nftables parts. */
bool kept_same(const struct kept *a, const struct kept *b);

#endif
