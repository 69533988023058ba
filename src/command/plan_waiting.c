/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the lines of a policy that wait for a device, which is missing or down. */
#include <linux/if.h>

#include "command/plan.h"
#include "model/nexthop.h"
#include "state/network.h"

static void note_waiting(
	struct plan *plan, uint32_t line, const struct plan_place *place, const char *reason)
{
	struct buffer text = {0};
	struct plan_waiting waiting = {.line = line};

	buffer_format(&text, "%s:%d: %s", place->file, place->line, reason);
	waiting.text = arena_copy(&plan->kept, buffer_text(&text), text.length + 1);
	buffer_free(&text);
	vector_push(&plan->waiting, &waiting);
}

static void note_missing(struct plan *plan, struct error *error, const char *hint)
{
	const struct plan_place place = {plan->words.file, plan->words.line};

	note_waiting(plan, plan->lines.number, &place, error->message);
	error->status = STATUS_DONE;
	error_hint(error, "%s", hint);
	if (!plan->lists)
		plan->session->report(error);
}

bool plan_may_wait(struct plan *plan, struct error *error)
{
	if (!plan->session->options.partial || error->fault != FAULT_NO_DEVICE)
		return false;
	note_missing(plan, error, "the line waits: apply the file again when the device is there");
	return true;
}

bool plan_may_be_bare(const struct plan *plan, const struct error *error)
{
	return plan->session->options.partial && error->fault == FAULT_NO_DEVICE;
}

bool plan_is_absent(const struct plan *plan, const struct route *route)
{
	const struct names *names = plan->session->names;

	if (!route)
		return false;
	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next)
		if (names_device_is_absent(
			    names, ((const struct nexthop *)item->record)->device.index))
			return true;
	return names_device_is_absent(names, route->device.index);
}

void plan_note_bare(struct plan *plan, struct error *error)
{
	note_missing(plan, error, PLAN_BARE_HINT " there");
}

bool plan_is_waiting(const struct plan *plan, uint32_t line)
{
	for (size_t i = 0; i < plan->waiting.count; i++)
		if (((const struct plan_waiting *)vector_at(&plan->waiting, i))->line == line)
			return true;
	return false;
}

static int compare_lines(const void *a, const void *b)
{
	uint32_t left = ((const struct plan_waiting *)a)->line;
	uint32_t right = ((const struct plan_waiting *)b)->line;

	return left < right ? -1 : left > right;
}

/* As they stand in the file. */
static void sort_waiting(struct plan *plan)
{
	vector_sort(&plan->waiting, compare_lines);
}

/* ---- devices that are down ---- */

/* Down, or not there. */
static bool is_down(const struct snapshot *snapshot, uint32_t index)
{
	const struct snapshot_device *found = snapshot_device(snapshot, index);

	return !found || !(found->flags & IFF_LOWER_UP);
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
	bool waits = plan->waiting.count || plan->refusals.count;

	for (size_t i = 0; i < plan->want.items.count && !waits; i++)
		waits = item_waits(plan, snapshot, i);
	return waits;
}

static void note_down(struct plan *plan, size_t index)
{
	uint32_t line = records_item(&plan->want, index)->line;

	if (!plan_is_waiting(plan, line))
		note_waiting(plan, line, vector_at(&plan->places, line - 1), "its device is down");
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
		note_down(plan, i);
		/* The rule would be made without its own route. */
		if (records_item(&plan->want, i)->own)
			continue;
		difference->want[i] = FATE_SAME;
		difference->added--;
	}
	sort_waiting(plan);
}
