/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds faults of rules with `reply`: other marks in the same bits, connections that never come
 * in. */
#include <string.h>
#include <sys/socket.h>

#include "command/finding.h"
#include "lookup/decision.h"
#include "lookup/trace.h"

/* A rule for the whole mark does not match replies, whose mark has more bits. */
static void check_marks(struct checking *checking, const struct rule *rule)
{
	const struct vector *rules = snapshot_rules(checking->subject->snapshot, checking->family);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *other = vector_at(rules, i);

		if (other->reply.given || !other->mark.given ||
			!(other->mark.mask & rule->mark.mask))
			continue;
		finding_add(checking, "reply-mark", other,
			"answers of connections that came in by %s (rule %u) have bits of this "
			"mark; leave them out, as in fwmark %#x/%#x",
			rule->reply.device, rule->preference.value,
			other->mark.value & ~rule->mark.mask, ~rule->mark.mask);
	}
}

static const struct snapshot_address *address_of(
	const struct snapshot *snapshot, const struct snapshot_device *device)
{
	const struct vector *addresses = snapshot_addresses(snapshot);

	for (size_t i = 0; i < addresses->count; i++) {
		const struct snapshot_address *address = vector_at(addresses, i);

		if (address->device == device->index && address->local.family == AF_INET)
			return address;
	}
	return NULL;
}

/* rp_filter makes the reverse lookup without the mark. */
static int check_filter(struct checking *checking, const struct rule *rule, struct error *error)
{
	struct snapshot *snapshot = checking->subject->snapshot;
	const struct snapshot_device *device = snapshot_device_named(snapshot, rule->reply.device);
	const struct snapshot_address *address = device ? address_of(snapshot, device) : NULL;
	struct packet packet = {
		.family = AF_INET,
		/* 203.0.113.1 stands for a remote address. */
		.source = {.given = true, .family = AF_INET, .bytes = {203, 0, 113, 1}},
	};
	struct trace trace = {0};
	int status;

	if (!address)
		return 0;
	packet.destination = address->local;
	packet.input = (struct device){true, device->index};
	status = lookup_packet(snapshot, &packet, &checking->session->arena, &trace, error);
	if (!status && (trace.outcome.cause == CAUSE_NO_REVERSE_ROUTE ||
			       trace.outcome.cause == CAUSE_REVERSE_OTHER_DEVICE))
		finding_add(checking, "rp-filter", rule,
			"what comes in by %s is dropped before it could be answered: rp_filter "
			"must be 0 or 2 there",
			device->name);
	trace_free(&trace);
	return status;
}

int check_answers(struct checking *checking, struct error *error)
{
	const struct vector *rules = snapshot_rules(checking->subject->snapshot, checking->family);

	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);

		if (!rule->reply.given)
			continue;
		check_marks(checking, rule);
		if (checking->family == AF_INET && check_filter(checking, rule, error))
			return -1;
	}
	return 0;
}
