/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ip route`: verbs that change one route. */
#include <linux/rtnetlink.h>

#include "ip/ip.h"
#include "ip/grammar.h"
#include "ip/route.h"
#include "model/route.h"

static int ip_route_change(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct parser parser = ip_parser(ip, words);
	struct origin origin;
	struct route route = {0};

	if (ip_read(ip, GRAMMAR_ROUTE, &parser, &route, &origin, error))
		return -1;
	if (!route.destination.given)
		return ip_refuse_usage(ip, &route_object, error);
	if (route_object.finish(&parser, &route, &origin, verb->type == RTM_DELROUTE, error))
		return ip_refuse_words(ip, &parser, &route_object, error);
	return ip_send(ip, &route_object, &route, verb, error);
}

#define CHANGE .run = ip_route_change, .type = RTM_NEWROUTE

const struct ip_verb ip_route_verbs[] = {
	{.word = "list", .run = ip_route_show},
	{.word = "add", CHANGE, .flags = NLM_F_CREATE | NLM_F_EXCL},
	{.word = "change", CHANGE, .flags = NLM_F_REPLACE},
	{.word = "chg", .whole = true, CHANGE, .flags = NLM_F_REPLACE},
	{.word = "replace", CHANGE, .flags = NLM_F_CREATE | NLM_F_REPLACE},
	{.word = "prepend", CHANGE, .flags = NLM_F_CREATE},
	{.word = "append", CHANGE, .flags = NLM_F_CREATE | NLM_F_APPEND},
	{.word = "test", CHANGE, .flags = NLM_F_EXCL},
	{.word = "delete", .run = ip_route_change, .type = RTM_DELROUTE},
	{.word = "show", .run = ip_route_show},
	{.word = "lst", .run = ip_route_show},
	{.word = "get", .run = ip_route_get},
	{.word = "flush", .run = ip_route_flush},
	{.word = "save", .run = ip_route_save},
	{.word = "restore", .run = ip_route_restore},
	{.word = "showdump", .run = ip_route_showdump},
	{.word = NULL},
};
