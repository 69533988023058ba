/*
 * The list of a multipath route: each nexthop is a record of its own, with rows of its own. What
 * linux/rtnetlink.h has as RTA_MULTIPATH: one struct rtnexthop with attributes after the other.
 */
#ifndef KIND_NEXTHOPS_H
#define KIND_NEXTHOPS_H

#include "field/field.h"

struct nexthops_item {
	struct nexthops_item *next;
	void *record;          /* of the object that is the field's `extra` */
	struct origin *origin; /* of its words; NULL: it was not read from words */
};

/* Items and records are in the parser's or the message's arena. */
struct nexthops {
	bool given;
	bool selects; /* they are wanted among others, in any order */
	uint16_t count;
	uint32_t bytes; /* in a message, of those read from words */
	const struct object *object;
	struct nexthops_item *first, *last;
};

/*
 * `nexthop` and the words of one; repeated for the next. The rows of the field's object are those
 * of a message whose family header is a struct nexthops_header; its attribute RTA_OIF stands for
 * rtnh_ifindex. What has no room in a message of MESSAGE_MAX bytes is refused in parsing.
 */
extern const struct kind kind_nexthops;

/* A struct rtnexthop as a header that rows can own the parts of. */
struct nexthops_header {
	uint8_t family;
	uint8_t hops; /* rtnh_hops: the weight less one */
	uint16_t unused;
	uint32_t flags; /* RTNH_F_… */
};

/* `weight N`: a struct number, from 1 to 256, in the header byte. */
extern const struct kind kind_weight;

#endif
