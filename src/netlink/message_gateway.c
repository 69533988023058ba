/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds destinations and gateways by the types of their attributes. */
#include "netlink/message_gateway.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "netlink/message.h"

static size_t bytes_of(uint8_t family)
{
	return family == AF_INET6 ? 16 : 4;
}

/* Copies an address that is not shorter than those of its family. */
static bool take(struct prefix *prefix, uint8_t family, const void *bytes, size_t length)
{
	*prefix = (struct prefix){.family = family};
	if (length < bytes_of(family))
		return false;
	prefix->given = true;
	prefix->length = (uint8_t)(8 * bytes_of(family));
	memcpy(prefix->bytes, bytes, bytes_of(family));
	return true;
}

struct prefix message_destination(const struct nlmsghdr *message)
{
	/* Both headers begin with family, destination length, source length. */
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	bool rule = message->nlmsg_type == RTM_NEWRULE || message->nlmsg_type == RTM_DELRULE;
	uint16_t type = rule ? FRA_DST : RTA_DST;
	struct prefix found = {.family = header->rtm_family};
	struct nlattr *attribute;

	mnl_attr_for_each(attribute, message,
		rule ? sizeof(struct fib_rule_hdr)
		     : sizeof(struct rtmsg)) if (mnl_attr_get_type(attribute) == type)
		take(&found, header->rtm_family, mnl_attr_get_payload(attribute),
			mnl_attr_get_payload_len(attribute));
	found.length = header->rtm_dst_len;
	return found;
}

/* ---- gateways ---- */

struct visiting {
	uint8_t family;
	void (*visit)(const struct prefix *gateway, uint32_t device, void *context);
	void *context;
};

static bool is_link_local(const struct prefix *gateway)
{
	return gateway->family == AF_INET6 && gateway->bytes[0] == 0xfe &&
	       (gateway->bytes[1] & 0xc0) == 0x80;
}

static void read_gateway(const struct visiting *visiting, const struct nlattr *attribute,
	struct prefix *gateway, uint32_t *device)
{
	const struct rtvia *via = mnl_attr_get_payload(attribute);
	size_t length = mnl_attr_get_payload_len(attribute);

	switch (mnl_attr_get_type(attribute)) {
	case RTA_OIF:
		*device = attribute_number(attribute);
		break;
	case RTA_GATEWAY:
		take(gateway, visiting->family, via, length);
		break;
	case RTA_VIA:
		if (length > sizeof *via)
			take(gateway, (uint8_t)via->rtvia_family, via->rtvia_addr,
				length - sizeof *via);
		break;
	default:
		break;
	}
}

static void visit_gateway(const struct visiting *visiting, const struct prefix *gateway,
	uint32_t device, uint32_t flags)
{
	if (gateway->given && !(flags & RTNH_F_ONLINK) && !is_link_local(gateway))
		visiting->visit(gateway, device, visiting->context);
}

static void visit_nexthops(const struct visiting *visiting, const struct nlattr *nexthops)
{
	const struct rtnexthop *hop = mnl_attr_get_payload(nexthops);
	int left = mnl_attr_get_payload_len(nexthops);

	for (; RTNH_OK(hop, left); left -= NLMSG_ALIGN(hop->rtnh_len), hop = RTNH_NEXT(hop)) {
		uint32_t device = (uint32_t)hop->rtnh_ifindex;
		struct prefix gateway = {.given = false};
		const char *end = (const char *)hop + hop->rtnh_len;
		const struct nlattr *attribute = (const struct nlattr *)RTNH_DATA(hop);

		for (; mnl_attr_ok(attribute, (int)(end - (const char *)attribute));
			attribute = mnl_attr_next(attribute))
			read_gateway(visiting, attribute, &gateway, &device);
		visit_gateway(visiting, &gateway, device, hop->rtnh_flags);
	}
}

void message_each_gateway(const struct nlmsghdr *message,
	void (*visit)(const struct prefix *gateway, uint32_t device, void *context), void *context)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	const struct visiting visiting = {header->rtm_family, visit, context};
	struct prefix gateway = {.given = false};
	const struct nlattr *attribute;
	uint32_t device = 0;

	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		read_gateway(&visiting, attribute, &gateway, &device);
		if (mnl_attr_get_type(attribute) == RTA_MULTIPATH)
			visit_nexthops(&visiting, attribute);
	}
	visit_gateway(&visiting, &gateway, device, header->rtm_flags);
}
