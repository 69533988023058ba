/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Does a rule match a flow, and if not, by which selector? net/core/fib_rules.c, fib_rule_match().
 */
#ifndef LOOKUP_MATCH_H
#define LOOKUP_MATCH_H

#include "lookup/flow.h"
#include "model/rule.h"

enum match {
	MATCH_YES,
	MATCH_INVERTED, /* the selector holds, and the rule says `not` */
	/* The selector that does not hold. */
	MATCH_NOT_INPUT,
	MATCH_NOT_OUTPUT,
	MATCH_INPUT_DETACHED, /* the device that the rule names does not exist */
	MATCH_OUTPUT_DETACHED,
	MATCH_NOT_MARK,
	MATCH_NOT_TUNNEL,
	MATCH_NO_VRF,
	MATCH_NOT_USER,
	MATCH_NOT_SOURCE,
	MATCH_SOURCE_UNKNOWN, /* IPv6: `from`, and the packet has no source yet */
	MATCH_NOT_DESTINATION,
	MATCH_NOT_TOS,
	MATCH_NOT_DSCP,
	MATCH_NOT_FLOW_LABEL,
	MATCH_NOT_PROTOCOL,
	MATCH_NOT_SOURCE_PORT,
	MATCH_NOT_DESTINATION_PORT,
	MATCH_REASONS
};

/* MATCH_YES, or why it does not match; the flow must have entered its domain. */
enum match rule_match(
	const struct snapshot *snapshot, const struct rule *rule, const struct flow *flow);

/* The class that the rule looks up for the flow; 0: none. */
uint32_t rule_class(
	const struct snapshot *snapshot, const struct rule *rule, const struct flow *flow);

#endif
