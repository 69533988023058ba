/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * local-policy decides whether packets that this host sends itself pass the rules of the policy.
 * `off` consists of ordinary rules between that of local and all others: packets with iif lo look
 * up main and default, and nothing else.
 */
#ifndef STATE_HOST_RULES_H
#define STATE_HOST_RULES_H

#include "base/vector.h"
#include "field/walk.h"
#include "model/rule.h"

struct error;

enum { HOST_EXCEPTIONS_MAX = 16 };

/* The meaning of `off [except SELECTOR]...` for each family. */
struct host_rules {
	bool off;
	struct rule exceptions[HOST_EXCEPTIONS_MAX]; /* only their selectors */
	size_t count;
};

/* Reads `on` or `off ...` from the parser's words; `keywords`: those of rules. Returns 0, or -1
 * with the error. */
int host_rules_read(struct parser *parser, const struct keywords *keywords,
	struct host_rules *wanted, struct error *error);
/* Appends the rules (struct rule) of one family for `wanted`, in the kernel's order, with
 * PROTOCOL_SHARED; none for `on`. */
void host_rules_make(const struct host_rules *wanted, uint8_t family, struct vector *rules);

#endif
