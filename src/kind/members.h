/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Values that only a nexthop object has (linux/nexthop.h): the members of a group, and flags
 * without a value. They are only read and shown. */
#ifndef KIND_MEMBERS_H
#define KIND_MEMBERS_H

#include "field/field.h"

struct member {
	uint32_t id;
	uint16_t weight; /* weight, from 1 */
};

struct members {
	bool given;
	bool resilient; /* resilient group: has the values below */
	uint16_t buckets;
	uint32_t idle_timer, unbalanced_timer; /* in hundredths of a second */
	uint64_t unbalanced_time;
	uint16_t count;
	struct member *member; /* in the arena of the message */
};

/* NHA_GROUP, NHA_GROUP_TYPE and NHA_RES_GROUP. */
extern const struct kind kind_members;

/* A struct flag: given if the attribute is there. */
extern const struct kind kind_presence;

#endif
