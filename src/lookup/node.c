/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads the nexthops of a node and their state. */
#include "lookup/node.h"

#include <errno.h>
#include <net/if.h>

#include <linux/if.h>
#include <linux/rtnetlink.h>

#include "model/nexthop.h"
#include "model/nexthop_info.h"

uint8_t node_type(const struct route *node)
{
	return node->type.value ? node->type.value : RTN_UNICAST;
}

uint8_t node_scope(const struct route *node)
{
	return node->decoded || node->scope.given ? node->scope.value : route_default_scope(node);
}

/* net/ipv4/fib_semantics.c, fib_props; net/ipv6/route.c, fib6_prop. */
int type_refusal(uint8_t type)
{
	switch (type) {
	case RTN_BLACKHOLE:
	case RTN_NAT:
	case RTN_XRESOLVE:
		return EINVAL;
	case RTN_UNREACHABLE:
		return EHOSTUNREACH;
	case RTN_PROHIBIT:
		return EACCES;
	case RTN_THROW:
		return EAGAIN;
	default:
		return 0;
	}
}

/* Sets the state of a hop from its device. Local routes stay when their device goes down
 * (fib_sync_down_dev()). */
static void note_state(struct snapshot *snapshot, struct hop *hop)
{
	const struct snapshot_device *device =
		hop->device ? snapshot_device(snapshot, hop->device) : NULL;

	if (!device || node_type(hop->node) == RTN_LOCAL || type_refusal(node_type(hop->node)))
		return;
	if (!(device->flags & IFF_UP))
		hop->dead = true;
	else if (!(device->flags & IFF_LOWER_UP))
		hop->linkdown = true;
}

static struct hop nexthop_hop(
	struct snapshot *snapshot, const struct route *node, const struct nexthop *nexthop)
{
	struct hop hop = {
		.node = node,
		.gateway = nexthop->gateway,
		.device = nexthop->device.index,
		.weight = nexthop->weight.given ? nexthop->weight.value : 1,
		.dead = nexthop->dead.given,
		.linkdown = nexthop->linkdown.given,
	};

	note_state(snapshot, &hop);
	return hop;
}

static struct hop only_hop(struct snapshot *snapshot, const struct route *node)
{
	struct hop hop = {
		.node = node,
		.gateway = node->gateway,
		.device = node->device.index,
		.weight = 1,
		.dead = node->dead.given,
		.linkdown = node->linkdown.given,
	};

	note_state(snapshot, &hop);
	return hop;
}

/* Sets *hop from the nexthop object `id`. Returns false if it does not exist or is a group. */
static bool object_hop(struct snapshot *snapshot, const struct route *node, uint32_t id,
	uint32_t weight, struct hop *hop)
{
	const struct nexthop_info *object = snapshot_nexthop(snapshot, id);

	if (!object || object->group.given)
		return false;
	*hop = (struct hop){
		.node = node,
		.gateway = object->gateway,
		.device = object->device.index,
		.weight = weight,
		.dead = object->dead.given,
		.linkdown = object->linkdown.given,
	};
	note_state(snapshot, hop);
	return true;
}

/* If net.ipv4.nexthop_compat_mode is 0, a route has only the number of its nexthop object. */
static size_t object_hops(
	struct snapshot *snapshot, const struct route *node, struct hop *hops, size_t room)
{
	const struct nexthop_info *object = snapshot_nexthop(snapshot, node->nexthop_id.value);
	size_t count = 0;

	if (!object || !object->group.given)
		return object_hop(snapshot, node, node->nexthop_id.value, 1, hops);
	for (uint16_t i = 0; i < object->group.count && count < room; i++)
		count += object_hop(snapshot, node, object->group.member[i].id,
			object->group.member[i].weight, &hops[count]);
	return count;
}

size_t node_hops(struct snapshot *snapshot, const struct route *node, struct hop *hops, size_t room)
{
	size_t count = 0;

	if (node->nexthop_id.given && !node->nexthops.given && !node->device.given)
		return object_hops(snapshot, node, hops, room);
	if (!node->nexthops.given) {
		hops[0] = only_hop(snapshot, node);
		return 1;
	}
	for (const struct nexthops_item *item = node->nexthops.first; item && count < room;
		item = item->next)
		hops[count++] = nexthop_hop(snapshot, node, item->record);
	return count;
}

bool hop_is_up(struct snapshot *snapshot, const struct hop *hop, const struct flow *flow)
{
	if (hop->dead)
		return false;
	return !hop->linkdown || flow->ignore_linkdown_switch ||
	       !snapshot_switches(snapshot, flow->family, hop->device).ignore_linkdown;
}

bool hop_is_usable(struct snapshot *snapshot, const struct hop *hop, const struct flow *flow)
{
	return hop_is_up(snapshot, hop, flow) && (!flow->output || flow->output == hop->device);
}
