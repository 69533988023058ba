/* A dump of the links that are VRFs. */
#include "netlink/vrf.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"

struct search {
	uint32_t class;
	char *name;
};

static const struct nlattr *find_inside(const struct nlattr *nest, uint16_t type)
{
	const struct nlattr *attribute;

	if (!nest)
		return NULL;
	mnl_attr_for_each_nested(attribute, nest)
	{
		if (mnl_attr_get_type(attribute) == type)
			return attribute;
	}
	return NULL;
}

static bool look_at(const struct nlmsghdr *message, void *context)
{
	struct search *search = context;
	const struct nlattr *attribute;
	const struct nlattr *info = NULL;
	const struct nlattr *name = NULL;
	const struct nlattr *kind;
	const struct nlattr *class;

	mnl_attr_for_each(attribute, message, sizeof(struct ifinfomsg))
	{
		if (mnl_attr_get_type(attribute) == IFLA_LINKINFO)
			info = attribute;
		if (mnl_attr_get_type(attribute) == IFLA_IFNAME)
			name = attribute;
	}
	kind = find_inside(info, IFLA_INFO_KIND);
	class = find_inside(find_inside(info, IFLA_INFO_DATA), IFLA_VRF_TABLE);
	if (!kind || !class || !name || strcmp(mnl_attr_get_str(kind), "vrf") != 0 ||
		mnl_attr_get_u32(class) != search->class)
		return true;
	snprintf(search->name, IFNAMSIZ, "%s", mnl_attr_get_str(name));
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
	/* A kernel without VRFs refuses: it has none. */
	return netlink_dump(netlink, request, &answer, look_at, &search, NULL, error);
}
