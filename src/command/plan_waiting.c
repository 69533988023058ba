/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the lines of a policy that wait for a device, which is missing or down. */
#include <linux/if.h>

#include "command/plan.h"
#include "model/nexthop.h"
#include "state/network.h"

bool plan_may_wait(struct plan *plan, struct error *error)
{
	struct buffer text = {0};
	const char *copy;

	if (!plan->session->options.partial || error->fault != FAULT_NO_DEVICE)
		return false;
	buffer_format(&text, "%s:%d: %s", plan->words.file, plan->words.line, error->message);
	copy = arena_copy(&plan->kept, buffer_text(&text), text.length + 1);
	buffer_free(&text);
	vector_push(&plan->waiting, &copy);
	error->status = STATUS_DONE;
	error_hint(error, "the line waits: apply the file again when the device is there");
	if (!plan->lists)
		plan->session->report(error);
	return true;
}

/* ---- devices that are down ---- */

static bool is_down(const struct snapshot *snapshot, uint32_t index)
{
	const struct snapshot_device *found = snapshot_device(snapshot, index);

	return found && !(found->flags & IFF_LOWER_UP);
}

static bool hop_waits(
	const struct snapshot *snapshot, const struct device *device, const struct gateway *gateway)
{
	const struct snapshot_address *network;

	if (device->given)
		return is_down(snapshot, device->index);
	network = gateway->given ? snapshot_network_of(snapshot, gateway) : NULL;
	return network && is_down(snapshot, network->device);
}

static bool route_waits(const struct snapshot *snapshot, const struct route *route)
{
	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		const struct nexthop *nexthop = item->record;

		if (hop_waits(snapshot, &nexthop->device, &nexthop->gateway))
			return true;
	}
	return hop_waits(snapshot, &route->device, &route->gateway);
}

static bool item_waits(struct plan *plan, const struct snapshot *snapshot, size_t index)
{
	const struct record_item *item = records_item(&plan->want, index);
	struct route route = {0};
	struct rule rule = {0};
	bool waits = false;

	if (!item->rule) {
		records_read(&plan->want, index, &plan->line, &route);
		waits = route_waits(snapshot, &route);
	} else if (item->own) {
		records_read(&plan->want, index, &plan->line, &rule);
		waits = route_waits(snapshot, rule.own.record);
	}
	arena_reset(&plan->line);
	return waits;
}

bool plan_waits(struct plan *plan, const struct snapshot *snapshot)
{
	bool waits = plan->waiting.count || plan->refused;

	for (size_t i = 0; i < plan->want.items.count && !waits; i++)
		waits = item_waits(plan, snapshot, i);
	return waits;
}

static void note_down(struct plan *plan, size_t index)
{
	const struct plan_place *place =
		vector_at(&plan->places, records_item(&plan->want, index)->line - 1);
	struct buffer text = {0};
	const char *copy;

	buffer_format(&text, "%s:%d: its device is down", place->file, place->line);
	copy = arena_copy(&plan->kept, buffer_text(&text), text.length + 1);
	buffer_free(&text);
	vector_push(&plan->waiting, &copy);
}

/* Skips rules whose own records the kernel has removed because a device is down. */
static void excuse_refills(struct plan *plan, const struct snapshot *snapshot)
{
	struct difference *difference = &plan->reconcile.difference;
	struct vector *refills = &difference->refills;
	size_t left = 0;

	for (size_t i = 0; i < refills->count; i++) {
		struct record_pair *pair = vector_at(refills, i);

		if (item_waits(plan, snapshot, pair->want)) {
			difference->changed--;
			note_down(plan, pair->want);
		} else {
			*(struct record_pair *)vector_at(refills, left++) = *pair;
		}
	}
	refills->count = left;
}

static bool is_refilled(const struct plan *plan, size_t index)
{
	const struct vector *refills = &plan->reconcile.difference.refills;

	for (size_t i = 0; i < refills->count; i++)
		if (((const struct record_pair *)vector_at(refills, i))->want == index)
			return true;
	return false;
}

void plan_note_refused(struct plan *plan, uint32_t line)
{
	struct difference *difference = &plan->reconcile.difference;
	size_t index = 0;

	plan->refused++;
	while (index < plan->want.items.count && records_item(&plan->want, index)->line < line)
		index++;
	if (index == plan->want.items.count || records_item(&plan->want, index)->line != line)
		return;
	if (difference->want[index] == FATE_REPLACE || is_refilled(plan, index))
		difference->changed--;
	else
		difference->added--;
}

void plan_excuse_waiting(struct plan *plan, const struct snapshot *snapshot)
{
	struct difference *difference = &plan->reconcile.difference;

	excuse_refills(plan, snapshot);
	for (size_t i = 0; i < plan->want.items.count; i++) {
		if (difference->want[i] != FATE_ADD && difference->want[i] != FATE_APPEND)
			continue;
		if (!item_waits(plan, snapshot, i))
			continue;
		difference->want[i] = FATE_SAME;
		difference->added--;
		note_down(plan, i);
	}
}
