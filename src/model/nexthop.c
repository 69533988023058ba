/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a nexthop, in the order in which `ip route` lists them. */
#include "model/nexthop.h"

#include <stddef.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/words.h"
#include "model/hop_rows.h"

static const struct range weights = {1, 256};

/* MPLS nexthops have no weight. */
static bool shows_weight(const struct field *field, const void *record, const struct view *view)
{
	const struct nexthop *nexthop = record;

	(void)field;
	return nexthop->weight.given &&
	       (view->dialect == DIALECT_OWN || nexthop->family != AF_MPLS);
}

#define AT(member)       .offset = offsetof(struct nexthop, member)
#define HEADER(member)   .header = offsetof(struct nexthops_header, member)
#define STATE(name, bit) HOP_STATE(name, bit, HEADER(flags))

static const struct field rows[] = {
	HOP_ENCAP(.sample = "encap mpls 100"),
	HOP_NEW_DESTINATION(),
	HOP_GATEWAY(),
	HOP_REALM(.vanishes = VANISHES_INET6),
	HOP_DEVICE(),
	{.word = "weight",
		.kind = &kind_weight,
		AT(weight),
		HEADER(hops),
		.flags = FIELD_INFO,
		.range = &weights,
		.shown = shows_weight,
		.help = "its share of the traffic, from 1 to 256; 1 if not given",
		.sample = "weight 2"},
	STATE(dead, RTNH_F_DEAD),
	HOP_ONLINK(HEADER(flags)),
	STATE(pervasive, RTNH_F_PERVASIVE),
	STATE(offload, RTNH_F_OFFLOAD),
	STATE(trap, RTNH_F_TRAP),
	STATE(linkdown, RTNH_F_LINKDOWN),
	STATE(unresolved, RTNH_F_UNRESOLVED),
	HOP_OTHERS(),
};

static int finish_nexthop(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	const struct nexthop *nexthop = record;

	(void)origin;
	if (del)
		return 0;
	if (nexthop->gateway.given || nexthop->device.given || parser->dialect == DIALECT_IP)
		return 0;
	error_at(error, parser->words, parser->words->next,
		"the nexthop has no gateway and no device");
	return error_hint(error, "add gw ADDR or dev DEV after \"nexthop\"");
}

const struct object nexthop_object = {
	.name = "nexthop",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct nexthop),
	.header_size = sizeof(struct nexthops_header),
	.type_new = RTM_NEWROUTE,
	.type_del = RTM_DELROUTE,
	.ip_order = "via dev weight onlink realms~ encap as",
	.finish = finish_nexthop,
};
