/* The rows of a nexthop, in the order in which `ip route` lists them. */
#include "model/nexthop.h"

#include <stddef.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/words.h"
#include "kind/realm.h"

static const uint16_t padding[] = {RTA_PAD, 0};
static const struct range weights = {1, 256};

static bool shows_state(const struct field *field, const void *record, const struct view *view)
{
	return !view->complete && field_given(field, record);
}

/* MPLS has no weights, and `ip` shows none. */
static bool shows_weight(const struct field *field, const void *record, const struct view *view)
{
	const struct nexthop *nexthop = record;

	(void)field;
	return nexthop->weight.given &&
	       (view->dialect == DIALECT_OWN || nexthop->family != AF_MPLS);
}

#define AT(member)     .offset = offsetof(struct nexthop, member)
#define HEADER(member) .header = offsetof(struct nexthops_header, member)
#define STATE(name, bit)                                                                   \
	{                                                                                  \
		.word = #name, .kind = &kind_flag, AT(name), HEADER(flags), .bits = (bit), \
		.flags = FIELD_READ_ONLY, .ip_group = "flags", .shown = shows_state        \
	}

static const struct field rows[] = {
	{.word = "encap",
		.kind = &kind_encap,
		AT(encap),
		.attribute = RTA_ENCAP,
		.also = RTA_ENCAP_TYPE,
		.flags = FIELD_INFO | FIELD_LAST,
		.help = "what its packets are put into",
		.sample = "encap mpls 100"},
	{.word = "as",
		.ip_key = "to",
		.kind = &kind_new_destination,
		AT(new_destination),
		.attribute = RTA_NEWDST,
		.flags = FIELD_INFO,
		.vanishes = VANISHES_INET | VANISHES_INET6,
		.help = "the destination is rewritten so; no kernel does that but for MPLS",
		.sample = "as 10.9.0.1"},
	{.word = "gw",
		.synonyms = "via",
		.ip_word = "via",
		.ip_key = "gateway",
		.kind = &kind_gateway,
		AT(gateway),
		.attribute = RTA_GATEWAY,
		.also = RTA_VIA,
		.flags = FIELD_INFO,
		.help = "the next router",
		.sample = "gw 192.0.2.1"},
	{.word = "realm",
		.synonyms = "realms",
		.ip_key = "flow",
		.kind = &kind_realm,
		AT(realm),
		.attribute = RTA_FLOW,
		.flags = FIELD_INFO,
		.vanishes = VANISHES_INET6,
		.help = "where its packets come from and go to, for traffic control",
		.sample = "realm 5"},
	{.word = "dev",
		.synonyms = "oif",
		.kind = &kind_device,
		AT(device),
		.attribute = RTA_OIF,
		.flags = FIELD_INFO,
		.help = "the output device",
		.sample = "dev eth0"},
	{.word = "weight",
		.kind = &kind_weight,
		AT(weight),
		HEADER(hops),
		.flags = FIELD_INFO,
		.extra = &weights,
		.shown = shows_weight,
		.help = "its share of the traffic, from 1 to 256; 1 if not given",
		.sample = "weight 2"},
	STATE(dead, RTNH_F_DEAD),
	{.word = "onlink",
		.kind = &kind_flag,
		AT(onlink),
		HEADER(flags),
		.bits = RTNH_F_ONLINK,
		.ip_group = "flags",
		.flags = FIELD_INFO,
		.help = "the gateway is on the link, whatever the addresses say",
		.sample = "onlink"},
	STATE(pervasive, RTNH_F_PERVASIVE),
	STATE(offload, RTNH_F_OFFLOAD),
	STATE(trap, RTNH_F_TRAP),
	STATE(linkdown, RTNH_F_LINKDOWN),
	STATE(unresolved, RTNH_F_UNRESOLVED),
	{.word = "attr",
		.kind = &kind_attributes,
		AT(others),
		.flags = FIELD_INFO | FIELD_OWN,
		.vanishes = VANISHES_ANY,
		.extra = padding,
		.help = "an attribute that has no word here, as bytes",
		.sample = "attr 99=0x0a000001"},
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
	error_at(error, parser->words, parser->words->next, "the nexthop leads nowhere");
	return error_hint(error, "add gw ADDR or dev DEV behind \"nexthop\"");
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
