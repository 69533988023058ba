/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The kernel's nexthop objects by number. Each is requested once, over a socket of its own, so that
 * this works during a dump. After a few requests, all objects are dumped. */
#ifndef STATE_NEXTHOP_CACHE_H
#define STATE_NEXTHOP_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vector.h"
#include "model/nexthop_info.h"

struct netlink;

/* Zeroed memory is an empty cache. */
struct nexthop_cache {
	struct netlink *netlink; /* NULL: nothing was requested yet */
	struct vector known;     /* struct nexthop_info *, by number */
	struct arena arena;
	uint32_t flags; /* GROUP_DUMP_STATS ... of requests */
	bool offline;   /* contains only what was added; requests nothing */
	bool complete;
	size_t asked;
};

/* Returns the object, valid as long as the cache; NULL: there is none, or it can't be requested. */
struct nexthop_info *nexthop_cache_find(struct nexthop_cache *cache, uint32_t id);
/* Frees the objects; the cache is empty and has its flags. */
void nexthop_cache_free(struct nexthop_cache *cache);

#endif
