/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Checks the marks of `reply`: one for each device, all in the same bits. */
#ifndef NAT_REPLY_MARKS_H
#define NAT_REPLY_MARKS_H

struct error;
struct rule;
struct vector;

/* Checks the rules (struct rule) of one family. Returns NULL, or the rule at fault with the error
 * (STATUS_GUARDED). */
const struct rule *reply_marks_check(const struct vector *rules, struct error *error);

#endif
