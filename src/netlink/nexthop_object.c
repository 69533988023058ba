/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The objects that linux/nexthop.h calls nexthops. */
#include "netlink/nexthop_object.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "model/route.h"
#include "netlink/netlink.h"

static void take_gateway(struct nexthop_key *key, const struct nlattr *attribute)
{
	size_t length = mnl_attr_get_payload_len(attribute);

	if (length <= sizeof key->gateway)
		memcpy(key->gateway, mnl_attr_get_payload(attribute), length);
}

bool message_nexthop_key(const struct nlmsghdr *route, struct nexthop_key *key)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(route);
	const struct nlattr *attribute;
	bool found = false;

	*key = (struct nexthop_key){.family = header->rtm_family};
	if (header->rtm_type != RTN_UNICAST || header->rtm_flags ||
		header->rtm_scope != RT_SCOPE_UNIVERSE || header->rtm_src_len ||
		(header->rtm_family != AF_INET && header->rtm_family != AF_INET6))
		return false;
	mnl_attr_for_each(attribute, route, sizeof *header)
	{
		switch (mnl_attr_get_type(attribute)) {
		case RTA_GATEWAY:
			found = true;
			take_gateway(key, attribute);
			break;
		case RTA_OIF:
			key->device = mnl_attr_get_u32(attribute);
			break;
		case RTA_DST:
		case RTA_TABLE:
		case RTA_PRIORITY:
		case RTA_METRICS:
			break;
		default:
			return false;
		}
	}
	return found;
}

struct dumping {
	void (*each)(uint32_t number, const struct nexthop_key *key, void *context);
	void *context;
};

static bool read_object(const struct nlmsghdr *message, void *context)
{
	const struct dumping *dumping = context;
	const struct nhmsg *header = mnl_nlmsg_get_payload(message);
	struct nexthop_key key = {.family = header->nh_family};
	const struct nlattr *attribute;
	uint32_t number = 0;

	if (message->nlmsg_type != RTM_NEWNEXTHOP || header->nh_protocol != PROTOCOL_SHARED)
		return true;
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		switch (mnl_attr_get_type(attribute)) {
		case NHA_ID:
			number = mnl_attr_get_u32(attribute);
			break;
		case NHA_OIF:
			key.device = mnl_attr_get_u32(attribute);
			break;
		case NHA_GATEWAY:
			take_gateway(&key, attribute);
			break;
		default:
			break;
		}
	}
	if (number >= NEXTHOP_PRIVATE)
		dumping->each(number, &key, dumping->context);
	return true;
}

int nexthop_objects_dump(struct netlink *netlink,
	void (*each)(uint32_t number, const struct nexthop_key *key, void *context), void *context,
	struct error *error)
{
	char memory[MNL_ALIGN(NLMSG_HDRLEN + sizeof(struct nhmsg))];
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);
	struct dumping dumping = {each, context};
	struct answer answer;

	request->nlmsg_type = RTM_GETNEXTHOP;
	mnl_nlmsg_put_extra_header(request, sizeof(struct nhmsg));
	return netlink_dump(netlink, request, &answer, read_object, &dumping, NULL, error);
}

static struct nhmsg *put_header(
	struct nlmsghdr *message, uint16_t type, uint16_t flags, uint32_t number)
{
	struct nhmsg *header;

	mnl_nlmsg_put_header(message);
	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	header = mnl_nlmsg_put_extra_header(message, sizeof *header);
	mnl_attr_put_u32(message, NHA_ID, number);
	return header;
}

void nexthop_object_add(struct nlmsghdr *message, uint32_t number, const struct nexthop_key *key)
{
	struct nhmsg *header =
		put_header(message, RTM_NEWNEXTHOP, NLM_F_CREATE | NLM_F_EXCL, number);

	header->nh_family = key->family;
	header->nh_protocol = PROTOCOL_SHARED;
	mnl_attr_put_u32(message, NHA_OIF, key->device);
	mnl_attr_put(message, NHA_GATEWAY, key->family == AF_INET6 ? 16 : 4, key->gateway);
}

void nexthop_object_delete(struct nlmsghdr *message, uint32_t number)
{
	put_header(message, RTM_DELNEXTHOP, 0, number);
}
