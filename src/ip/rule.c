/* SPDX-License-Identifier: GPL-2.0-or-later */
/* `ip rule` and `ip mrule`: adding and deleting, and the selectors of listings. */
#include "ip/dump.h"
#include "ip/grammar.h"
#include "ip/rule.h"

#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "model/route.h"

uint8_t ip_rule_family(const struct ip *ip)
{
	return ip->family ? ip->family : AF_INET;
}

static const char *verb_name(const struct ip_verb *verb)
{
	return verb->type == RTM_DELRULE ? "del" : "add";
}

/* Refuses as the kernel would: here prefixes don't decide the family, only -6 does. */
static int check_family(const struct rule *rule, uint8_t family, struct error *error)
{
	if (rule->source.length && rule->source.family != family)
		return ip_error(error, IP_REFUSED, "Error: Invalid source address.");
	if (rule->destination.length && rule->destination.family != family)
		return ip_error(error, IP_REFUSED, "Error: Invalid dst address.");
	return 0;
}

/*
 * Returns true for a rule that our flush keeps, unlike ip's: a script that flushes rules adds these
 * again.
 */
static bool is_kept_by_flush(const struct rule *rule)
{
	const struct rule kept[] = {
		{.class = {true, CLASS_MAIN}, .preference = {true, 32766}},
		{.class = {true, CLASS_DEFAULT}, .preference = {true, 32767}},
	};

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
		struct rule same = kept[i];

		same.family = rule->family;
		same.action = (struct byte){true, FR_ACT_TO_TBL};
		same.protocol = rule->protocol;
		if (fields_same(&rule_object, rule, &same, 0))
			return true;
	}
	return false;
}

struct search {
	const struct rule *wanted;
	struct arena arena;
	bool found;
};

static bool look_for_kept(const struct nlmsghdr *message, void *context)
{
	struct search *search = context;
	struct rule rule = {0};

	if (!fields_decode(&rule_object, message, &search->arena, &rule))
		search->found |= is_kept_by_flush(&rule) &&
		                 rule.preference.value == search->wanted->preference.value;
	arena_reset(&search->arena);
	return true;
}

/* Returns true if the rule is kept by a flush and exists. Linux 6.18 would add it again, as a rule
 * with another protocol. */
static bool is_kept_and_there(struct ip *ip, const struct rule *rule)
{
	const struct scope scope = {.family = rule->family};
	struct search search = {.wanted = rule};
	struct error ignored;

	if (!is_kept_by_flush(rule) ||
		ip_dump(ip, &rule_object, &scope, look_for_kept, &search, &ignored))
		return false;
	arena_free(&search.arena);
	return search.found;
}

static int ip_rule_change(
	struct ip *ip, const struct ip_verb *verb, struct words *words, struct error *error)
{
	struct parser parser = ip_parser(ip, words);
	struct origin origin;
	struct rule rule = {0};

	if (!words_peek(words))
		return ip_error(
			error, IP_FAILED, "\"ip rule %s\" requires arguments.", verb_name(verb));
	if (ip_read(ip, GRAMMAR_RULE, &parser, &rule, &origin, error))
		return -1;
	parser.family = ip_rule_family(ip);
	if (rule.l3mdev.given && rule.class.value)
		return ip_error(error, IP_INVALID, "table can not be specified for l3mdev rules");
	if (check_family(&rule, parser.family, error))
		return -1;
	if (rule_object.finish(&parser, &rule, &origin, verb->type == RTM_DELRULE, error))
		return -1;
	if (ip_lock(ip, error))
		return -1;
	if (verb->type == RTM_NEWRULE && is_kept_and_there(ip, &rule))
		return 0;
	return ip_send(ip, &rule_object, &rule, verb, error);
}

/* `ip` can't select by a 0 in these. */
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

	*filter = (struct ip_rule_filter){.mark.given = false};
	parser.filter = true;
	parser.family = ip_rule_family(ip);
	if (ip_read(ip, GRAMMAR_RULE_FILTER, &parser, wanted, NULL, error))
		return -1;
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
