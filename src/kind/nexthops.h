/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The nexthops of a multipath route: each is a record with rows of its own. In RTA_MULTIPATH each
 * is a struct rtnexthop with attributes (linux/rtnetlink.h). */
#ifndef KIND_NEXTHOPS_H
#define KIND_NEXTHOPS_H

#include "field/field.h"

struct nexthops_item {
	struct nexthops_item *next;
	void *record;          /* a record of `inner`, in an arena */
	struct origin *origin; /* the word of each row; NULL: not read from words */
};

/* Items and records are in the arena of the parser or the message. */
struct nexthops {
	bool given;
	bool selects; /* as a selector: allows other nexthops and any order */
	uint16_t count;
	uint32_t bytes; /* bytes in a message, if read from words */
	const struct object *object;
	struct nexthops_item *first, *last;
};

/*
 * `nexthop` and the words of one nexthop; may be repeated. Its rows are those of a message whose
 * family header is a struct nexthops_header; the attribute RTA_OIF stands for rtnh_ifindex. Parsing
 * refuses what doesn't fit into a message of MESSAGE_MAX bytes.
 */
extern const struct kind kind_nexthops;

/* A struct rtnexthop in the form of a family header, so that rows can use its bytes. */
struct nexthops_header {
	uint8_t family;
	uint8_t hops; /* rtnh_hops: the weight minus 1 */
	uint16_t unused;
	uint32_t flags; /* RTNH_F_… */
};

/* `weight N`: a struct number, from 1 to 256, in the header byte. */
extern const struct kind kind_weight;

#endif
