/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Requests for nexthop objects. */
#include "netlink/nexthop_dump.h"

#include <errno.h>

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "kind/group_stats.h"

struct asking {
	void (*each)(const struct nlmsghdr *message, void *context);
	void *context;
};

static bool pass(const struct nlmsghdr *message, void *context)
{
	const struct asking *asking = context;

	asking->each(message, asking->context);
	return true;
}

static int ask(struct netlink *netlink, uint32_t id, uint32_t flags, struct asking *asking,
	struct answer *answer, struct error *error)
{
	char memory[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);

	request->nlmsg_type = RTM_GETNEXTHOP;
	mnl_nlmsg_put_extra_header(request, sizeof(struct nhmsg));
	if (flags)
		mnl_attr_put_u32(request, GROUP_OP_FLAGS, flags);
	if (!id)
		return netlink_dump(netlink, request, answer, pass, asking, NULL, error);
	mnl_attr_put_u32(request, NHA_ID, id);
	return netlink_request(netlink, request, answer, asking->each, asking->context, error);
}

int nexthop_dump(struct netlink *netlink, uint32_t id, uint32_t flags,
	void (*each)(const struct nlmsghdr *message, void *context), void *context,
	struct error *error)
{
	struct asking asking = {each, context};
	struct answer answer = {0};

	if (ask(netlink, id, flags, &asking, &answer, error))
		return -1;
	return flags && answer.number == EINVAL ? ask(netlink, id, 0, &asking, &answer, error) : 0;
}
