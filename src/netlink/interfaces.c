/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps of links and addresses. */
#include "netlink/interfaces.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_link.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "netlink/links.h"

/* ---- devices ---- */

/* Returns a value of an array of 32-bit numbers; 0 if this kernel's array is shorter. */
static uint32_t number_at(const struct nlattr *array, size_t index)
{
	const uint32_t *numbers = mnl_attr_get_payload(array);

	return index < mnl_attr_get_payload_len(array) / sizeof *numbers ? numbers[index] : 0;
}

/* IFLA_INET_CONF counts from 0, the constants of linux/ip.h from 1 (inet_fill_link_af()). */
static void read_inet(const struct nlattr *array, struct interface_switches *switches)
{
	switches->forwarding = number_at(array, IPV4_DEVCONF_FORWARDING - 1);
	switches->accept_local = number_at(array, IPV4_DEVCONF_ACCEPT_LOCAL - 1);
	switches->route_localnet = number_at(array, IPV4_DEVCONF_ROUTE_LOCALNET - 1);
	switches->src_valid_mark = number_at(array, IPV4_DEVCONF_SRC_VMARK - 1);
	switches->ignore_linkdown = number_at(array, IPV4_DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN - 1);
	switches->rp_filter = (uint8_t)number_at(array, IPV4_DEVCONF_RP_FILTER - 1);
}

static void read_inet6(const struct nlattr *array, struct interface_switches *switches)
{
	switches->forwarding = number_at(array, DEVCONF_FORWARDING);
	switches->ignore_linkdown = number_at(array, DEVCONF_IGNORE_ROUTES_WITH_LINKDOWN);
}

/* `IFLA_AF_SPEC { AF_INET { IFLA_INET_CONF }, AF_INET6 { IFLA_INET6_CONF } }`. */
static void read_switches(const struct nlattr *families, struct interface *interface)
{
	const struct nlattr *family;
	const struct nlattr *inside;

	mnl_attr_for_each_nested(family, families)
	{
		uint16_t type = mnl_attr_get_type(family);

		mnl_attr_for_each_nested(inside, family)
		{
			if (type == AF_INET && mnl_attr_get_type(inside) == IFLA_INET_CONF)
				read_inet(inside, &interface->inet);
			if (type == AF_INET6 && mnl_attr_get_type(inside) == IFLA_INET6_CONF)
				read_inet6(inside, &interface->inet6);
		}
	}
}

static bool read_interface(const struct nlmsghdr *message, struct interface *interface)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;

	if (message->nlmsg_type != RTM_NEWLINK ||
		mnl_nlmsg_get_payload_len(message) < sizeof *header)
		return false;
	*interface = (struct interface){
		.index = (uint32_t)header->ifi_index,
		.flags = header->ifi_flags,
		.vrf_class = link_vrf_class(message),
	};
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		switch (mnl_attr_get_type(attribute)) {
		case IFLA_IFNAME:
			snprintf(interface->name, sizeof interface->name, "%s",
				mnl_attr_get_str(attribute));
			break;
		case IFLA_MASTER:
			interface->master = mnl_attr_get_u32(attribute);
			break;
		case IFLA_GROUP:
			interface->group = mnl_attr_get_u32(attribute);
			break;
		case IFLA_AF_SPEC:
			read_switches(attribute, interface);
			break;
		}
	}
	return true;
}

struct reading {
	void (*device)(const struct interface *interface, void *context);
	void (*address)(const struct interface_address *address, void *context);
	void *context;
};

static bool device_message(const struct nlmsghdr *message, void *context)
{
	const struct reading *reading = context;
	struct interface interface;

	if (read_interface(message, &interface))
		reading->device(&interface, reading->context);
	return true;
}

int interfaces_each(struct netlink *netlink,
	void (*each)(const struct interface *interface, void *context), void *context,
	struct error *error)
{
	struct reading reading = {.device = each, .context = context};
	struct answer answer;
	char memory[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);

	request->nlmsg_type = RTM_GETLINK;
	mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return netlink_dump(netlink, request, &answer, device_message, &reading, NULL, error);
}

/* ---- addresses ---- */

static bool address_message(const struct nlmsghdr *message, void *context)
{
	const struct reading *reading = context;
	const struct ifaddrmsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;
	const struct nlattr *local = NULL;
	struct interface_address address;

	if (message->nlmsg_type != RTM_NEWADDR ||
		mnl_nlmsg_get_payload_len(message) < sizeof *header)
		return true;
	address = (struct interface_address){
		.family = header->ifa_family,
		.length = header->ifa_prefixlen,
		.scope = header->ifa_scope,
		.flags = header->ifa_flags,
		.device = header->ifa_index,
	};
	/* With an IFA_LOCAL, IFA_ADDRESS is the peer's address. */
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		uint16_t type = mnl_attr_get_type(attribute);

		if (type == IFA_LOCAL || (type == IFA_ADDRESS && !local))
			local = attribute;
		if (type == IFA_FLAGS)
			address.flags = mnl_attr_get_u32(attribute);
	}
	if (!local || mnl_attr_get_payload_len(local) > sizeof address.bytes)
		return true;
	memcpy(address.bytes, mnl_attr_get_payload(local), mnl_attr_get_payload_len(local));
	reading->address(&address, reading->context);
	return true;
}

int interfaces_each_address(struct netlink *netlink,
	void (*each)(const struct interface_address *address, void *context), void *context,
	struct error *error)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	struct reading reading = {.address = each, .context = context};
	struct answer answer;
	char memory[256];

	for (size_t i = 0; i < sizeof families; i++) {
		struct nlmsghdr *request = mnl_nlmsg_put_header(memory);
		struct ifaddrmsg *header;

		request->nlmsg_type = RTM_GETADDR;
		header = mnl_nlmsg_put_extra_header(request, sizeof *header);
		header->ifa_family = families[i];
		/* A kernel without IPv6 refuses: it has no IPv6 addresses. */
		if (netlink_dump(netlink, request, &answer, address_message, &reading, NULL, error))
			return -1;
	}
	return 0;
}

/* ---- all devices ---- */

static uint8_t read_switch(const char *family, const char *name)
{
	char path[128];
	char text[16] = "";
	int descriptor;
	ssize_t length;

	snprintf(path, sizeof path, "/proc/sys/net/%s/conf/all/%s", family, name);
	descriptor = open(path, O_RDONLY | O_CLOEXEC);
	if (descriptor < 0)
		return 0;
	length = read(descriptor, text, sizeof text - 1);
	close(descriptor);
	return length > 0 ? (uint8_t)strtoul(text, NULL, 10) : 0;
}

void interfaces_all(uint8_t family, struct interface_switches *switches)
{
	const char *name = family == AF_INET6 ? "ipv6" : "ipv4";

	*switches = (struct interface_switches){
		.forwarding = read_switch(name, "forwarding"),
		.accept_local = read_switch(name, "accept_local"),
		.route_localnet = read_switch(name, "route_localnet"),
		.src_valid_mark = read_switch(name, "src_valid_mark"),
		.ignore_linkdown = read_switch(name, "ignore_routes_with_linkdown"),
		.rp_filter = read_switch(name, "rp_filter"),
	};
}
