/* Which routes `ip route show`, `flush` and `save` mean. */
#ifndef COMMAND_IP_FILTER_H
#define COMMAND_IP_FILTER_H

#include "command/ip_dump.h"
#include "model/route.h"

struct ip_filter {
	struct ip_scope scope;
	struct route wanted;
	struct rows hidden; /* columns that every line would repeat */
	bool no_local;      /* `vrf`: without local and broadcast routes */
};

/* Reads the words behind the verb. 0, or -1 with the error in ip's form. */
int ip_filter_read(
	struct ip *ip, struct ip_filter *filter, struct words *words, struct error *error);
bool ip_filter_fits(const struct ip_filter *filter, const struct route *route);

#endif
