/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Words of rules that decide about packets and that nftables cannot see. */
#ifndef NAT_HIDDEN_H
#define NAT_HIDDEN_H

struct rule;

/* Returns the first selector of the rule besides from, to, dev and the reply mark; NULL if there is
 * none. */
const char *rule_hidden_word(const struct rule *rule);
/* Returns the word that makes the lookup ignore some routes of the class; NULL if there is none. */
const char *rule_suppressing_word(const struct rule *rule);

#endif
