/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `ip rule` and `ip mrule`. */
#ifndef IP_RULE_H
#define IP_RULE_H

#include "ip/ip.h"
#include "model/rule.h"

int ip_rule_show(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
/* Returns the family of the options, or IPv4. */
uint8_t ip_rule_family(const struct ip *ip);
/* Selects the rules of `ip rule show` and `flush`. */
struct ip_rule_filter {
	struct rule wanted;
	struct mark mark; /* matches any mask if it has none */
};
/* Returns true if the filter selects the rule. */
bool ip_rule_fits(const struct ip_rule_filter *filter, const struct rule *rule);
/* Reads the words after show or flush. Returns 0, or -1 with the error in ip's words. */
int ip_rule_filter_read(
	struct ip *ip, struct ip_rule_filter *filter, struct words *words, struct error *error);
int ip_rule_flush(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
int ip_rule_save(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
int ip_rule_restore(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);

#endif
