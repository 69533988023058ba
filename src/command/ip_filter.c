/* The selectors of ip's listings. */
#include "command/ip_filter.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/words.h"
#include "kind/class.h"
#include "kind/names.h"
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

static void hide(struct ip_filter *filter, const char *word)
{
	const struct field *field = object_field(&route_object, word);

	rows_add(&filter->hidden, (int)(field - route_object.fields));
}

/* Numbers as ip reads them: a name of the set, or any base. */
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
		parser->help = true;
		return parser_refuse(parser, error, "help is asked for");
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

/* `5` is about TO, `3/` about FROM, `3/5` about both. */
static void choose_realms(struct ip_filter *filter, const char *word)
{
	const char *slash = strchr(word, '/');

	filter->realms_mask = !slash ? 0xffff : slash[1] ? UINT32_MAX : 0xffff0000;
}

static int read_word(struct ip *ip, struct parser *parser, struct ip_filter *filter,
	struct origin *origin, struct error *error)
{
	const struct lexicon *lexicon = ip_words(ip, GRAMMAR_RANGES);
	const char *word = words_peek(parser->words);
	bool bare;

	parser->family = ip->family;
	if (word_abbreviates(word, "table")) {
		words_take(parser->words);
		return read_table_word(ip, parser, filter, error);
	}
	if (!lexicon_find(lexicon, word, &bare))
		return fields_parse_next(parser, ip_words(ip, GRAMMAR_ROUTE_FILTER),
			&filter->wanted, &origin[0], error);
	if (fields_parse_next(parser, lexicon, &filter->ranges, &origin[1], error))
		return -1;
	if (parser->field == &ranges[REALMS])
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

/* `ip` leaves out the columns whose filter is given; of addresses only those that are one. */
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
	/* The kernel looks for the device in lists of nexthops too. */
	filter->wanted.device.given = false;
	filter->wanted.family = 0;
	return 0;
}

static bool address_lies_in(
	const struct prefix *range, bool given, uint8_t family, const uint8_t *bytes)
{
	struct prefix host = {.given = true, .family = family};

	if (!range->given || !range->length)
		return true;
	if (!given || family != range->family)
		return false;
	host.length = family == AF_INET6 ? 128 : 32;
	memcpy(host.bytes, bytes, host.length / 8);
	return prefix_holds(range, &host);
}

/* What stands in RTA_VIA `ip` always says. */
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
	return address_lies_in(&filter->ranges.gateway, route->gateway.given, route->gateway.family,
		       route->gateway.bytes) &&
	       address_lies_in(&filter->ranges.source, route->source.given, route->source.family,
		       route->source.bytes) &&
	       fields_fit(&route_object, route, &filter->wanted, 0);
}
