/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs of `ip route`. */
#ifndef IP_ROUTE_H
#define IP_ROUTE_H

#include "ip/ip.h"

int ip_route_show(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
int ip_route_get(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
int ip_route_flush(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
int ip_route_save(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
int ip_route_restore(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
int ip_route_showdump(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);

#endif
