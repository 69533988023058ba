/* SPDX-License-Identifier: GPL-2.0-or-later */
/* RTM_GETLINK: a dump for indexes, single requests for names. */
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
#include "netlink/message.h"
#include "netlink/netlink.h"

enum { NAME_SIZE = 16, DUMP_ATTEMPTS = 10, LOOPBACK = 1 };

struct link {
	uint32_t index;
	char name[NAME_SIZE];
};

struct links {
	struct netlink *netlink;
	struct vector all;        /* struct link, sorted by index; filled by a dump */
	struct vector asked;      /* struct link, in the order of the lookups by name */
	const struct link *named; /* the result of the last lookup: successive routes often share
	                             their device */
	bool dumped;
	struct error failure; /* the first failure; status 0: none */
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

int links_check(const struct links *links, struct error *error)
{
	if (!links->failure.status)
		return 0;
	*error = links->failure;
	return -1;
}

static void note_failure(struct links *links, const struct error *error)
{
	if (!links->failure.status)
		error_set(&links->failure, error->status, "devices: %s", error->message);
}

static struct netlink *links_netlink(struct links *links)
{
	struct error error;

	if (links->netlink)
		return links->netlink;
	links->netlink = netlink_open(&error);
	if (!links->netlink)
		note_failure(links, &error);
	return links->netlink;
}

/* Requests one device. Returns true if the kernel knows it and `reply` was called. */
static bool ask(struct links *links, struct nlmsghdr *request,
	void (*reply)(const struct nlmsghdr *, void *context), void *context)
{
	struct answer answer;
	struct error error;

	if (!netlink_request(links->netlink, request, &answer, reply, context, &error)) {
		/* The device does not exist, or no device can have this name. */
		if (!answer.number || answer.number == ENODEV || answer.number == EINVAL ||
			answer.number == ERANGE)
			return !answer.number;
		error_set(&error, STATUS_REFUSED, "kernel: %s (%s)", strerror(answer.number),
			strerrorname_np(answer.number));
	}
	note_failure(links, &error);
	return false;
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
			attribute_string(attribute, link->name, sizeof link->name);
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

/* Without statistics: a router may have thousands of devices. */
static struct nlmsghdr *put_request(char *memory)
{
	struct nlmsghdr *request = mnl_nlmsg_put_header(memory);

	request->nlmsg_type = RTM_GETLINK;
	request->nlmsg_flags = NLM_F_REQUEST;
	mnl_nlmsg_put_extra_header(request, sizeof(struct ifinfomsg));
	mnl_attr_put_u32(request, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	return request;
}

/* A single request waits for the lock (rtnl_mutex) that a change of devices holds; a dump may
 * not. */
void links_settle(struct links *links)
{
	char memory[256];
	struct nlmsghdr *request = put_request(memory);
	struct ifinfomsg *header = NLMSG_DATA(request);
	struct answer ignored;
	struct error error;

	header->ifi_index = LOOPBACK;
	if (links_netlink(links))
		netlink_request(links_netlink(links), request, &ignored, NULL, NULL, &error);
}

static void dump_links(struct links *links)
{
	char memory[256];
	struct answer answer = {0};
	struct error error;
	bool interrupted = true;
	int status = 0;

	if (links->dumped || !links_netlink(links))
		return;
	links->dumped = true;
	for (int i = 0; !status && interrupted && i < DUMP_ATTEMPTS; i++) {
		links->all.count = 0;
		status = netlink_dump(links->netlink, put_request(memory), &answer, keep_link,
			&links->all, &interrupted, &error);
	}
	if (!status && answer.number)
		status = error_set(&error, STATUS_REFUSED, "kernel: %s (%s)",
			strerror(answer.number), strerrorname_np(answer.number));
	if (status)
		note_failure(links, &error);
	vector_sort(&links->all, compare_links);
}

static uint32_t index_of(void *context, const char *name)
{
	struct links *links = context;
	struct link link = {0};
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
	if (!ask(links, request, keep_index, &link))
		return 0;
	/*
	 * The kernel finds an altname shorter than 16 characters as a name, too; the typed name is
	 * cached.
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
	const struct link *link;

	if (links->named && links->named->index == index)
		return links->named->name;
	dump_links(links);
	link = vector_find(&links->all, &key, compare_links);
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

/* Reads IFLA_LINKINFO { IFLA_INFO_KIND "vrf", IFLA_INFO_DATA { IFLA_VRF_TABLE } }. */
uint32_t link_vrf_class(const struct nlmsghdr *message)
{
	const struct nlattr *attribute;
	const struct nlattr *inside;
	const struct nlattr *data = NULL;
	char kind[NAME_SIZE];
	bool vrf = false;

	mnl_attr_for_each(attribute, message, sizeof(struct ifinfomsg))
	{
		if (mnl_attr_get_type(attribute) != IFLA_LINKINFO)
			continue;
		mnl_attr_for_each_nested(inside, attribute)
		{
			if (mnl_attr_get_type(inside) == IFLA_INFO_KIND)
				vrf = attribute_string(inside, kind, sizeof kind) &&
				      !strcmp(kind, "vrf");
			else if (mnl_attr_get_type(inside) == IFLA_INFO_DATA)
				data = inside;
		}
	}
	if (!vrf || !data)
		return 0;
	mnl_attr_for_each_nested(inside, data)
	{
		if (mnl_attr_get_type(inside) == IFLA_VRF_TABLE)
			return attribute_number(inside);
	}
	return 0;
}

static void read_class(const struct nlmsghdr *message, void *context)
{
	*(uint32_t *)context = link_vrf_class(message);
}

static uint32_t class_of(void *context, const char *name)
{
	struct links *links = context;
	struct nlmsghdr *request;
	char memory[512];
	uint32_t class = 0;

	if (!*name || strlen(name) >= NAME_SIZE || !links_netlink(links))
		return 0;
	request = put_request(memory);
	mnl_attr_put_strz(request, IFLA_IFNAME, name);
	ask(links, request, read_class, &class);
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
