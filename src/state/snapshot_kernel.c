/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fills a snapshot from the kernel. */
#include <string.h>
#include <sys/socket.h>

#include "netlink/interfaces.h"
#include "state/own.h"
#include "state/snapshot.h"

/*
 * Before Linux 6.15, whose rules report a mask, an IPv6 rule with `dscp 0` matches every code point
 * (fib6_rule_match(): "r->dscp &&").
 */
static void note_any_dscp(struct rule *rule)
{
	if (rule->family == AF_INET6 && rule->dscp.given && !rule->dscp.has_mask &&
		!rule->dscp.value)
		rule->dscp.mask = 0;
}

static int read_rules(struct snapshot *snapshot, struct netlink *netlink, struct error *error)
{
	struct vector rules = {0};
	struct arena arena = {0};
	int status = own_load_rules(netlink, AF_UNSPEC, &rules, &arena, NULL, error);

	for (size_t i = 0; !status && i < rules.count; i++) {
		note_any_dscp(vector_at(&rules, i));
		snapshot_add_rule(snapshot, vector_at(&rules, i));
	}
	vector_free(&rules);
	arena_free(&arena);
	return status;
}

static void add_switches(struct snapshot *snapshot, uint8_t family, uint32_t device,
	const struct interface_switches *from)
{
	struct snapshot_switches switches = {
		.family = family,
		.device = device,
		.forwarding = from->forwarding,
		.accept_local = from->accept_local,
		.route_localnet = from->route_localnet,
		.src_valid_mark = from->src_valid_mark,
		.ignore_linkdown = from->ignore_linkdown,
		.rp_filter = from->rp_filter,
	};

	snapshot_add_switches(snapshot, &switches);
}

static void keep_interface(const struct interface *interface, void *context)
{
	vector_push(context, interface);
}

static int compare_interfaces(const void *a, const void *b)
{
	const struct interface *left = a;
	const struct interface *right = b;

	return left->index < right->index ? -1 : left->index > right->index;
}

static void add_interface(struct snapshot *snapshot, const struct interface *interface)
{
	struct snapshot_device *device = snapshot_add_device(snapshot, interface->name);

	device->index = interface->index;
	device->flags = interface->flags;
	device->master = interface->master;
	device->vrf_class = interface->vrf_class;
	device->group = interface->group;
	add_switches(snapshot, AF_INET, interface->index, &interface->inet);
	add_switches(snapshot, AF_INET6, interface->index, &interface->inet6);
}

/* The kernel lists devices by a hash of their index. */
static int read_interfaces(struct snapshot *snapshot, struct netlink *netlink, struct error *error)
{
	struct vector found = {.size = sizeof(struct interface)};
	int status = interfaces_each(netlink, keep_interface, &found, error);

	vector_sort(&found, compare_interfaces);
	for (size_t i = 0; !status && i < found.count; i++)
		add_interface(snapshot, vector_at(&found, i));
	vector_free(&found);
	return status;
}

static void add_address(const struct interface_address *found, void *context)
{
	struct snapshot_address address = {
		.local = {.given = true, .family = found->family},
		.length = found->length,
		.scope = found->scope,
		.flags = found->flags,
		.device = found->device,
	};

	memcpy(address.local.bytes, found->bytes, sizeof address.local.bytes);
	snapshot_add_address(context, &address);
}

static int fill(struct snapshot *snapshot, struct netlink *netlink, struct error *error)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};
	struct interface_switches all;

	for (size_t i = 0; i < sizeof families; i++) {
		interfaces_all(families[i], &all);
		add_switches(snapshot, families[i], 0, &all);
	}
	if (read_interfaces(snapshot, netlink, error) || read_rules(snapshot, netlink, error))
		return -1;
	return interfaces_each_address(netlink, add_address, snapshot, error);
}

struct snapshot *snapshot_of_kernel(struct netlink *netlink, struct error *error)
{
	struct snapshot *snapshot = snapshot_empty();

	snapshot_ask(snapshot, netlink);
	if (!fill(snapshot, netlink, error))
		return snapshot;
	snapshot_free(snapshot);
	return NULL;
}
