/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of `link` and `addr` lines. */
#include "model/link.h"

#include <stddef.h>

#include "kind/class.h"
#include "kind/limit.h"

static const struct range switch_range = {0, 1};
static const struct range filter_range = {0, 2};

#define AT(member) .offset = offsetof(struct link, member)
#define SWITCH(member, limits, text)                                                   \
	{                                                                              \
		.word = #member, .kind = &kind_number, AT(member), .range = &(limits), \
		.help = (text)                                                         \
	}

static const struct field link_rows[] = {
	{.word = "name", .kind = &kind_ifname, AT(name), .help = "the device"},
	{.word = "master",
		.kind = &kind_device,
		AT(master),
		.help = "its bridge, bond or VRF, on a line before this one"},
	{.word = "vrf",
		.kind = &kind_class,
		AT(vrf),
		.help = "the device is a VRF that leads to this class"},
	{.word = "group", .kind = &kind_group, AT(group), .help = "of devices"},
	{.word = "down", .kind = &kind_flag_apart, AT(down), .help = "it is switched off"},
	{.word = "linkdown", .kind = &kind_flag_apart, AT(linkdown), .help = "it has no carrier"},
	SWITCH(forwarding, switch_range, "1: packets that come in here are forwarded"),
	SWITCH(rp_filter, filter_range, "the check of source addresses: 0 off, 1 strict, 2 loose"),
	SWITCH(accept_local, switch_range, "1: packets from addresses of this host may come in"),
	SWITCH(route_localnet, switch_range, "1: 127.0.0.0/8 may be routed here"),
	SWITCH(src_valid_mark, switch_range, "1: rp_filter looks at the packet's mark"),
	SWITCH(ignore_linkdown, switch_range, "1: routes here do not count without a carrier"),
};

const struct object link_object = {
	.name = "link line",
	.fields = link_rows,
	.count = sizeof link_rows / sizeof *link_rows,
	.size = sizeof(struct link),
};

#undef AT
#define AT(member) .offset = offsetof(struct local_address, member)

static const struct field address_rows[] = {
	{.word = "local",
		.kind = &kind_prefix_apart,
		AT(address),
		.flags = FIELD_POSITIONAL | FIELD_HOST_BITS,
		.help = "the address and the length of its prefix"},
	{.word = "dev", .kind = &kind_device, AT(device), .help = "the device that has it"},
	{.word = "scope",
		.kind = &kind_name,
		AT(scope),
		.names = NAMES_SCOPES,
		.help = "of the address"},
	{.word = "deprecated",
		.kind = &kind_flag_apart,
		AT(deprecated),
		.help = "it is no source of new connections"},
	{.word = "tentative",
		.kind = &kind_flag_apart,
		AT(tentative),
		.help = "it is not usable yet: duplicates are looked for"},
	{.word = "noprefixroute",
		.kind = &kind_flag_apart,
		AT(noprefixroute),
		.help = "it brings no route to its prefix"},
};

const struct object local_address_object = {
	.name = "addr line",
	.fields = address_rows,
	.count = sizeof address_rows / sizeof *address_rows,
	.size = sizeof(struct local_address),
};
