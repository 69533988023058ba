/* Which routes `ip route show`, `flush` and `save` mean. */
#ifndef COMMAND_IP_FILTER_H
#define COMMAND_IP_FILTER_H

#include "command/ip_dump.h"
#include "model/route.h"

/* What selects in another way than by being the same: a record of its own. */
struct ip_ranges {
	uint8_t family;
	struct prefix gateway, source; /* what they must lie in */
	struct number realms;          /* FROM << 16 | TO */
	struct number vrf;             /* its class */
	struct flag cached;
};

struct ip_filter {
	struct ip_scope scope;
	struct route wanted;
	struct ip_ranges ranges;
	uint32_t realms_mask; /* bits of ranges.realms that count */
	struct rows hidden;   /* columns that every line would repeat */
};

/* Reads the words behind the verb. 0, or -1 with the error in ip's form. */
int ip_filter_read(
	struct ip *ip, struct ip_filter *filter, struct words *words, struct error *error);
bool ip_filter_fits(const struct ip_filter *filter, const struct route *route);
/* Which of its columns a route is shown without. */
struct rows ip_filter_hidden(const struct ip_filter *filter, const struct route *route);
/* `via [FAMILY] PREFIX`. */
extern const struct kind ip_kind_via;
/* The rows of struct ip_ranges. */
extern const struct object ip_ranges_object;

#endif
