/* Devices as the kernel names them. */
#include "netlink/links.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/vector.h"
#include "netlink/netlink.h"

enum { NAME_SIZE = 16 };

struct link {
	uint32_t index;
	char name[NAME_SIZE];
};

struct links {
	struct netlink *netlink;
	struct vector all;        /* struct link, by index; after a dump */
	struct vector asked;      /* struct link, in the order asked for by name */
	const struct link *named; /* the one that was named last: neighbours share their device */
	bool dumped;
};

struct links *links_open(void)
{
	struct links *links = memory_get(sizeof *links);

	links->all.size = sizeof(struct link);
	links->asked.size = sizeof(struct link);
	return links;
}

void links_close(struct links *links)
{
	vector_free(&links->all);
	vector_free(&links->asked);
	netlink_close(links->netlink);
	free(links);
}

/* Without a conversation no device has a name: the questions that matter fail on their own. */
static struct netlink *links_netlink(struct links *links)
{
	struct error ignored;

	if (!links->netlink)
		links->netlink = netlink_open(&ignored);
	return links->netlink;
}

static bool read_link(struct link *link, const struct nlmsghdr *message)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);
	const struct nlattr *attribute;

	if (message->nlmsg_type != RTM_NEWLINK ||
		mnl_nlmsg_get_payload_len(message) < sizeof *header)
		return false;
	*link = (struct link){.index = (uint32_t)header->ifi_index};
	mnl_attr_for_each(attribute, message, sizeof *header)
	{
		if (mnl_attr_get_type(attribute) == IFLA_IFNAME)
			snprintf(link->name, sizeof link->name, "%s", mnl_attr_get_str(attribute));
	}
	return true;
}

static bool keep_link(const struct nlmsghdr *message, void *context)
{
	struct link link;

	if (read_link(&link, message))
		vector_push(context, &link);
	return true;
}

static void keep_index(const struct nlmsghdr *message, void *context)
{
	struct link *link = context;

	read_link(link, message);
}

static int compare_links(const void *a, const void *b)
{
	const struct link *left = a;
	const struct link *right = b;

	return left->index < right->index ? -1 : left->index > right->index;
}

/* Addresses and statistics of every device are left out: a router may have thousands. */
static struct nlmsghdr *put_request(char *memory)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = NLM_F_REQUEST;
	mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return request;
}

static void dump_links(struct links *links)
{
	char memory[256];
	struct answer answer;
	struct error ignored;

	if (links->dumped || !links_netlink(links))
		return;
	links->dumped = true;
	netlink_dump(links->netlink, put_request(memory), &answer, keep_link, &links->all, NULL,
		&ignored);
	if (links->all.count)
		qsort(links->all.items, links->all.count, links->all.size, compare_links);
}

static uint32_t index_of(void *context, const char *name)
{
	struct links *links = context;
	struct link link = {0};
	struct answer answer;
	struct error ignored;
	struct nlmsghdr *request;
	char memory[512];

	for (size_t i = 0; i < links->asked.count; i++) {
		const struct link *known = vector_at(&links->asked, i);

		if (!strcmp(known->name, name))
			return known->index;
	}
	if (!*name || strlen(name) > 127 || !links_netlink(links))
		return 0;
	request = put_request(memory);
	mnl_attr_put_strz(request, strlen(name) < NAME_SIZE ? IFLA_IFNAME : IFLA_ALT_IFNAME, name);
	if (netlink_request(links->netlink, request, &answer, keep_index, &link, &ignored) ||
		answer.number)
		return 0;
	/* An altname of fewer than 16 letters is found as a name too; what was typed is remembered.
	 */
	if (strlen(name) < NAME_SIZE) {
		snprintf(link.name, sizeof link.name, "%s", name);
		vector_push(&links->asked, &link);
	}
	return link.index;
}

static const char *name_of(void *context, uint32_t index)
{
	struct links *links = context;
	struct link key = {.index = index};
	const struct link *link = NULL;

	if (links->named && links->named->index == index)
		return links->named->name;
	dump_links(links);
	if (links->all.count)
		link = bsearch(&key, links->all.items, links->all.count, sizeof key, compare_links);
	links->named = link;
	return link ? link->name : NULL;
}

static void all_names(void *context, void (*each)(const char *name, void *argument), void *argument)
{
	struct links *links = context;

	dump_links(links);
	for (size_t i = 0; i < links->all.count; i++)
		each(((const struct link *)vector_at(&links->all, i))->name, argument);
}

/* The class of a VRF, from `IFLA_LINKINFO { IFLA_INFO_KIND "vrf", IFLA_INFO_DATA { class } }`. */
static void read_class(const struct nlmsghdr *message, void *context)
{
	const struct nlattr *attribute;
	const struct nlattr *inside;
	const struct nlattr *data = NULL;
	uint32_t *class = context;
	bool vrf = false;

	mnl_attr_for_each(attribute, message, sizeof(struct ifinfomsg))
	{
		if (mnl_attr_get_type(attribute) != IFLA_LINKINFO)
			continue;
		mnl_attr_for_each_nested(inside, attribute)
		{
			if (mnl_attr_get_type(inside) == IFLA_INFO_KIND)
				vrf = !strcmp(mnl_attr_get_str(inside), "vrf");
			else if (mnl_attr_get_type(inside) == IFLA_INFO_DATA)
				data = inside;
		}
	}
	if (!vrf || !data)
		return;
	mnl_attr_for_each_nested(inside, data)
	{
		if (mnl_attr_get_type(inside) == IFLA_VRF_TABLE)
			*class = mnl_attr_get_u32(inside);
	}
}

static uint32_t class_of(void *context, const char *name)
{
	struct links *links = context;
	struct answer answer;
	struct error ignored;
	struct nlmsghdr *request;
	char memory[512];
	uint32_t class = 0;

	if (!*name || strlen(name) >= NAME_SIZE || !links_netlink(links))
		return 0;
	request = put_request(memory);
	mnl_attr_put_strz(request, IFLA_IFNAME, name);
	netlink_request(links->netlink, request, &answer, read_class, &class, &ignored);
	return class;
}

struct device_source links_source(struct links *links)
{
	return (struct device_source){
		.context = links,
		.index = index_of,
		.name = name_of,
		.all = all_names,
		.class = class_of,
	};
}

void links_forget(struct links *links)
{
	links->all.count = 0;
	links->asked.count = 0;
	links->dumped = false;
}
