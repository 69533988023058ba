/* The selectors of ip's listings. */
#include "command/ip_filter.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "kind/names.h"

static void hide(struct ip_filter *filter, const char *word)
{
	const struct field *field = object_field(&route_object, word);

	if (field)
		rows_add(&filter->hidden, (int)(field - route_object.fields));
}

/* Numbers as ip reads them: a name of the set, or any base. */
static bool read_table(const struct parser *parser, const char *word, uint32_t *number)
{
	return names_number(parser->names, NAMES_TABLES, word, number) ||
	       number_read(word, DIALECT_IP, number);
}

static int read_table_word(
	struct parser *parser, struct ip_filter *filter, bool *any, struct error *error)
{
	const char *word = words_take(parser->words);

	if (!word)
		return error_at(error, parser->words, parser->words->count, "a table is missing");
	if (!strcmp(word, "help")) {
		parser->help = true;
		return parser_refuse(parser, error, "help is asked for");
	}
	*any = false;
	if (read_table(parser, word, &filter->scope.class)) {
		*any = !filter->scope.class;
		return 0;
	}
	if (!strcmp(word, "all"))
		*any = true;
	else if (!strcmp(word, "cache"))
		return filter->scope.cached = true, 0;
	else
		return ip_error(error, IP_WORDS,
			"Error: argument \"%s\" is wrong: table id value is invalid", word);
	filter->scope.class = 0;
	return 0;
}

/* Words that choose what is dumped, before those that choose among it. 1: none of them. */
static bool is_scope_word(const char *word, bool *cached)
{
	*cached = word_abbreviates(word, "cached") || word_abbreviates(word, "cloned");
	return *cached || word_abbreviates(word, "table");
}

static int read_words(struct ip *ip, struct parser *parser, struct ip_filter *filter, bool *any,
	struct error *error)
{
	const struct lexicon *lexicon = ip_words(ip, GRAMMAR_ROUTE_FILTER);
	struct words *words = parser->words;
	struct origin origin;
	bool cached;

	origin_clear(&origin, &route_object);
	while (words_peek(words)) {
		if (!is_scope_word(words_peek(words), &cached)) {
			if (fields_parse_next(parser, lexicon, &filter->wanted, &origin, error))
				return -1;
			continue;
		}
		words_take(words);
		if (cached)
			filter->scope.cached = true;
		else if (read_table_word(parser, filter, any, error))
			return -1;
	}
	return 0;
}

/* `ip` leaves out the columns whose filter is given; of addresses only those that are one. */
static void hide_given(struct ip_filter *filter, bool any)
{
	static const char *const words[] = {
		"tos", "dev", "proto", "scope", "gw", "src", "metric", "realms", "iif", NULL};

	for (const char *const *word = words; *word; word++) {
		const struct field *field = object_field(&route_object, *word);

		if (field && field_given(field, &filter->wanted))
			hide(filter, *word);
	}
	if (!any)
		hide(filter, "class");
}

int ip_filter_read(
	struct ip *ip, struct ip_filter *filter, struct words *words, struct error *error)
{
	struct parser parser = ip_parser(ip, words);
	bool any = false;

	*filter = (struct ip_filter){.scope.class = CLASS_MAIN};
	parser.filter = true;
	if (read_words(ip, &parser, filter, &any, error))
		return error->words ? ip_refuse_words(ip, &parser, &route_object, error) : -1;
	filter->scope.family = ip->family;
	if (!ip->family && !any)
		filter->scope.family = AF_INET;
	filter->wanted.family = 0;
	filter->scope.device = filter->wanted.device.index;
	filter->scope.protocol = filter->wanted.protocol.value;
	hide_given(filter, any);
	return 0;
}

bool ip_filter_fits(const struct ip_filter *filter, const struct route *route)
{
	if (filter->no_local &&
		(route->type.value == RTN_LOCAL || route->type.value == RTN_BROADCAST))
		return false;
	if (filter->wanted.destination.given && filter->wanted.destination.length &&
		filter->wanted.destination.family != route->family)
		return false;
	return fields_fit(&route_object, route, &filter->wanted, 0);
}
