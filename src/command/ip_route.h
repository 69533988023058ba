/* The verbs of `ip route`. */
#ifndef COMMAND_IP_ROUTE_H
#define COMMAND_IP_ROUTE_H

#include "command/ip.h"

int ip_route_change(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error);
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
