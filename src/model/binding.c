/* The rows of a binding: written into the comments of nftables rules, and read back from them. */
#include "model/binding.h"

#include <stddef.h>

#define AT(member) .offset = offsetof(struct binding, member)

static const struct field rows[] = {
	{.word = "rule", .kind = &kind_number, AT(preference), .sample = "rule 320"},
	{.word = "route", .kind = &kind_prefix, AT(route), .sample = "route 198.18.0.0/16"},
	{.word = "realm", .kind = &kind_number, AT(realm), .sample = "realm 32768"},
	{.word = "shared", .kind = &kind_flag, AT(shared), .sample = "shared"},
	{.word = "from", .kind = &kind_prefix, AT(source), .sample = "from 10.1.0.0/16"},
	{.word = "to", .kind = &kind_prefix, AT(destination), .sample = "to 10.2.0.0/16"},
	{.word = "dev", .kind = &kind_ifname, AT(input), .sample = "dev eth0"},
	{.word = "masq", .kind = &kind_flag, AT(masquerade), .sample = "masq"},
	{.word = "nat", .kind = &kind_prefix, AT(nat), .sample = "nat 198.18.0.0/16"},
	{.word = "log", .kind = &kind_flag, AT(log), .sample = "log"},
	{.word = "valve", .kind = &kind_flag, AT(valve), .sample = "valve"},
};

const struct object binding_object = {
	.name = "binding",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct binding),
};

bool binding_acts(const struct binding *binding)
{
	return binding->masquerade.given || binding->nat.given || binding->log.given ||
	       binding->valve.given;
}
