/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completes the snapshot of a policy file with what only the kernel knows. */
#include "command/remainder.h"

#include <string.h>
#include <sys/socket.h>

#include "model/binding.h"

static const uint8_t families[] = {AF_INET, AF_INET6};

/* ---- devices ---- */

static void copy_switches(
	struct snapshot *to, const struct snapshot *from, uint8_t family, uint32_t device)
{
	struct snapshot_switches switches = snapshot_switches(from, family, device);

	snapshot_add_switches(to, &switches);
}

static void copy_device(
	struct snapshot *to, const struct snapshot *from, const struct snapshot_device *device)
{
	struct snapshot_device *copy = snapshot_add_device(to, device->name);
	const char *name = copy->name;

	*copy = *device;
	copy->name = name;
	for (size_t i = 0; i < sizeof families; i++)
		copy_switches(to, from, families[i], device->index);
}

static void copy_devices(struct snapshot *to, const struct snapshot *from)
{
	const struct vector *devices = snapshot_devices(from);
	const struct vector *addresses = snapshot_addresses(from);

	for (size_t i = 0; i < sizeof families; i++)
		copy_switches(to, from, families[i], 0);
	for (size_t i = 0; i < devices->count; i++)
		copy_device(to, from, vector_at(devices, i));
	for (size_t i = 0; i < addresses->count; i++)
		snapshot_add_address(to, vector_at(addresses, i));
}

/* ---- what the file is all of ---- */

static bool is_of_owner(
	const struct remainder *remainder, const struct byte *protocol, const struct byte *owner)
{
	const struct byte *known = protocol->value == PROTOCOL_TRANSLATED ? owner : protocol;

	return known->given && known->value == remainder->owner;
}

static bool covers_rule(const struct remainder *remainder, const struct rule *rule)
{
	if (!remainder->saved)
		return is_of_owner(remainder, &rule->protocol, &rule->owner);
	/* The kernel's own rules stay unless a save says otherwise. */
	return extent_has_rule(&remainder->extent, rule) &&
	       !extent_leaves_out(&remainder->extent, &rule_object, rule) &&
	       (remainder->extent.whole || !rule_is_builtin(rule));
}

static uint64_t class_key(uint8_t family, uint32_t class)
{
	return (uint64_t)family << 32 | class;
}

static bool covers_route(const struct remainder *remainder, const struct route *route)
{
	uint64_t key = class_key(route->family, route->class.value);

	if (vector_find(&remainder->hidden, &key, compare_uint64))
		return true;
	if (!remainder->saved)
		return is_of_owner(remainder, &route->protocol, &route->owner);
	return remainder->extent.routes && selection_has_route(&remainder->selection, route) &&
	       !extent_leaves_out(&remainder->extent, &route_object, route);
}

static void read_head(struct remainder *remainder, struct policy_file *file)
{
	const char *owner = file->lines.owner ? file->lines.owner : "policy";
	struct error ignored;
	bool named;

	remainder->owner = PROTOCOL_POLICY;
	remainder->saved = *file->head && !extent_read_head(remainder->session, file->head,
						  policy_lines_root(&file->lines)->name,
						  &remainder->extent, &named, &ignored);
	if (remainder->saved)
		return;
	names_number(remainder->session->names, NAMES_PROTOCOLS, owner, &remainder->owner);
	file->owner = (struct byte){true, (uint8_t)remainder->owner};
}

/* ---- rules and routes ---- */

static void hide_classes(struct remainder *remainder, uint8_t family)
{
	const struct vector *rules = snapshot_rules(remainder->kernel, family);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);
		uint64_t key = class_key(family, rule->class.value);

		if ((rule->own.given || rule->marked.given) && covers_rule(remainder, rule))
			vector_push(&remainder->hidden, &key);
	}
}

struct adding {
	const struct remainder *remainder;
	struct policy_file *file;
};

static bool add_route(const struct route *route, void *context)
{
	const struct adding *adding = context;

	policy_file_avoid_class(adding->file, route->class.value);
	if (!covers_route(adding->remainder, route))
		snapshot_add_route(adding->file->snapshot, route);
	return true;
}

static bool is_saved_whole(const struct remainder *remainder)
{
	return remainder->saved && remainder->extent.whole;
}

/* The rules that every kernel starts with: this one may have lost some. A save has those that it
 * covers. */
static bool keeps_rule(struct rule *rule, void *context)
{
	(void)context;
	return !rule_is_builtin(rule);
}

static void drop_builtin(struct snapshot *snapshot)
{
	for (size_t i = 0; i < sizeof families; i++)
		snapshot_keep_rules(snapshot, families[i], keeps_rule, NULL);
}

int remainder_begin(struct policy_file *file, void *context, struct error *error)
{
	struct remainder *remainder = context;
	struct netlink *netlink = remainder->session->netlink;
	struct adding adding = {remainder, file};
	struct scope scope = {0};

	remainder->kernel = snapshot_of_kernel(netlink, error);
	if (!remainder->kernel)
		return -1;
	copy_devices(file->snapshot, remainder->kernel);
	read_head(remainder, file);
	if (is_saved_whole(remainder))
		drop_builtin(file->snapshot);
	if (selection_init(&remainder->selection, netlink, &remainder->extent.route, error))
		return -1;
	remainder->hidden.size = sizeof(uint64_t);
	for (size_t i = 0; i < sizeof families; i++)
		hide_classes(remainder, families[i]);
	vector_sort(&remainder->hidden, compare_uint64);
	return snapshot_each_route(remainder->kernel, &scope, add_route, &adding, error);
}

void remainder_end(struct remainder *remainder, struct snapshot *snapshot)
{
	if (!remainder->kernel)
		return;
	if (!is_saved_whole(remainder))
		drop_builtin(snapshot);
	for (size_t i = 0; i < sizeof families; i++) {
		const struct vector *rules = snapshot_rules(remainder->kernel, families[i]);

		for (size_t j = 0; j < rules->count; j++)
			if (!covers_rule(remainder, vector_at(rules, j)))
				snapshot_add_rule(snapshot, vector_at(rules, j));
	}
}

void remainder_free(struct remainder *remainder)
{
	selection_free(&remainder->selection);
	vector_free(&remainder->hidden);
	snapshot_free(remainder->kernel);
}
