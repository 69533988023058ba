/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sets of packets that rules match, as conditions over the variables of outcomes.h. */
#ifndef LOOKUP_MATCH_SET_H
#define LOOKUP_MATCH_SET_H

#include "lookup/flow.h"
#include "lookup/outcomes.h"

/* Returns the packets that a rule's selectors match. */
uint32_t policy_sets_match(
	struct policy_sets *sets, const struct snapshot *snapshot, const struct rule *rule);

/* Returns the packets in a VRF (flow->vrf). */
uint32_t policy_sets_vrf(struct policy_sets *sets, const struct snapshot *snapshot,
	const struct snapshot_device *vrf);

#endif
