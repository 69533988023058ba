/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ctnetlink: one dump, and one deletion for each flow that matches. */
#include "netlink/conntrack.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netfilter/nf_conntrack_common.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_conntrack.h>
#include <libmnl/libmnl.h>

#include "base/buffer.h"
#include "base/error.h"
#include "kind/address.h"
#include "netlink/netlink.h"

enum { REQUEST_MAX = 1024 }; /* bytes of one deletion: a tuple, a zone, a number */

struct search {
	bool (*outdated)(const struct flow_seen *flow, void *context);
	void *context;
	uint8_t family;
	struct buffer deletions; /* messages, one after the other */
};

static struct nlmsghdr *put_header(void *memory, uint16_t type, uint8_t family)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(memory);
	struct nfgenmsg *header;

	message->nlmsg_type = NFNL_SUBSYS_CTNETLINK << 8 | type;
	message->nlmsg_flags = NLM_F_REQUEST;
	header = mnl_nlmsg_put_extra_header(message, sizeof *header);
	header->nfgen_family = family;
	return message;
}

static const struct nlattr *find_inside(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *attribute;

	mnl_attr_for_each_nested(attribute, nest)
	{
		if (mnl_attr_get_type(attribute) == type)
			return attribute;
	}
	return NULL;
}

static bool read_address(
	const struct nlattr *addresses, uint16_t type, struct prefix *address, uint8_t family)
{
	const struct nlattr *attribute = find_inside(addresses, type);

	if (!attribute || mnl_attr_get_payload_len(attribute) != address_size(family))
		return false;
	*address = (struct prefix){.given = true, .family = family};
	address->length = (uint8_t)(address_size(family) * 8);
	memcpy(address->bytes, mnl_attr_get_payload(attribute), address_size(family));
	return true;
}

static void read_port(const struct nlattr *protocol, struct flow_seen *flow)
{
	const struct nlattr *number = protocol ? find_inside(protocol, CTA_PROTO_NUM) : NULL;
	const struct nlattr *port = protocol ? find_inside(protocol, CTA_PROTO_DST_PORT) : NULL;

	if (number && mnl_attr_validate(number, MNL_TYPE_U8) >= 0)
		flow->protocol = mnl_attr_get_u8(number);
	if (port && mnl_attr_validate(port, MNL_TYPE_U16) >= 0)
		flow->port = ntohs(mnl_attr_get_u16(port));
}

static bool is_outdated(
	const struct search *search, const struct nlattr *tuple, const struct nlattr *status)
{
	const struct nlattr *addresses = find_inside(tuple, CTA_TUPLE_IP);
	bool six = search->family == AF_INET6;
	struct flow_seen flow = {0};

	if (!addresses ||
		!read_address(addresses, six ? CTA_IP_V6_SRC : CTA_IP_V4_SRC, &flow.source,
			search->family) ||
		!read_address(addresses, six ? CTA_IP_V6_DST : CTA_IP_V4_DST, &flow.destination,
			search->family))
		return false;
	read_port(find_inside(tuple, CTA_TUPLE_PROTO), &flow);
	if (status && mnl_attr_validate(status, MNL_TYPE_U32) >= 0)
		flow.translated = ntohl(mnl_attr_get_u32(status)) & IPS_SRC_NAT;
	return search->outdated(&flow, search->context);
}

static void copy(struct nlmsghdr *message, const struct nlattr *attribute)
{
	if (attribute)
		mnl_attr_put(message, attribute->nla_type, mnl_attr_get_payload_len(attribute),
			mnl_attr_get_payload(attribute));
}

/* Later flows may use the same tuple; the id identifies one flow. */
static bool note_flow(const struct nlmsghdr *found, void *context)
{
	struct search *search = context;
	const struct nlattr *attribute;
	const struct nlattr *tuple = NULL;
	const struct nlattr *number = NULL;
	const struct nlattr *zone = NULL;
	const struct nlattr *status = NULL;
	struct nlmsghdr *message;

	mnl_attr_for_each(attribute, found, sizeof(struct nfgenmsg))
	{
		uint16_t type = mnl_attr_get_type(attribute);

		tuple = type == CTA_TUPLE_ORIG ? attribute : tuple;
		number = type == CTA_ID ? attribute : number;
		zone = type == CTA_ZONE ? attribute : zone;
		status = type == CTA_STATUS ? attribute : status;
	}
	if (!tuple || mnl_attr_get_payload_len(tuple) > REQUEST_MAX / 2 ||
		!is_outdated(search, tuple, status))
		return true;
	message = put_header(buffer_reserve(&search->deletions, REQUEST_MAX), IPCTNL_MSG_CT_DELETE,
		search->family);
	copy(message, tuple);
	copy(message, number);
	copy(message, zone);
	buffer_advance(&search->deletions, NLMSG_ALIGN(message->nlmsg_len));
	return true;
}

static int refuse(int number, struct error *error)
{
	return error_set(error, STATUS_REFUSED, "connection tracking: %s (%s)", strerror(number),
		strerrorname_np(number));
}

static int forget_noted(struct netlink *nft, const struct search *search, struct error *error)
{
	struct answer answer;

	for (size_t at = 0; at < search->deletions.length;) {
		struct nlmsghdr *message = (struct nlmsghdr *)(search->deletions.data + at);

		at += NLMSG_ALIGN(message->nlmsg_len);
		if (netlink_request(nft, message, &answer, NULL, NULL, error))
			return -1;
		/* The flow may have ended in the meantime. */
		if (answer.number && answer.number != ENOENT)
			return refuse(answer.number, error);
	}
	return 0;
}

static void read_count(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message, sizeof(struct nfgenmsg))
	{
		if (mnl_attr_get_type(attribute) == CTA_STATS_GLOBAL_ENTRIES &&
			mnl_attr_validate(attribute, MNL_TYPE_U32) >= 0)
			*(uint32_t *)context = ntohl(mnl_attr_get_u32(attribute));
	}
}

/* A dump walks through the flows of all network namespaces, even if there are none here. */
static bool has_flows(struct netlink *nft)
{
	char memory[256];
	struct nlmsghdr *request = put_header(memory, IPCTNL_MSG_CT_GET_STATS, AF_UNSPEC);
	struct answer answer;
	struct error ignored;
	uint32_t count = 1;

	return netlink_request(nft, request, &answer, read_count, &count, &ignored) ||
	       answer.number || count;
}

int conntrack_forget(struct netlink *nft, uint8_t family,
	bool (*outdated)(const struct flow_seen *flow, void *context), void *context,
	struct error *error)
{
	struct search search = {.outdated = outdated, .context = context, .family = family};
	char memory[256];
	struct nlmsghdr *request = put_header(memory, IPCTNL_MSG_CT_GET, family);
	struct answer answer;
	int status = 0;

	if (!has_flows(nft))
		return 0;
	if (netlink_dump(nft, request, &answer, note_flow, &search, NULL, error))
		status = -1;
	else if (answer.number && answer.number != EINVAL && answer.number != EOPNOTSUPP)
		status = refuse(answer.number, error);
	else if (!answer.number)
		status = forget_noted(nft, &search, error);
	buffer_free(&search.deletions);
	return status;
}
