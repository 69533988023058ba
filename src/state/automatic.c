/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Rules, devices and routes as the kernel makes them. */
#include "state/automatic.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/if.h>
#include <linux/rtnetlink.h>

enum {
	METRIC_PREFIX = 256, /* metric of a connected IPv6 route (IP6_RT_PRIO_ADDRCONF) */
};

static void add_rule(struct snapshot *snapshot, uint8_t family, uint32_t preference, uint32_t class)
{
	struct rule rule = {
		.family = family,
		.preference = {true, preference},
		.source.family = family,
		.destination.family = family,
		.class = {true, class},
		.action = {true, FR_ACT_TO_TBL},
		.protocol = {true, RTPROT_KERNEL},
	};

	snapshot_add_rule(snapshot, &rule);
}

void automatic_rules(struct snapshot *snapshot)
{
	add_rule(snapshot, AF_INET, 0, CLASS_LOCAL);
	add_rule(snapshot, AF_INET, PREFERENCE_MAIN, CLASS_MAIN);
	add_rule(snapshot, AF_INET, PREFERENCE_DEFAULT, CLASS_DEFAULT);
	add_rule(snapshot, AF_INET6, 0, CLASS_LOCAL);
	add_rule(snapshot, AF_INET6, PREFERENCE_MAIN, CLASS_MAIN);
}

static uint8_t family_bits(uint8_t family)
{
	return family == AF_INET6 ? 128 : 32;
}

/* Returns the first `length` bits of an address as a prefix; the other bits are 0, or 1 if
 * `ones`. */
static struct prefix prefix_of(const struct address *address, uint8_t length, bool ones)
{
	struct prefix prefix = {.given = true, .family = address->family, .length = length};

	for (int bit = 0; bit < family_bits(address->family); bit++) {
		uint8_t mask = (uint8_t)(0x80 >> bit % 8);

		if (bit < length ? address->bytes[bit / 8] & mask : ones)
			prefix.bytes[bit / 8] |= mask;
	}
	return prefix;
}

static void add_route(struct snapshot *snapshot, const struct snapshot_address *address,
	struct prefix destination, uint8_t type)
{
	bool local = type == RTN_LOCAL;
	bool inet = address->local.family == AF_INET;
	uint32_t metric = inet || type != RTN_UNICAST ? 0 : METRIC_PREFIX;
	struct route route = {
		.family = address->local.family,
		.type = {true, type},
		.destination = destination,
		.class = {true, type == RTN_UNICAST ? CLASS_MAIN : CLASS_LOCAL},
		.device = {true, address->device},
		.protocol = {true, RTPROT_KERNEL},
		.scope = {true, RT_SCOPE_UNIVERSE},
		.metric = {metric != 0, metric},
	};

	if (inet) {
		route.scope.value = local ? RT_SCOPE_HOST : RT_SCOPE_LINK;
		route.source = address->local;
	}
	snapshot_add_route(snapshot, &route);
}

static void add_inet_routes(struct snapshot *snapshot, const struct snapshot_address *address,
	const struct snapshot_device *device, bool own_network)
{
	bool loopback = device->flags & IFF_LOOPBACK;
	struct prefix network = prefix_of(&address->local, address->length, false);
	struct prefix broadcast = prefix_of(&address->local, address->length, true);

	broadcast.length = 32;
	if (!(device->flags & IFF_UP))
		return;
	if (own_network && address->length && address->length < 32)
		add_route(snapshot, address, network, loopback ? RTN_LOCAL : RTN_UNICAST);
	if (address->length < 31)
		add_route(snapshot, address, broadcast, RTN_BROADCAST);
}

void automatic_routes(
	struct snapshot *snapshot, const struct snapshot_address *address, bool own_network)
{
	const struct snapshot_device *device = snapshot_device(snapshot, address->device);
	bool inet = address->local.family == AF_INET;

	/* A device that goes down keeps its IPv4 addresses and loses its IPv6 addresses. */
	if (!device || (!inet && !(device->flags & IFF_UP)))
		return;
	add_route(snapshot, address,
		prefix_of(&address->local, family_bits(address->local.family), false), RTN_LOCAL);
	if (inet)
		add_inet_routes(snapshot, address, device, own_network);
	else if (own_network && !(device->flags & IFF_LOOPBACK))
		add_route(snapshot, address, prefix_of(&address->local, address->length, false),
			RTN_UNICAST);
}

static void add_loopback(
	struct snapshot *snapshot, const struct address *local, uint8_t length, uint32_t device)
{
	struct snapshot_address address = {
		.local = *local,
		.length = length,
		.scope = RT_SCOPE_HOST,
		.device = device,
	};

	snapshot_add_address(snapshot, &address);
	automatic_routes(snapshot, &address, true);
}

void automatic_devices(struct snapshot *snapshot)
{
	static const struct address inet = {true, AF_INET, 0, {127, 0, 0, 1}};
	static const struct address inet6 = {true, AF_INET6, 0, {[15] = 1}};
	struct snapshot_device *lo = snapshot_add_device(snapshot, "lo");
	struct snapshot_switches all = {.family = AF_INET6, .forwarding = true};

	lo->flags |= IFF_LOOPBACK;
	add_loopback(snapshot, &inet, 8, lo->index);
	add_loopback(snapshot, &inet6, 128, lo->index);
	snapshot_add_switches(snapshot, &all);
}
