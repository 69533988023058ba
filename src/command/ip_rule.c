/* `ip rule` and `ip mrule`: adding and deleting, and the selectors of listings. */
#include "command/ip_rule.h"

#include <sys/socket.h>

#include <linux/rtnetlink.h>

uint8_t ip_rule_family(const struct ip *ip)
{
	return ip->family ? ip->family : AF_INET;
}

static const char *verb_name(const struct ip_verb *verb)
{
	return verb->type == RTM_DELRULE ? "del" : "add";
}

int ip_rule_change(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct parser parser = ip_parser(ip, words);
	struct origin origin;
	struct rule rule = {0};

	if (!words_peek(words))
		return ip_error(
			error, IP_FAILED, "\"ip rule %s\" requires arguments.", verb_name(verb));
	origin_clear(&origin, &rule_object);
	if (fields_parse(&parser, ip_words(ip, GRAMMAR_RULE), 0, &rule, &origin, error))
		return ip_refuse_words(ip, &parser, &rule_object, error);
	parser.family = ip_rule_family(ip);
	if (rule_object.finish(&parser, &rule, &origin, verb->type == RTM_DELRULE, error))
		return -1;
	return ip_send(ip, &rule_object, &rule, verb, error);
}

int ip_rule_filter_read(
	struct ip *ip, struct rule *wanted, struct words *words, struct error *error)
{
	struct parser parser = ip_parser(ip, words);
	struct origin origin;

	*wanted = (struct rule){0};
	parser.filter = true;
	parser.family = ip_rule_family(ip);
	origin_clear(&origin, &rule_object);
	if (fields_parse(&parser, ip_words(ip, GRAMMAR_RULE_FILTER), 0, wanted, &origin, error))
		return ip_refuse_words(ip, &parser, &rule_object, error);
	wanted->family = parser.family;
	wanted->source.match = PREFIX_WITHIN;
	wanted->destination.match = PREFIX_WITHIN;
	return 0;
}

const struct ip_verb ip_rule_verbs[] = {
	{.word = "list", .run = ip_rule_show},
	{.word = "lst", .whole = true, .run = ip_rule_show},
	{.word = "show", .run = ip_rule_show},
	{.word = "save", .run = ip_rule_save},
	{.word = "restore", .run = ip_rule_restore},
	{.word = "add",
		.run = ip_rule_change,
		.type = RTM_NEWRULE,
		.flags = NLM_F_CREATE | NLM_F_EXCL},
	{.word = "delete", .run = ip_rule_change, .type = RTM_DELRULE},
	{.word = "flush", .run = ip_rule_flush},
	{.word = NULL},
};
