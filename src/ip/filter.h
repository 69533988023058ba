/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Selects the routes of `ip route show`, `flush` and `save`. */
#ifndef IP_FILTER_H
#define IP_FILTER_H

#include "ip/dump.h"
#include "ip/ranges.h"
#include "model/route.h"

struct ip_filter {
	struct scope scope;
	struct route wanted;
	struct ip_ranges ranges;
	uint32_t realms_mask; /* bits of ranges.realms to compare */
	struct rows hidden;   /* rows that every line would repeat */
};

/* Reads the words after the verb. Returns 0, or -1 with the error in ip's words. */
int ip_filter_read(
	struct ip *ip, struct ip_filter *filter, struct words *words, struct error *error);
bool ip_filter_fits(const struct ip_filter *filter, const struct route *route);
/* Returns the rows that the list leaves out for this route. */
struct rows ip_filter_hidden(const struct ip_filter *filter, const struct route *route);

#endif
