/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The object and the word order that each of ip's commands reads. */
#include "ip/grammar.h"

#include "field/walk.h"
#include "ip/ranges.h"
#include "ip/ip.h"
#include "ip/word_order.h"
#include "model/packet.h"
#include "model/route.h"
#include "model/rule.h"

const struct keywords *ip_words(struct ip *ip, enum ip_grammar grammar)
{
	static const struct {
		const struct object *object;
		const char *order;
	} grammars[] = {
		[GRAMMAR_ROUTE] = {&route_object, ip_route_order},
		[GRAMMAR_ROUTE_FILTER] = {&route_object, ip_route_filter_order},
		[GRAMMAR_RANGES] = {&ip_ranges_object, ip_route_ranges_order},
		[GRAMMAR_ROUTE_GET] = {&packet_object, ip_route_get_order},
		[GRAMMAR_RULE] = {&rule_object, ip_rule_order},
		[GRAMMAR_RULE_FILTER] = {&rule_object, ip_rule_filter_order},
	};

	if (!ip->words[grammar])
		ip->words[grammar] =
			keywords_ordered(grammars[grammar].object, grammars[grammar].order);
	return ip->words[grammar];
}

int ip_read(struct ip *ip, enum ip_grammar grammar, struct parser *parser, void *record,
	struct origin *origin, struct error *error)
{
	const struct keywords *keywords = ip_words(ip, grammar);

	if (!record_read(parser, keywords, PURPOSE_SELECT, record, origin, error))
		return 0;
	return ip_refuse_words(ip, parser, keywords_object(keywords), error);
}
