/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds rules among thousands by one attribute: source, destination, device or class. */
#ifndef CHANGE_RULE_PARTS_H
#define CHANGE_RULE_PARTS_H

#include "base/vector.h"
#include "change/kept.h"
#include "change/part_lists.h"

/* Empty when zeroed. */
struct rule_parts {
	struct part_lists lists; /* by attribute */
	struct vector entries;   /* struct part_entry */
};

/* Called with each rule, which is valid during the call. */
struct rule_visitor {
	void (*visit)(const struct kept *kept, void *context);
	void *context;
};

/* Adds a kept rule after the others. Visits skip it once it is gone (kept->gone). */
void rule_parts_add(struct rule_parts *parts, const struct kept_list *records, uint32_t record);
/*
 * Visits the rules that share the rarest attribute of `rule`, in the order in which they were
 * added. Returns false, and visits none, if it has no such attribute.
 */
bool rule_parts_visit(struct rule_parts *parts, const struct kept_list *records,
	const struct nlmsghdr *rule, const struct rule_visitor *visitor);
void rule_parts_free(struct rule_parts *parts);

#endif
