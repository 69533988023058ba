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

/* What the kernel would say: prefixes settle no family here, that is what -6 is for. */
static int check_family(const struct rule *rule, uint8_t family, struct error *error)
{
	if (rule->source.length && rule->source.family != family)
		return ip_error(error, IP_REFUSED, "Error: Invalid source address.");
	if (rule->destination.length && rule->destination.family != family)
		return ip_error(error, IP_REFUSED, "Error: Invalid dst address.");
	return 0;
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
	if (rule.l3mdev.given && rule.class.value)
		return ip_error(error, IP_INVALID, "table can not be specified for l3mdev rules");
	if (check_family(&rule, parser.family, error))
		return -1;
	if (rule_object.finish(&parser, &rule, &origin, verb->type == RTM_DELRULE, error))
		return -1;
	return ip_send(ip, &rule_object, &rule, verb, error);
}

/* To `ip`, nothing can be selected by being 0 in these. */
static void forget_zeros(struct ip_rule_filter *filter)
{
	struct rule *wanted = &filter->wanted;

	wanted->class.given &= wanted->class.value != 0;
	wanted->tunnel.given &= wanted->tunnel.value != 0;
	wanted->ip_protocol.given &= wanted->ip_protocol.value != 0;
	filter->mark = wanted->mark;
	wanted->mark.given = false;
}

int ip_rule_filter_read(
	struct ip *ip, struct ip_rule_filter *filter, struct words *words, struct error *error)
{
	struct parser parser = ip_parser(ip, words);
	struct rule *wanted = &filter->wanted;
	struct origin origin;

	*filter = (struct ip_rule_filter){.mark.given = false};
	parser.filter = true;
	parser.family = ip_rule_family(ip);
	origin_clear(&origin, &rule_object);
	if (fields_parse(&parser, ip_words(ip, GRAMMAR_RULE_FILTER), 0, wanted, &origin, error))
		return ip_refuse_words(ip, &parser, &rule_object, error);
	wanted->family = parser.family;
	wanted->source.match = PREFIX_WITHIN;
	wanted->destination.match = PREFIX_WITHIN;
	forget_zeros(filter);
	return 0;
}

bool ip_rule_fits(const struct ip_rule_filter *filter, const struct rule *rule)
{
	const struct mark *mark = &filter->mark;

	if (mark->given && mark->value && rule->mark.value != mark->value)
		return false;
	if (mark->given && mark->mask && mark->mask != UINT32_MAX && rule->mark.mask != mark->mask)
		return false;
	return fields_fit(&rule_object, rule, &filter->wanted, 0);
}

const struct ip_verb ip_rule_verbs[] = {
	{.word = "list", .run = ip_rule_show},
	{.word = "lst", .run = ip_rule_show},
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
