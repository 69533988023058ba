/* The verbs of `ip rule` and `ip mrule`. */
#ifndef COMMAND_IP_RULE_H
#define COMMAND_IP_RULE_H

#include "command/ip.h"
#include "model/rule.h"

int ip_rule_change(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
int ip_rule_show(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
/* The family of the options, else IPv4. */
uint8_t ip_rule_family(const struct ip *ip);
/* Which rules `ip rule show` and `flush` mean. */
struct ip_rule_filter {
	struct rule wanted;
	struct mark mark; /* without a mask it fits whatever mask there is */
};
bool ip_rule_fits(const struct ip_rule_filter *filter, const struct rule *rule);
/* The words behind show, flush. 0, or -1 with the error in ip's form. */
int ip_rule_filter_read(
	struct ip *ip, struct ip_rule_filter *filter, struct words *words, struct error *error);
int ip_rule_flush(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
int ip_rule_save(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
int ip_rule_restore(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);

#endif
