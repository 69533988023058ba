/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a nexthop object, in the order in which `ip nexthop` lists them. */
#include "model/nexthop_info.h"

#include <stddef.h>

#include <linux/nexthop.h>
#include <linux/rtnetlink.h>

#define AT(member)     .offset = offsetof(struct nexthop_info, member)
#define HEADER(member) .header = offsetof(struct nhmsg, member)
#define STATE(name, bit)                                                                      \
	{                                                                                     \
		.word = #name, .kind = &kind_flag, AT(name), HEADER(nh_flags), .bits = (bit), \
		.ip_group = "flags"                                                           \
	}

static const struct field rows[] = {
	{.word = "id", .kind = &kind_number, AT(id), .attribute = NHA_ID},
	{.word = "group", .kind = &kind_members, AT(group), .attribute = NHA_GROUP},
	{.word = "encap",
		.kind = &kind_encap,
		AT(encap),
		.attribute = NHA_ENCAP,
		.also = NHA_ENCAP_TYPE},
	{.word = "via",
		.ip_key = "gateway",
		.kind = &kind_gateway,
		AT(gateway),
		.attribute = NHA_GATEWAY},
	{.word = "dev", .kind = &kind_device, AT(device), .attribute = NHA_OIF},
	{.word = "scope", .kind = &kind_name, AT(scope), HEADER(nh_scope), .names = NAMES_SCOPES},
	{.word = "blackhole", .kind = &kind_presence, AT(blackhole), .attribute = NHA_BLACKHOLE},
	{.word = "proto",
		.ip_key = "protocol",
		.kind = &kind_name,
		AT(protocol),
		HEADER(nh_protocol),
		.names = NAMES_PROTOCOLS},
	STATE(dead, RTNH_F_DEAD),
	STATE(onlink, RTNH_F_ONLINK),
	STATE(offload, RTNH_F_OFFLOAD),
	STATE(trap, RTNH_F_TRAP),
	STATE(linkdown, RTNH_F_LINKDOWN),
	{.word = "fdb", .kind = &kind_presence, AT(fdb), .attribute = NHA_FDB},
	{.word = "hw_stats",
		.kind = &kind_hw_stats,
		AT(hardware),
		.attribute = GROUP_HW_STATS_ENABLE},
	{.word = "group_stats",
		.kind = &kind_group_stats,
		AT(statistics),
		.attribute = GROUP_STATS},
};

const struct object nexthop_info_object = {
	.name = "nexthop object",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct nexthop_info),
	.header_size = sizeof(struct nhmsg),
	.type_new = RTM_NEWNEXTHOP,
	.type_del = RTM_DELNEXTHOP,
	.type_get = RTM_GETNEXTHOP,
};
