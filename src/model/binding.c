/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of a binding, which is kept in the comments of nftables rules. */
#include "model/binding.h"

#include <stddef.h>

#include "base/error.h"
#include "field/walk.h"

#define AT(member) .offset = offsetof(struct binding, member)

static const struct field rows[] = {
	{.word = "rule", .kind = &kind_number, AT(preference), .sample = "rule 320"},
	{.word = "route", .kind = &kind_prefix, AT(route), .sample = "route 198.18.0.0/16"},
	{.word = "ipproto",
		.kind = &kind_service,
		AT(service),
		.sample = "ipproto tcp dport 8080 to-port 80"},
	{.word = "realm", .kind = &kind_number, AT(realm), .sample = "realm 32768"},
	{.word = "shared", .kind = &kind_flag, AT(shared), .sample = "shared"},
	{.word = "from", .kind = &kind_prefix, AT(source), .sample = "from 10.1.0.0/16"},
	{.word = "to", .kind = &kind_prefix, AT(destination), .sample = "to 10.2.0.0/16"},
	{.word = "dev", .kind = &kind_ifname, AT(input), .sample = "dev eth0"},
	{.word = "reply", .kind = &kind_reply, AT(reply), .sample = "dev eth0 reply"},
	{.word = "masq", .kind = &kind_masquerade, AT(masquerade), .sample = "masq as 192.0.2.10"},
	{.word = "nat", .kind = &kind_prefix, AT(nat), .sample = "nat 198.18.0.0/16"},
	{.word = "log", .kind = &kind_flag, AT(log), .sample = "log"},
	{.word = "valve", .kind = &kind_flag, AT(valve), .sample = "valve"},
	{.word = "count", .kind = &kind_flag, AT(count), .sample = "count"},
	{.word = "proto", .kind = &kind_number, AT(owner), .sample = "proto 96"},
};

const struct object binding_object = {
	.name = "binding",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct binding),
};

int binding_check_protocol(const struct parser *parser, const struct byte *protocol,
	const struct origin *origin, struct error *error)
{
	if (parser->listed || !protocol->given || protocol->value != PROTOCOL_TRANSLATED)
		return 0;
	error_at(error, parser->words, origin_value(origin, "proto"),
		"protocol %d says that nftables has a part of the rule or route",
		PROTOCOL_TRANSLATED);
	return error_hint(
		error, "leave it out: masq, nat, log, valve, count and reply set it themselves");
}

bool binding_acts(const struct binding *binding)
{
	return binding->masquerade.given || binding->nat.given || binding->log.given ||
	       binding->valve.given || binding->count.given;
}
