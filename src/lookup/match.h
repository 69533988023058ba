/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Matches a rule with a flow: fib_rule_match() in net/core/fib_rules.c. */
#ifndef LOOKUP_MATCH_H
#define LOOKUP_MATCH_H

#include "lookup/flow.h"
#include "model/rule.h"

enum match {
	MATCH_YES,
	MATCH_INVERTED, /* all selectors match, and the rule has `not` */
	/* The first selector that does not match. */
	MATCH_NOT_INPUT,
	MATCH_NOT_OUTPUT,
	MATCH_INPUT_DETACHED, /* the rule's device does not exist */
	MATCH_OUTPUT_DETACHED,
	MATCH_NOT_MARK,
	MATCH_NOT_TUNNEL,
	MATCH_NO_VRF,
	MATCH_NOT_USER,
	MATCH_NOT_SOURCE,
	MATCH_SOURCE_UNKNOWN, /* IPv6: the rule has `from`, the packet has no source yet */
	MATCH_NOT_DESTINATION,
	MATCH_NOT_TOS,
	MATCH_NOT_DSCP,
	MATCH_NOT_FLOW_LABEL,
	MATCH_NOT_PROTOCOL,
	MATCH_NOT_SOURCE_PORT,
	MATCH_NOT_DESTINATION_PORT,
	MATCH_REASONS
};

/* Returns MATCH_YES, or why the rule does not match. flow_set_vrf() must have been called. */
enum match rule_match(
	const struct snapshot *snapshot, const struct rule *rule, const struct flow *flow);

/* Returns the class that the rule looks up for the flow; 0 if there is none. */
uint32_t rule_class(
	const struct snapshot *snapshot, const struct rule *rule, const struct flow *flow);

#endif
