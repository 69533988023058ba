/* SPDX-License-Identifier: GPL-2.0-or-later */
/* With strict checking (NETLINK_GET_STRICT_CHK) the kernel filters a dump by the request. */
#include "netlink/dump.h"

#include <string.h>

#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "model/route.h"

void dump_request(
	void *memory, const struct object *object, uint8_t family, const struct scope *scope)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);
	struct rtmsg *header;

	request->nlmsg_type = object->type_get;
	header = mnl_nlmsg_put_extra_header(request, object->header_size);
	*(uint8_t *)header = family;
	if (object != &route_object)
		return;
	header->rtm_protocol = scope->protocol;
	header->rtm_type = scope->type;
	if (scope->cached)
		header->rtm_flags = RTM_F_CLONED;
	if (scope->class)
		mnl_attr_put_u32(request, RTA_TABLE, scope->class);
	if (scope->device)
		mnl_attr_put_u32(request, RTA_OIF, scope->device);
}

bool dump_route_holds(const struct nlmsghdr *message, const uint8_t *address)
{
	const struct rtmsg *header = mnl_nlmsg_get_payload(message);
	unsigned length = header->rtm_dst_len;
	uint8_t mask = (uint8_t)(0xff00 >> length % 8);
	const struct nlattr *attribute;

	if (!length)
		return true;
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		const uint8_t *bytes = mnl_attr_get_payload(attribute);

		if (mnl_attr_get_type(attribute) != RTA_DST ||
			mnl_attr_get_payload_len(attribute) * 8U < length)
			continue;
		return !memcmp(bytes, address, length / 8) &&
		       (!mask || !((bytes[length / 8] ^ address[length / 8]) & mask));
	}
	return true;
}
