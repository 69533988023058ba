/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Searches devices and their addresses for the reason why a neighbour can't be reached. */
#include "state/reach.h"

#include <net/if.h>
#include <sys/socket.h>

#include "base/error.h"
#include "kind/address_text.h"
#include "netlink/interfaces.h"

struct reach {
	uint8_t family;
	const uint8_t *address;
	uint32_t device;
	bool at_home;           /* the wanted device has the network */
	uint32_t elsewhere;     /* another device that has it; 0: none */
	uint8_t longest;        /* length of its prefix, in bits */
	uint32_t look_at;       /* index of the device that look() searches */
	struct interface found; /* index 0: there is no such device */
};

static void note_network(const struct interface_address *address, void *context)
{
	struct reach *reach = context;

	/* address_match() takes 0 bits as all of them. */
	if (address->family != reach->family || !address->length ||
		!address_match(address->bytes, reach->address, address_size(reach->family),
			address->length))
		return;
	if (address->device == reach->device) {
		reach->at_home = true;
	} else if (address->length > reach->longest) {
		reach->longest = address->length;
		reach->elsewhere = address->device;
	}
}

static void note_device(const struct interface *interface, void *context)
{
	struct reach *reach = context;

	if (interface->index == reach->look_at)
		reach->found = *interface;
}

/* Returns true if the device exists; it is then in reach->found. */
static bool look(struct reach *reach, struct netlink *netlink, uint32_t index)
{
	struct error ignored;

	reach->look_at = index;
	reach->found.index = 0;
	return !interfaces_each(netlink, note_device, reach, &ignored) && reach->found.index;
}

static bool is_down(const struct reach *reach, struct error *error)
{
	const char *name = reach->found.name;

	if (reach->found.flags & IFF_UP)
		return false;
	error_hint(error, "%s is down; `ip link set %s up` brings it up", name, name);
	return true;
}

/* Returns true if the kernel ignores routes over this device, which has no carrier. */
static bool is_ignored(const struct reach *reach, struct error *error)
{
	struct interface_switches all;
	const struct interface_switches *own =
		reach->family == AF_INET6 ? &reach->found.inet6 : &reach->found.inet;

	interfaces_all(reach->family, &all);
	if (reach->found.flags & IFF_RUNNING || !(all.ignore_linkdown || own->ignore_linkdown))
		return false;
	error_hint(error, "%s has no carrier, and the sysctl ignore_routes_with_linkdown is on",
		reach->found.name);
	return true;
}

/* The network belongs to another device than the wanted one, or no device is wanted. */
static bool explain_elsewhere(struct reach *reach, struct netlink *netlink, struct error *error)
{
	char text[ADDRESS_TEXT_MAX];

	if (!look(reach, netlink, reach->elsewhere))
		return false;
	if (!reach->device)
		return is_down(reach, error) || is_ignored(reach, error);
	address_text(reach->family, reach->address, text);
	error_hint(error,
		"%s is in a network of %s; or is it on the link all the same (\"onlink\")?", text,
		reach->found.name);
	return true;
}

bool reach_explain(struct netlink *netlink, uint8_t family, const uint8_t *address, uint32_t device,
	struct error *error)
{
	struct reach reach = {.family = family, .address = address, .device = device};
	struct error ignored;

	if (device && look(&reach, netlink, device) && is_down(&reach, error))
		return true;
	if (!address || interfaces_each_address(netlink, note_network, &reach, &ignored))
		return false;
	if (reach.at_home)
		return look(&reach, netlink, device) && is_ignored(&reach, error);
	return reach.elsewhere && explain_elsewhere(&reach, netlink, error);
}
