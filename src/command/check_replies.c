/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds packets whose replies rp_filter drops: they leave by one device, and the replies arrive at
 * another. */
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "command/explanation.h"
#include "command/finding.h"
#include "command/reason.h"
#include "command/witness.h"

enum { RULES_FOLLOWED = 200 };

struct sample {
	struct checking *checking;
	struct packet packet;
	bool found;
};

static bool take_packet(const struct diagram_path *path, uint32_t number, void *context)
{
	struct sample *sample = context;
	const struct set_outcome *outcome = policy_sets_outcome(sample->checking->sets, number);

	if (outcome->type != RTN_UNICAST)
		return true;
	sample->packet =
		witness_of_path(sample->checking->sets, sample->checking->subject->snapshot,
			sample->checking->family, sample->checking->policy.whole, path);
	sample->found = true;
	return false;
}

static bool is_filtered(const struct trace *reply)
{
	return reply->outcome.cause == CAUSE_NO_REVERSE_ROUTE ||
	       reply->outcome.cause == CAUSE_REVERSE_OTHER_DEVICE;
}

static int follow(struct checking *checking, const struct rule *rule, struct packet *packet,
	struct error *error)
{
	struct explanation explanation;
	struct subject offline = *checking->subject;
	struct buffer cause = {0};
	struct finding *finding;

	/* Does not ask the kernel about invented packets. */
	offline.name = "";
	if (explanation_make(checking->session, &offline, packet, &explanation, error)) {
		explanation_free(&explanation);
		return -1;
	}
	if (explanation.connection.answered && explanation.connection.trace.outcome.rule == rule &&
		is_filtered(&explanation.connection.reply)) {
		reason_cause(&cause, offline.snapshot, &explanation.connection.reply);
		finding = finding_add(checking, "rp-filter", rule, "replies are dropped: %s",
			buffer_text(&cause));
		finding->witness = *packet;
		finding->has_witness = true;
		buffer_free(&cause);
	}
	explanation_free(&explanation);
	return 0;
}

static bool has_filter(const struct checking *checking)
{
	const struct vector *devices = snapshot_devices(checking->subject->snapshot);

	for (size_t i = 0; i < devices->count; i++) {
		const struct snapshot_device *device = vector_at(devices, i);

		if (snapshot_switches(checking->subject->snapshot, AF_INET, device->index)
				.rp_filter)
			return true;
	}
	return false;
}

int check_replies(struct checking *checking, struct error *error)
{
	struct diagrams *diagrams = policy_sets_diagrams(checking->sets);
	const struct vector *rules = snapshot_rules(checking->subject->snapshot, checking->family);
	/* 203.0.113.0/24 stands for remote addresses. */
	uint32_t outside =
		diagram_prefix(diagrams, PACKET_DESTINATION, (const uint8_t[]){203, 0, 113}, 24);

	if (checking->family != AF_INET || !has_filter(checking))
		return 0;
	for (size_t i = 0; i < rules->count && i < RULES_FOLLOWED; i++) {
		struct sample sample = {.checking = checking};
		uint32_t reach = *(const uint32_t *)vector_at(&checking->policy.reach, i);
		uint32_t there = diagram_choose(
			diagrams, reach, checking->policy.whole, diagram_outcome(OUTCOME_NONE));

		diagram_each_outcome(diagrams,
			diagram_choose(diagrams, outside, there, diagram_outcome(OUTCOME_NONE)),
			path_preferred(checking->family), take_packet, &sample);
		if (sample.found && follow(checking, vector_at(rules, i), &sample.packet, error))
			return -1;
	}
	return 0;
}
