/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps records that were read; requests routes from the kernel when needed. */
#include "state/snapshot.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/if.h>

#include "base/memory.h"
#include "state/amendment.h"
#include "state/class_index.h"
#include "state/held_routes.h"
#include "state/nexthop_cache.h"
#include "state/records.h"
#include "state/route_scope.h"
#include "state/rule_set.h"

struct snapshot {
	struct netlink *netlink; /* NULL: no kernel */
	struct rule_set *inet, *inet6;
	struct records routes; /* used without a kernel */
	struct class_index by_class;
	struct amendments amendments; /* of the kernel's routes */
	struct vector devices;        /* struct snapshot_device */
	struct vector addresses;
	struct vector switches;
	struct held_routes held; /* of the kernel */
	struct nexthop_cache nexthops;
	struct arena arena;
	bool interrupted;
	bool admits_devices;
};

struct snapshot *snapshot_empty(void)
{
	struct snapshot *snapshot = memory_get(sizeof *snapshot);

	snapshot->inet = arena_get(&snapshot->arena, sizeof *snapshot->inet);
	snapshot->inet6 = arena_get(&snapshot->arena, sizeof *snapshot->inet6);
	rule_set_init(snapshot->inet);
	rule_set_init(snapshot->inet6);
	snapshot->devices.size = sizeof(struct snapshot_device);
	snapshot->addresses.size = sizeof(struct snapshot_address);
	snapshot->switches.size = sizeof(struct snapshot_switches);
	snapshot->nexthops.offline = true;
	return snapshot;
}

void snapshot_ask(struct snapshot *snapshot, struct netlink *netlink)
{
	snapshot->netlink = netlink;
	snapshot->nexthops.offline = false;
}

void snapshot_free(struct snapshot *snapshot)
{
	if (!snapshot)
		return;
	rule_set_free(snapshot->inet);
	rule_set_free(snapshot->inet6);
	records_free(&snapshot->routes);
	class_index_free(&snapshot->by_class);
	amendments_free(&snapshot->amendments);
	held_routes_free(&snapshot->held);
	vector_free(&snapshot->devices);
	vector_free(&snapshot->addresses);
	vector_free(&snapshot->switches);
	nexthop_cache_free(&snapshot->nexthops);
	arena_free(&snapshot->arena);
	free(snapshot);
}

/* ---- rules ---- */

static struct rule_set *set_of(const struct snapshot *snapshot, uint8_t family)
{
	return family == AF_INET6 ? snapshot->inet6 : snapshot->inet;
}

void snapshot_add_rule(struct snapshot *snapshot, const struct rule *rule)
{
	rule_set_add(set_of(snapshot, rule->family), rule, &snapshot->arena);
}

const struct vector *snapshot_rules(const struct snapshot *snapshot, uint8_t family)
{
	return rule_set_rules(set_of(snapshot, family));
}

const struct rule *snapshot_unreadable(const struct snapshot *snapshot)
{
	static const uint8_t families[] = {AF_INET, AF_INET6};

	for (size_t i = 0; i < sizeof families; i++) {
		const struct vector *rules = snapshot_rules(snapshot, families[i]);

		for (size_t j = 0; j < rules->count; j++) {
			const struct rule *rule = vector_at(rules, j);

			if (rule->part.given && rule->part.state == PART_UNREADABLE)
				return rule;
		}
	}
	return NULL;
}

void snapshot_keep_rules(struct snapshot *snapshot, uint8_t family,
	bool (*keeps)(struct rule *rule, void *context), void *context)
{
	struct rule_set *set = set_of(snapshot, family);
	struct rule_set kept;

	rule_set_init(&kept);
	for (size_t i = 0; i < rule_set_rules(set)->count; i++) {
		struct rule rule = *(const struct rule *)vector_at(&set->rules, i);

		if (keeps(&rule, context))
			rule_set_add(&kept, &rule, &snapshot->arena);
	}
	rule_set_free(set);
	*set = kept;
}

/* ---- routes ---- */

void snapshot_amend(struct snapshot *snapshot, enum amendment sort, const struct route *route)
{
	amendments_add(&snapshot->amendments, sort, route);
}

void snapshot_add_route(struct snapshot *snapshot, const struct route *route)
{
	records_add(&snapshot->routes, &route_object, route);
}

struct kept {
	const struct scope *scope;
	bool (*each)(const struct route *route, void *context);
	void *context;
	struct arena arena;
};

static bool pass_kept(const struct records *routes, size_t index, struct kept *kept)
{
	const struct record_item *item = records_item(routes, index);
	struct route route = {0};
	bool more = true;

	if (kept->scope->family && item->family != kept->scope->family)
		return true;
	records_read(routes, index, &kept->arena, &route);
	if (scope_holds(kept->scope, &route))
		more = kept->each(&route, kept->context);
	arena_reset(&kept->arena);
	return more;
}

static void each_kept(struct snapshot *snapshot, const struct scope *scope,
	bool (*each)(const struct route *route, void *context), void *context)
{
	const struct records *routes = &snapshot->routes;
	struct kept kept = {scope, each, context, {0}};
	bool more = true;

	if (!scope->class) {
		for (size_t i = 0; i < routes->items.count && more; i++)
			more = pass_kept(routes, i, &kept);
	} else {
		class_index_update(&snapshot->by_class, routes);
		for (size_t i = class_index_find(&snapshot->by_class, scope->class);
			more && i < snapshot->by_class.routes.count; i++) {
			const struct class_route *place = vector_at(&snapshot->by_class.routes, i);

			if (place->class != scope->class)
				break;
			more = pass_kept(routes, place->index, &kept);
		}
	}
	arena_free(&kept.arena);
}

struct passing {
	bool (*each)(const struct route *route, void *context);
	void *context;
};

static bool pass_route(const void *record, void *context)
{
	const struct passing *passing = context;

	return passing->each(record, passing->context);
}

int snapshot_each_route(struct snapshot *snapshot, const struct scope *scope,
	bool (*each)(const struct route *route, void *context), void *context, struct error *error)
{
	struct passing passing = {each, context};

	if (snapshot->netlink && snapshot->amendments.routes.items.count)
		return amendments_each(&snapshot->amendments, snapshot->netlink, scope, each,
			context, &snapshot->interrupted, error);
	if (snapshot->netlink && scope->holding)
		return held_routes_each(&snapshot->held, snapshot->netlink, scope, each, context,
			&snapshot->interrupted, error);
	if (snapshot->netlink)
		return store_each(snapshot->netlink, &route_object, scope, pass_route, &passing,
			&snapshot->interrupted, error);
	each_kept(snapshot, scope, each, context);
	return 0;
}

bool snapshot_interrupted(const struct snapshot *snapshot)
{
	return snapshot->interrupted;
}

const struct nexthop_info *snapshot_nexthop(struct snapshot *snapshot, uint32_t id)
{
	return nexthop_cache_find(&snapshot->nexthops, id);
}

/* ---- devices and addresses ---- */

const struct snapshot_device *snapshot_device_named(
	const struct snapshot *snapshot, const char *name)
{
	for (size_t i = 0; i < snapshot->devices.count; i++) {
		const struct snapshot_device *device = vector_at(&snapshot->devices, i);

		if (!strcmp(device->name, name))
			return device;
	}
	return NULL;
}

/* Devices are sorted by index. */
const struct snapshot_device *snapshot_device(const struct snapshot *snapshot, uint32_t index)
{
	size_t low = 0;
	size_t high = snapshot->devices.count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct snapshot_device *device = vector_at(&snapshot->devices, middle);

		if (device->index == index)
			return device;
		if (device->index < index)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

struct snapshot_device *snapshot_add_device(struct snapshot *snapshot, const char *name)
{
	struct snapshot_device *known =
		(struct snapshot_device *)snapshot_device_named(snapshot, name);
	const struct snapshot_device *last =
		snapshot->devices.count ? vector_at(&snapshot->devices, snapshot->devices.count - 1)
					: NULL;
	struct snapshot_device device = {
		.index = last ? last->index + 1 : 1,
		.flags = IFF_UP | IFF_RUNNING | IFF_LOWER_UP,
	};

	if (known)
		return known;
	device.name = arena_copy(&snapshot->arena, name, strlen(name) + 1);
	return vector_push(&snapshot->devices, &device);
}

const struct vector *snapshot_devices(const struct snapshot *snapshot)
{
	return &snapshot->devices;
}

void snapshot_add_address(struct snapshot *snapshot, const struct snapshot_address *address)
{
	vector_push(&snapshot->addresses, address);
}

const struct vector *snapshot_addresses(const struct snapshot *snapshot)
{
	return &snapshot->addresses;
}

/* ---- switches ---- */

static struct snapshot_switches *find_switches(
	const struct snapshot *snapshot, uint8_t family, uint32_t device)
{
	for (size_t i = 0; i < snapshot->switches.count; i++) {
		struct snapshot_switches *switches = vector_at(&snapshot->switches, i);

		if (switches->family == family && switches->device == device)
			return switches;
	}
	return NULL;
}

void snapshot_add_switches(struct snapshot *snapshot, const struct snapshot_switches *switches)
{
	struct snapshot_switches *known =
		find_switches(snapshot, switches->family, switches->device);

	if (known)
		*known = *switches;
	else
		vector_push(&snapshot->switches, switches);
}

struct snapshot_switches snapshot_switches(
	const struct snapshot *snapshot, uint8_t family, uint32_t device)
{
	const struct snapshot_switches *own = find_switches(snapshot, family, device);
	const struct snapshot_switches *all = find_switches(snapshot, family, 0);
	struct snapshot_switches joined = {.family = family, .device = device};

	if (own)
		joined = *own;
	if (!all || own == all)
		return joined;
	/* ip6_forward() uses only conf/all. */
	if (family == AF_INET6) {
		joined.forwarding = all->forwarding;
		return joined;
	}
	joined.accept_local |= all->accept_local;
	joined.route_localnet |= all->route_localnet;
	joined.src_valid_mark |= all->src_valid_mark;
	joined.ignore_linkdown |= all->ignore_linkdown;
	if (all->rp_filter > joined.rp_filter)
		joined.rp_filter = all->rp_filter;
	return joined;
}

/* ---- names ---- */

static uint32_t name_index(void *context, const char *name)
{
	struct snapshot *snapshot = context;
	const struct snapshot_device *device = snapshot_device_named(snapshot, name);

	if (!device && snapshot->admits_devices)
		device = snapshot_add_device(snapshot, name);
	return device ? device->index : 0;
}

void snapshot_admit_devices(struct snapshot *snapshot, bool admit)
{
	snapshot->admits_devices = admit;
}

static const char *index_name(void *context, uint32_t index)
{
	const struct snapshot_device *device = snapshot_device(context, index);

	return device ? device->name : NULL;
}

static uint32_t name_class(void *context, const char *name)
{
	const struct snapshot_device *device = snapshot_device_named(context, name);

	return device ? device->vrf_class : 0;
}

static void all_names(void *context, void (*each)(const char *name, void *argument), void *argument)
{
	const struct vector *devices = snapshot_devices(context);

	for (size_t i = 0; i < devices->count; i++)
		each(((const struct snapshot_device *)vector_at(devices, i))->name, argument);
}

struct device_source snapshot_device_names(struct snapshot *snapshot)
{
	return (struct device_source){
		.context = snapshot,
		.index = name_index,
		.name = index_name,
		.class = name_class,
		.all = all_names,
	};
}
