/*
 * What a nexthop object says that no other record does (linux/nexthop.h): the group that it is, and
 * flags without a value. Only read and shown.
 */
#ifndef KIND_MEMBERS_H
#define KIND_MEMBERS_H

#include "field/field.h"

struct member {
	uint32_t id;
	uint16_t weight; /* 1 is the least */
};

struct members {
	bool given;
	bool resilient; /* with what follows */
	uint16_t buckets;
	uint32_t idle_timer, unbalanced_timer; /* hundredths of a second */
	uint64_t unbalanced_time;
	uint16_t count;
	struct member *member; /* in the message's arena */
};

/* NHA_GROUP, NHA_GROUP_TYPE and NHA_RES_GROUP. */
extern const struct kind kind_members;

/* A struct flag: the attribute is there, or not. */
extern const struct kind kind_presence;

#endif
