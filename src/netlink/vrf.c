/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dumps the links of kind "vrf". */
#include "netlink/vrf.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "netlink/links.h"
#include "netlink/message.h"

struct search {
	uint32_t class;
	char *name;
};

static bool look_at(const struct nlmsghdr *message, void *context)
{
	struct search *search = context;
	const struct nlattr *attribute;

	if (link_vrf_class(message) != search->class)
		return true;
	mnl_attr_for_each(attribute, message, sizeof(struct ifinfomsg))
	{
		if (mnl_attr_get_type(attribute) == IFLA_IFNAME)
			attribute_string(attribute, search->name, IFNAMSIZ);
	}
	return false;
}

int vrf_of_class(struct netlink *netlink, uint32_t class, char name[16], struct error *error)
{
	struct search search = {class, name};
	char memory[256];
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);
	struct nlattr *info;
	struct answer answer;

	*name = '\0';
	request->nlmsg_type = RTM_GETLINK;
	mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	info = mnl_attr_nest_start(request, IFLA_LINKINFO);
	mnl_attr_put_strz(request, IFLA_INFO_KIND, "vrf");
	mnl_attr_nest_end(request, info);
	/* A kernel without VRF support refuses the dump: there is no VRF. */
	return netlink_dump(netlink, request, &answer, look_at, &search, NULL, error);
}
