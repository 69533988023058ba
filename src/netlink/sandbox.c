/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Makes a network namespace, links and addresses. */
#include "netlink/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/streams.h"
#include "netlink/netlink.h"

#define PEER_NAME "peer%u"

enum { REQUEST_MAX = 1024, LOOPBACK = 1, NAME_TEXT_MAX = 16 };

/* ---- the namespace ---- */

static int write_file(const char *path, const char *text)
{
	int file = open(path, O_WRONLY | O_CLOEXEC);
	int status;

	if (file < 0)
		return -1;
	status = stream_write(file, text, strlen(text));
	close(file);
	return status;
}

/* Maps this user to root in the new namespace. */
static int enter_user_namespace(void)
{
	char users[64], groups[64];

	snprintf(users, sizeof users, "0 %u 1", (unsigned int)geteuid());
	snprintf(groups, sizeof groups, "0 %u 1", (unsigned int)getegid());
	if (unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return -1;
	return write_file("/proc/self/setgroups", "deny") ||
	                       write_file("/proc/self/uid_map", users) ||
	                       write_file("/proc/self/gid_map", groups)
	               ? -1
	               : 0;
}

int sandbox_enter(struct error *error)
{
	if (!unshare(CLONE_NEWNET) || !enter_user_namespace())
		return 0;
	error_set(error, STATUS_REFUSED, "cannot make a network namespace: %s", strerror(errno));
	return error_hint(error, "run it as root, or allow user namespaces");
}

/* ---- links ---- */

static struct nlmsghdr *begin(void *memory, uint16_t type, uint16_t flags, uint32_t index,
	unsigned int link_flags, unsigned int mask)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(memory);
	struct ifinfomsg *header;

	message->nlmsg_type = type;
	message->nlmsg_flags = NLM_F_REQUEST | flags;
	header = mnl_nlmsg_put_extra_header(message, sizeof *header);
	header->ifi_index = (int)index;
	header->ifi_flags = link_flags;
	header->ifi_change = mask;
	return message;
}

/* Sets *made to whether the kernel accepted it. A refusal is no error. */
static int request(
	struct netlink *netlink, struct nlmsghdr *message, bool *made, struct error *error)
{
	struct answer answer;

	if (netlink_request(netlink, message, &answer, NULL, NULL, error))
		return -1;
	*made = !answer.number;
	return 0;
}

static void put_veth(struct nlmsghdr *message, uint32_t peer)
{
	struct nlattr *data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
	struct nlattr *inside = mnl_attr_nest_start(message, VETH_INFO_PEER);
	struct ifinfomsg *header = mnl_nlmsg_put_extra_header(message, sizeof *header);
	char name[NAME_TEXT_MAX];

	header->ifi_index = (int)peer;
	snprintf(name, sizeof name, PEER_NAME, peer);
	mnl_attr_put_strz(message, IFLA_IFNAME, name);
	mnl_attr_nest_end(message, inside);
	mnl_attr_nest_end(message, data);
}

static void put_kind(
	struct nlmsghdr *message, const struct interface *interface, bool is_master, uint32_t peer)
{
	struct nlattr *info = mnl_attr_nest_start(message, IFLA_LINKINFO);
	struct nlattr *data;

	if (interface->vrf_class) {
		mnl_attr_put_str(message, IFLA_INFO_KIND, "vrf");
		data = mnl_attr_nest_start(message, IFLA_INFO_DATA);
		mnl_attr_put_u32(message, IFLA_VRF_TABLE, interface->vrf_class);
		mnl_attr_nest_end(message, data);
	} else if (is_master) {
		mnl_attr_put_str(message, IFLA_INFO_KIND, "bridge");
	} else {
		mnl_attr_put_str(message, IFLA_INFO_KIND, "veth");
		put_veth(message, peer);
	}
	mnl_attr_nest_end(message, info);
}

int sandbox_add_link(struct netlink *netlink, const struct interface *interface, bool is_master,
	uint32_t peer, bool *made, struct error *error)
{
	char memory[REQUEST_MAX];
	char name[NAME_TEXT_MAX];
	struct nlmsghdr *message;

	*made = true;
	if (interface->index == LOOPBACK)
		return 0;
	message = begin(memory, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, interface->index, 0, 0);
	mnl_attr_put_strz(message, IFLA_IFNAME, interface->name);
	mnl_attr_put_u32(message, IFLA_GROUP, interface->group);
	put_kind(message, interface, is_master, peer);
	if (request(netlink, message, made, error))
		return -1;
	snprintf(name, sizeof name, PEER_NAME, peer);
	sandbox_switch(AF_INET6, name, "disable_ipv6", 1);
	return 0;
}

static int set_up(struct netlink *netlink, uint32_t index, struct error *error)
{
	char memory[REQUEST_MAX];
	bool made;

	return request(netlink, begin(memory, RTM_NEWLINK, 0, index, IFF_UP, IFF_UP), &made, error);
}

/* The kernel notices a carrier, and ends the detection of duplicates, in a thread of its own,
 * within milliseconds. What takes longer does not come: a bridge without ports. */
enum { AWAIT_TRIES = 500, AWAIT_NANOSECONDS = 1000000 };

static void pause_once(void)
{
	nanosleep(&(struct timespec){.tv_nsec = AWAIT_NANOSECONDS}, NULL);
}

static void read_flags(const struct nlmsghdr *message, void *context)
{
	const struct ifinfomsg *header = mnl_nlmsg_get_payload(message);

	*(unsigned int *)context = header->ifi_flags;
}

static int await_carrier(struct netlink *netlink, uint32_t index, struct error *error)
{
	for (int i = 0; i < AWAIT_TRIES; i++) {
		char memory[REQUEST_MAX];
		unsigned int flags = IFF_RUNNING;
		struct answer answer;

		if (netlink_request(netlink, begin(memory, RTM_GETLINK, 0, index, 0, 0), &answer,
			    read_flags, &flags, error))
			return -1;
		if (flags & IFF_RUNNING)
			break;
		pause_once();
	}
	return 0;
}

int sandbox_raise_link(struct netlink *netlink, const struct interface *interface, bool is_master,
	uint32_t peer, struct error *error)
{
	char memory[REQUEST_MAX];
	bool made;

	if (interface->master) {
		struct nlmsghdr *message = begin(memory, RTM_NEWLINK, 0, interface->index, 0, 0);

		mnl_attr_put_u32(message, IFLA_MASTER, interface->master);
		if (request(netlink, message, &made, error))
			return -1;
	}
	/* The peer decides whether it has a carrier; a bridge and lo have no peer. */
	if ((interface->flags & IFF_LOWER_UP) && interface->index != LOOPBACK &&
		set_up(netlink, peer, error))
		return -1;
	if (!(interface->flags & IFF_UP))
		return 0;
	if (set_up(netlink, interface->index, error))
		return -1;
	/* A bridge has the carrier of its ports, which may come up later. */
	return (interface->flags & IFF_LOWER_UP) && !is_master
	               ? await_carrier(netlink, interface->index, error)
	               : 0;
}

int sandbox_add_address(struct netlink *netlink, const struct interface_address *address,
	bool *made, struct error *error)
{
	char memory[REQUEST_MAX];
	struct nlmsghdr *message = mnl_nlmsg_put_header(memory);
	struct ifaddrmsg *header;
	size_t size = address->family == AF_INET6 ? 16 : 4;

	message->nlmsg_type = RTM_NEWADDR;
	message->nlmsg_flags = NLM_F_REQUEST | NLM_F_CREATE;
	header = mnl_nlmsg_put_extra_header(message, sizeof *header);
	header->ifa_family = address->family;
	header->ifa_prefixlen = address->length;
	header->ifa_scope = address->scope;
	header->ifa_index = address->device;
	mnl_attr_put(message, IFA_LOCAL, size, address->bytes);
	mnl_attr_put(message, IFA_ADDRESS, size, address->bytes);
	mnl_attr_put_u32(
		message, IFA_FLAGS, address->flags & (IFA_F_NOPREFIXROUTE | IFA_F_SECONDARY));
	return request(netlink, message, made, error);
}

static void find_tentative(const struct interface_address *address, void *context)
{
	*(bool *)context |= (address->flags & IFA_F_TENTATIVE) != 0;
}

int sandbox_await_addresses(struct netlink *netlink, struct error *error)
{
	char memory[REQUEST_MAX];
	bool tentative = true;
	bool made;

	for (int i = 0; i < AWAIT_TRIES && tentative; i++) {
		if (i > 0)
			pause_once();
		tentative = false;
		if (interfaces_each_address(netlink, find_tentative, &tentative, error))
			return -1;
	}
	/* The route follows under the lock that this request waits for (addrconf_dad_work()); it
	 * changes nothing. */
	return request(netlink, begin(memory, RTM_NEWLINK, 0, LOOPBACK, 0, 0), &made, error);
}

enum { PATH_TEXT_MAX = 128 };

static void switch_path(
	uint8_t family, const char *name, const char *key, char path[static PATH_TEXT_MAX])
{
	snprintf(path, PATH_TEXT_MAX, "/proc/sys/net/%s/conf/%s/%s",
		family == AF_INET6 ? "ipv6" : "ipv4", name, key);
}

void sandbox_switch(uint8_t family, const char *name, const char *key, unsigned int value)
{
	char path[PATH_TEXT_MAX];
	char text[16];

	switch_path(family, name, key, path);
	snprintf(text, sizeof text, "%u", value);
	(void)write_file(path, text);
}

unsigned int sandbox_read_switch(uint8_t family, const char *name, const char *key)
{
	char path[PATH_TEXT_MAX];
	char text[16] = "";
	int file;

	switch_path(family, name, key, path);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return 0;
	if (read(file, text, sizeof text - 1) < 0)
		*text = '\0';
	close(file);
	return (unsigned int)strtoul(text, NULL, 10);
}
