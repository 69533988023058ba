/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The counters of a group of nexthop objects (linux/nexthop.h, from Linux 6.9). They are only read
 * and shown. */
#ifndef KIND_GROUP_STATS_H
#define KIND_GROUP_STATS_H

#include "field/field.h"

/* The headers of older distributions lack these. */
enum {
	GROUP_OP_FLAGS = 14,        /* NHA_OP_FLAGS: u32, what a request asks for */
	GROUP_STATS = 15,           /* NHA_GROUP_STATS */
	GROUP_HW_STATS_ENABLE = 16, /* NHA_HW_STATS_ENABLE: u32 */
	GROUP_HW_STATS_USED = 17,   /* NHA_HW_STATS_USED: u32 */
};

/* Values of GROUP_OP_FLAGS. */
enum {
	GROUP_DUMP_STATS = 1 << 0,    /* NHA_OP_FLAG_DUMP_STATS */
	GROUP_DUMP_HW_STATS = 1 << 1, /* NHA_OP_FLAG_DUMP_HW_STATS */
};

/* Whether drivers count in hardware; given if the kernel reported it. */
struct hw_stats {
	bool given;
	bool enabled, used;
};

struct member_stats {
	uint32_t id;
	uint64_t packets;
	uint64_t packets_hw;
	bool hardware; /* packets_hw was reported */
};

struct group_stats {
	bool given;
	uint16_t count;
	struct member_stats *member; /* in the arena of the message */
};

/* NHA_HW_STATS_ENABLE and NHA_HW_STATS_USED. */
extern const struct kind kind_hw_stats;
/* NHA_GROUP_STATS; shown with -s. */
extern const struct kind kind_group_stats;

#endif
