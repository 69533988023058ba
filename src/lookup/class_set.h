/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A class as a diagram: what its nodes do with every packet. */
#ifndef LOOKUP_CLASS_SET_H
#define LOOKUP_CLASS_SET_H

#include "lookup/outcomes.h"

/* A class as a rule sees it: suppressed nodes are holes. */
struct class_view {
	uint8_t family;
	uint32_t class;
	bool by_length, by_group; /* suppress_prefixlength, suppress_ifgroup */
	uint32_t length, group;
	const struct rule *rule; /* that the outcomes name */
};

/*
 * The diagram of a class, from packets to outcomes, OUTCOME_HOLE where it routes nothing. 0, or -1
 * with the error.
 */
int class_set_build(struct policy_sets *sets, struct snapshot *snapshot,
	const struct class_view *view, uint32_t *diagram, struct error *error);

#endif
