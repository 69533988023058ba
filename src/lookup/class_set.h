/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Builds the diagram of a class: what its nodes do with every packet. */
#ifndef LOOKUP_CLASS_SET_H
#define LOOKUP_CLASS_SET_H

#include "lookup/outcomes.h"

/* A class as a rule looks it up: nodes that the rule suppresses are holes. */
struct class_view {
	uint8_t family;
	uint32_t class;
	bool by_length, by_group; /* the rule has suppress_prefixlength, suppress_ifgroup */
	uint32_t length, group;   /* their values */
	const struct rule *rule;  /* the rule of the outcomes; borrowed */
};

/*
 * Sets *diagram to the diagram of a class, which maps packets to outcomes, and to OUTCOME_HOLE
 * those that the class does not route. Returns 0, or -1 with the error if the class can't be read.
 */
int class_set_build(struct policy_sets *sets, struct snapshot *snapshot,
	const struct class_view *view, uint32_t *diagram, struct error *error);

#endif
