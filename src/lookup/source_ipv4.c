/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses an IPv4 source address. */
#include <sys/socket.h>

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "lookup/source.h"

static bool is_primary(const struct snapshot_address *address)
{
	return address->local.family == AF_INET && !(address->flags & IFA_F_SECONDARY);
}

/* Returns an address of a device other than the output device, never one with link scope. */
static const struct snapshot_address *fallback_address(
	const struct snapshot *snapshot, uint32_t device, uint8_t scope)
{
	const struct vector *all = snapshot_addresses(snapshot);

	for (size_t i = 0; i < all->count; i++) {
		const struct snapshot_address *address = vector_at(all, i);

		if (address->device == device && is_primary(address) &&
			address->scope != RT_SCOPE_LINK && address->scope <= scope)
			return address;
	}
	return NULL;
}

static const struct snapshot_address *device_address(
	const struct snapshot *snapshot, uint32_t device, const uint8_t *gateway, uint8_t scope)
{
	const struct vector *all = snapshot_addresses(snapshot);
	uint8_t local = snapshot_switches(snapshot, AF_INET, device).route_localnet ? RT_SCOPE_LINK
	                                                                            : RT_SCOPE_HOST;
	const struct snapshot_address *any = NULL;

	for (size_t i = 0; i < all->count; i++) {
		const struct snapshot_address *address = vector_at(all, i);
		uint8_t reach = address->scope < local ? address->scope : local;

		if (address->device != device || !is_primary(address) || reach > scope)
			continue;
		if (!gateway || bits_agree(gateway, address->local.bytes, address->length))
			return address;
		if (!any)
			any = address;
	}
	return any;
}

struct address source_of_device(
	const struct snapshot *snapshot, uint32_t device, const uint8_t *gateway, uint8_t scope)
{
	const struct snapshot_address *found = device_address(snapshot, device, gateway, scope);
	const struct vector *devices = snapshot_devices(snapshot);
	uint32_t vrf = device_vrf(snapshot, device);

	if (!found && vrf)
		found = fallback_address(snapshot, vrf, scope);
	for (size_t i = 0; !found && i < devices->count; i++) {
		const struct snapshot_device *other = vector_at(devices, i);

		if (device_vrf(snapshot, other->index) == vrf)
			found = fallback_address(snapshot, other->index, scope);
	}
	return found ? found->local : (struct address){.family = AF_INET};
}

struct address source_ipv4(const struct snapshot *snapshot, const struct hop *hop)
{
	const uint8_t *gateway = NULL;

	if (hop->node && hop->node->source.given)
		return hop->node->source;
	if (hop->gateway.given && hop->gateway.family == AF_INET)
		gateway = hop->gateway.bytes;
	return source_of_device(snapshot, hop->device, gateway, node_scope(hop->node));
}
