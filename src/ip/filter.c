/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The selectors of ip's listings. */
#include "ip/filter.h"
#include "ip/grammar.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/words.h"
#include "names/names.h"

static void hide(struct ip_filter *filter, const char *word)
{
	const struct field *field = object_field(&route_object, word);

	rows_add(&filter->hidden, (int)(field - route_object.fields));
}

/* Reads a name of the set, or a number in any base, as ip does. */
static bool read_table(const struct parser *parser, const char *word, uint32_t *number)
{
	return names_number(parser->names, NAMES_TABLES, word, number) ||
	       number_read(word, DIALECT_IP, number);
}

static int read_table_word(
	struct ip *ip, struct parser *parser, struct ip_filter *filter, struct error *error)
{
	const char *word = words_take(parser->words);

	if (!word)
		return error_at(error, parser->words, parser->words->count, "a table is missing");
	if (!strcmp(word, "help")) {
		parser_refuse(parser, error, "help is asked for");
		return error_fault(error, FAULT_HELP, NULL, NULL);
	}
	if (!strcmp(word, "cache")) {
		filter->scope.cached = true;
		return 0;
	}
	if (!read_table(parser, word, &filter->scope.class)) {
		filter->scope.class = 0;
		if (strcmp(word, "all") != 0) {
			ip->ended = true;
			return ip_error(error, IP_WORDS,
				"Error: argument \"%s\" is wrong: table id value is invalid", word);
		}
	}
	return 0;
}

/* `5` selects by TO, `3/` by FROM, `3/5` by both. */
static void choose_realms(struct ip_filter *filter, const char *word)
{
	const char *slash = strchr(word, '/');

	filter->realms_mask = !slash ? 0xffff : slash[1] ? UINT32_MAX : 0xffff0000;
}

static int read_word(struct ip *ip, struct parser *parser, struct ip_filter *filter,
	struct origin *origin, struct error *error)
{
	const struct keywords *keywords = ip_words(ip, GRAMMAR_RANGES);
	const char *word = words_peek(parser->words);
	const struct field *field;
	bool bare;

	parser->family = ip->family;
	if (word_abbreviates(word, "table")) {
		words_take(parser->words);
		return read_table_word(ip, parser, filter, error);
	}
	field = keywords_find(keywords, word, &bare);
	if (!field)
		return fields_parse_next(parser, ip_words(ip, GRAMMAR_ROUTE_FILTER),
			&filter->wanted, &origin[0], error);
	if (fields_parse_next(parser, keywords, &filter->ranges, &origin[1], error))
		return -1;
	if (field == ip_ranges_realms)
		choose_realms(filter, parser->words->word[parser->words->next - 1]);
	if (filter->ranges.vrf.given)
		filter->scope.class = filter->ranges.vrf.value;
	return 0;
}

static int read_words(
	struct ip *ip, struct parser *parser, struct ip_filter *filter, struct error *error)
{
	struct origin origin[2];

	origin_clear(&origin[0], &route_object);
	origin_clear(&origin[1], &ip_ranges_object);
	while (words_peek(parser->words))
		if (read_word(ip, parser, filter, origin, error))
			return -1;
	return 0;
}

static bool is_host(const struct prefix *prefix)
{
	return prefix->given && prefix->length == (prefix->family == AF_INET6 ? 128 : 32);
}

/* `ip` hides the columns whose filter is given; addresses only if the filter is a single one. */
static void hide_given(struct ip_filter *filter)
{
	static const char *const words[] = {"tos", "dev", "proto", "scope", "metric", NULL};

	for (const char *const *word = words; *word; word++)
		if (field_given(object_field(&route_object, *word), &filter->wanted))
			hide(filter, *word);
	if (is_host(&filter->ranges.gateway))
		hide(filter, "gw");
	if (is_host(&filter->ranges.source))
		hide(filter, "src");
	if (filter->realms_mask == UINT32_MAX)
		hide(filter, "realm");
	if (filter->scope.class)
		hide(filter, "class");
}

int ip_filter_read(
	struct ip *ip, struct ip_filter *filter, struct words *words, struct error *error)
{
	struct parser parser = ip_parser(ip, words);

	*filter = (struct ip_filter){.scope.class = CLASS_MAIN};
	parser.filter = true;
	if (read_words(ip, &parser, filter, error))
		return error->words ? ip_refuse_words(ip, &parser, &route_object, error) : -1;
	filter->scope.family = ip->family;
	if (!ip->family && filter->scope.class)
		filter->scope.family = AF_INET;
	filter->scope.cached |= filter->ranges.cached.given;
	filter->scope.device = filter->wanted.device.index;
	filter->scope.protocol = filter->wanted.protocol.value;
	hide_given(filter);
	/* The kernel also searches lists of nexthops for the device. */
	filter->wanted.device.given = false;
	filter->wanted.family = 0;
	return 0;
}

/* `given`: the route has the address. `family`: of the address if given, otherwise of the route. */
static bool address_lies_in(
	const struct prefix *range, bool given, uint8_t family, const uint8_t *bytes)
{
	struct prefix host = {.given = true, .family = family};

	if (!range->given)
		return true;
	if (range->family && family != range->family)
		return false;
	if (!range->length)
		return true;
	host.length = family == AF_INET6 ? 128 : 32;
	memcpy(host.bytes, bytes, host.length / 8);
	return given && prefix_holds(range, &host);
}

static bool ranges_fit(const struct ip_ranges *ranges, const struct route *route)
{
	const struct gateway *gateway = &route->gateway;
	const struct address *source = &route->source;

	return address_lies_in(&ranges->gateway, gateway->given,
		       gateway->given ? gateway->family : route->family, gateway->bytes) &&
	       address_lies_in(&ranges->source, source->given, route->family, source->bytes);
}

/* `ip` always shows an RTA_VIA. */
struct rows ip_filter_hidden(const struct ip_filter *filter, const struct route *route)
{
	struct rows hidden = filter->hidden;
	int row = (int)(object_field(&route_object, "gw") - route_object.fields);

	if (route->gateway.foreign && rows_have(&hidden, row))
		hidden.word[row / 64] &= ~(1ULL << row % 64);
	return hidden;
}

bool ip_filter_fits(const struct ip_filter *filter, const struct route *route)
{
	const struct prefix *destination = &filter->wanted.destination;
	uint8_t type = route->type.value;

	if (filter->scope.family && filter->scope.family != route->family)
		return false;
	if (filter->ranges.vrf.given && (type == RTN_LOCAL || type == RTN_BROADCAST))
		return false;
	if (destination->given && destination->family && destination->family != route->family)
		return false;
	if ((route->realm.value ^ filter->ranges.realms.value) & filter->realms_mask)
		return false;
	return ranges_fit(&filter->ranges, route) &&
	       fields_fit(&route_object, route, &filter->wanted, 0);
}
