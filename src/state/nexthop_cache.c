/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests nexthop objects and keeps them. */
#include "state/nexthop_cache.h"

#include <string.h>

#include "base/error.h"
#include "field/walk.h"
#include "netlink/netlink.h"
#include "netlink/nexthop_dump.h"

enum { ASKED_MOST = 16 }; /* requests one by one; after that a dump is cheaper */

static struct nexthop_info *at(const struct nexthop_cache *cache, size_t index)
{
	return *(struct nexthop_info **)vector_at(&cache->known, index);
}

/* Returns the index of the first object whose number is not lower. */
static size_t place_of(const struct nexthop_cache *cache, uint32_t id)
{
	size_t low = 0;
	size_t high = cache->known.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (at(cache, middle)->id.value < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static struct nexthop_info *known(const struct nexthop_cache *cache, uint32_t id)
{
	size_t place = place_of(cache, id);

	if (place == cache->known.count || at(cache, place)->id.value != id)
		return NULL;
	return at(cache, place);
}

/* Adds a copy of an object, or replaces the one with its number. */
static void add_object(struct nexthop_cache *cache, const struct nexthop_info *info)
{
	size_t place = place_of(cache, info->id.value);
	struct nexthop_info *copy = known(cache, info->id.value);
	struct nexthop_info **items;

	if (!copy) {
		copy = arena_get(&cache->arena, sizeof *copy);
		cache->known.size = sizeof copy;
		vector_push(&cache->known, &copy);
		items = cache->known.items;
		memmove(items + place + 1, items + place,
			(cache->known.count - 1 - place) * sizeof *items);
		items[place] = copy;
	}
	*copy = *info;
	fields_keep(&nexthop_info_object, copy, &cache->arena);
}

static void keep(const struct nlmsghdr *message, void *context)
{
	struct nexthop_info info = {0};
	struct arena arena = {0};

	if (!fields_decode(&nexthop_info_object, message, &arena, &info))
		add_object(context, &info);
	arena_free(&arena);
}

/* An object that can't be requested is unknown. */
static void ask(struct nexthop_cache *cache, uint32_t id)
{
	struct error ignored;

	if (!cache->netlink)
		cache->netlink = netlink_open(&ignored);
	if (!cache->netlink)
		return;
	cache->complete = cache->asked++ >= ASKED_MOST;
	nexthop_dump(cache->netlink, cache->complete ? 0 : id, cache->flags, keep, cache, &ignored);
}

struct nexthop_info *nexthop_cache_find(struct nexthop_cache *cache, uint32_t id)
{
	struct nexthop_info *info = known(cache, id);

	if (info || cache->offline || cache->complete)
		return info;
	ask(cache, id);
	return known(cache, id);
}

void nexthop_cache_free(struct nexthop_cache *cache)
{
	netlink_close(cache->netlink);
	vector_free(&cache->known);
	arena_free(&cache->arena);
	*cache = (struct nexthop_cache){.flags = cache->flags};
}
