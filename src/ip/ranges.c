/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The rows of the words that select a range. They are in no message. */
#include "ip/ranges.h"

#include <sys/socket.h>

#include "base/words.h"
#include "kind/class.h"
#include "kind/realm.h"

#define AT(member) .offset = offsetof(struct ip_ranges, member)

/* `[inet6] PREFIX` */
static int parse_via(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	if (words_accept(parser->words, "inet"))
		parser->family = AF_INET;
	else if (words_accept(parser->words, "inet6"))
		parser->family = AF_INET6;
	return kind_prefix.parse(parser, field, value, error);
}

const struct kind ip_kind_via = {
	.syntax = "PREFIX",
	.size = sizeof(struct prefix),
	.parse = parse_via,
};

enum { REALMS = 2 };

static const struct field ranges[] = {
	{.word = "via", .kind = &ip_kind_via, AT(gateway)},
	{.word = "src", .kind = &kind_prefix, AT(source)},
	[REALMS] = {.word = "realms", .kind = &kind_realm, AT(realms)},
	{.word = "vrf", .kind = &kind_vrf, AT(vrf)},
	{.word = "cached", .synonyms = "cloned", .kind = &kind_flag, AT(cached)},
};

const struct object ip_ranges_object = {
	.name = "filter",
	.fields = ranges,
	.count = sizeof ranges / sizeof *ranges,
	.size = sizeof(struct ip_ranges),
};

const struct field *const ip_ranges_realms = &ranges[REALMS];
