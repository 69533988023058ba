/* ctnetlink: a dump, and a deletion for each flow that fits. */
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
	const struct flow_filter *filters;
	size_t count;
	uint8_t family;
	struct buffer deletions; /* messages, one behind the other */
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

static bool address_fits(
	const struct nlattr *addresses, uint16_t type, const struct prefix *wanted, uint8_t family)
{
	struct prefix address = {.family = family, .length = (uint8_t)(address_size(family) * 8)};
	const struct nlattr *attribute;

	if (!wanted->given || !wanted->length)
		return true;
	attribute = find_inside(addresses, type);
	if (!attribute || mnl_attr_get_payload_len(attribute) != address_size(family))
		return false;
	memcpy(address.bytes, mnl_attr_get_payload(attribute), address_size(family));
	return prefix_holds(wanted, &address);
}

static bool state_fits(const struct nlattr *status, enum flow_state wanted)
{
	uint32_t bits = status && mnl_attr_validate(status, MNL_TYPE_U32) >= 0
	                        ? ntohl(mnl_attr_get_u32(status))
	                        : 0;

	return wanted == FLOW_ANY || (wanted == FLOW_TRANSLATED) == !!(bits & IPS_SRC_NAT);
}

static bool fits(
	const struct search *search, const struct nlattr *tuple, const struct nlattr *status)
{
	const struct nlattr *addresses = find_inside(tuple, CTA_TUPLE_IP);
	bool six = search->family == AF_INET6;

	for (size_t i = 0; addresses && i < search->count; i++) {
		const struct flow_filter *filter = &search->filters[i];

		if (filter->family == search->family && state_fits(status, filter->state) &&
			address_fits(addresses, six ? CTA_IP_V6_SRC : CTA_IP_V4_SRC,
				&filter->source, filter->family) &&
			address_fits(addresses, six ? CTA_IP_V6_DST : CTA_IP_V4_DST,
				&filter->destination, filter->family))
			return true;
	}
	return false;
}

static void copy(struct nlmsghdr *message, const struct nlattr *attribute)
{
	if (attribute)
		mnl_attr_put(message, attribute->nla_type, mnl_attr_get_payload_len(attribute),
			mnl_attr_get_payload(attribute));
}

/* The number says which of several with the same tuple, one after the other, is meant. */
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
		!fits(search, tuple, status))
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
		/* It may have ended by itself. */
		if (answer.number && answer.number != ENOENT)
			return refuse(answer.number, error);
	}
	return 0;
}

static int forget_family(struct netlink *nft, struct search *search, struct error *error)
{
	char memory[256];
	struct nlmsghdr *request = put_header(memory, IPCTNL_MSG_CT_GET, search->family);
	struct answer answer;

	buffer_reset(&search->deletions);
	if (netlink_dump(nft, request, &answer, note_flow, search, NULL, error))
		return -1;
	if (answer.number == EINVAL || answer.number == EOPNOTSUPP)
		return 0;
	return answer.number ? refuse(answer.number, error) : forget_noted(nft, search, error);
}

int conntrack_forget(
	struct netlink *nft, const struct flow_filter *filters, size_t count, struct error *error)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	struct search search = {.filters = filters, .count = count};
	int status = 0;

	for (size_t i = 0; i < sizeof families && !status; i++) {
		bool wanted = false;

		for (size_t j = 0; j < count; j++)
			wanted |= filters[j].family == families[i];
		search.family = families[i];
		if (wanted)
			status = forget_family(nft, &search, error);
	}
	buffer_free(&search.deletions);
	return status;
}
