/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completes a rule from its words: sets its family and action, refuses contradictions. The rows are
 * in rule_rows.c. */
#include "model/rule.h"

#include <string.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "field/walk.h"
#include "model/binding.h"
#include "model/route.h"

/* The bits of tos that IPv4 rules can match (include/uapi/linux/in_route.h, IPTOS_RT_MASK), and
 * those that no rule can. */
enum { IPTOS_RT = 0x1c, IPTOS_ECN = 0x03 };

static int check_action(const struct parser *parser, const struct rule *rule, struct error *error)
{
	int actions = rule->class.given + rule->target.given + rule->action.given + rule->own.given;

	/* With drop, reject and the like, l3mdev is a selector: packets of any VRF. */
	if (actions == 1 && (!rule->l3mdev.given || rule->action.given))
		return 0;
	if (!actions && rule->l3mdev.given)
		return 0;
	error_at(error, parser->words, parser->words->count,
		actions ? "the rule has more than one action" : "the rule has no action");
	return error_hint(error, "one of: class CLASS, route gw ADDR [dev DEV], l3mdev, drop, "
				 "reject, prohibit, goto PREF, nop");
}

static int check_only(const struct parser *parser, const struct rule *rule,
	const struct origin *origin, struct error *error)
{
	if (!rule->only.given || rule->own.given)
		return 0;
	error_at(error, parser->words, origin ? origin_word(origin, "only") : -1,
		"\"only\" is for a rule with a record of its own");
	return error_hint(error, "as in %s only",
		rule->family == AF_INET6 ? "from 2001:db8:9::/48 route gw 2001:db8:1::2"
					 : "from 10.1.0.0/16 route gw 192.0.2.2");
}

/* Refuses selectors that every kernel refuses or handles wrongly. */
static int check_selector(const struct parser *parser, const struct rule *rule,
	const struct origin *origin, struct error *error)
{
	uint8_t tos = rule->tos.given ? rule->tos.value : 0;

	if (family_is_multicast(rule->family) && rule->own.given)
		return error_at(error, parser->words, origin_word(origin, "route"),
			"a multicast rule cannot have a record of its own");
	if (rule->family == AF_INET && tos & ~IPTOS_RT && !(tos & IPTOS_ECN)) {
		error_at(error, parser->words, origin_word(origin, "tos") + 1,
			"IPv4 rules cannot match a tos above 0x1c");
		return error_hint(error, "use the code point: dscp %u", tos >> 2);
	}
	if (rule->tunnel.given && !rule->tunnel.value)
		return error_at(error, parser->words, origin_word(origin, "tun_id") + 1,
			"the kernel ignores \"tun_id 0\"");
	if (tos && rule->dscp.given) {
		error_at(error, parser->words, origin_word(origin, "dscp"),
			"\"tos\" and \"dscp\" exclude each other");
		return error_hint(error, "tos %#04x is dscp %u", tos, tos >> 2);
	}
	return 0;
}

/* The own record of a rule is the default route of its class. */
static int finish_own(
	const struct parser *parser, const struct rule *rule, bool del, struct error *error)
{
	struct route *route = rule->own.record;

	route->destination = (struct prefix){.given = true, .family = rule->family};
	if (route_object.finish(parser, route, rule->own.origin, del, error))
		return -1;
	route_leave_type(route);
	return 0;
}

static int refuse_word(const struct parser *parser, const struct origin *origin, const char *word,
	struct error *error, const char *message)
{
	return error_at(error, parser->words, origin_value(origin, word), "%s", message);
}

/* NET must have one address for each source address. */
static int check_net(const struct parser *parser, struct rule *rule, const struct origin *origin,
	struct error *error)
{
	struct prefix net = rule->nat;
	char text[PREFIX_TEXT_MAX];

	if (!rule->source.given || rule->invert.given) {
		refuse_word(
			parser, origin, "nat", error, "nat needs `from PREFIX`: what becomes NET");
		return error_hint(error, "as in from 10.1.0.0/24 nat 198.18.1.0/24");
	}
	if (!net_fit(&rule->nat, &rule->source))
		return 0;
	net.length = rule->source.length;
	prefix_meant(&net, text);
	refuse_word(parser, origin, "nat", error, "nat takes a network as large as that of `from`");
	return error_hint(error, "did you mean nat %s?", text);
}

/* Returns true if such a rule may have this protocol in words: it becomes the owner, which nftables
 * keeps. */
static bool can_own(const struct byte *protocol)
{
	return !protocol->given ||
	       (protocol->value > RTPROT_STATIC && protocol->value != PROTOCOL_TRANSLATED);
}

/* Returns the index of the first of these words that the line has. */
static int translating_word(const struct origin *origin)
{
	static const char *const words[] = {"masq", "nat", "log", "valve", "count"};
	int word = -1;

	for (size_t i = 0; i < sizeof words / sizeof *words && word < 0; i++)
		word = origin_word(origin, words[i]);
	return word;
}

/* Checks the words of the nftables part: they need a class to look up, and exclude each other. */
static int check_translation(const struct parser *parser, struct rule *rule,
	const struct origin *origin, struct error *error)
{
	/* Each half is a realm of 16 bits; realms of this program have the highest bit set. */
	const uint32_t tags = (uint32_t)REALM_FIRST << 16 | REALM_FIRST;

	if (rule_tag(rule) || (rule->own.given && route_realms(rule->own.record) & tags))
		return refuse_word(parser, origin, "realm", error,
			"realms from 32768 up are for rules that nftables translates for");
	if (rule->nat.given && rule->masquerade.given)
		return refuse_word(parser, origin, "nat", error,
			"the source becomes one thing: masq or nat NET");
	if (!rule_translates(rule))
		return 0;
	if (rule->realm.given || (rule->family == AF_INET6 && !can_own(&rule->protocol))) {
		refuse_word(parser, origin, rule->realm.given ? "realm" : "proto", error,
			"masq, nat, log, valve and count use that themselves");
		error->status = STATUS_GUARDED;
		return -1;
	}
	if (rule->family != AF_INET && rule->family != AF_INET6)
		return error_at(error, parser->words, translating_word(origin),
			"masq, nat, log, valve and count are for IPv4 and IPv6, not for "
			"multicast");
	if (!rule->class.given && !rule->own.given) {
		error_at(error, parser->words, parser->words->count,
			"masq, nat, log, valve and count are for rules that route: by a class, or "
			"a record of their own");
		error->status = STATUS_GUARDED;
		return error_hint(error, "class CLASS, or route gw ADDR dev DEV");
	}
	return rule->nat.given ? check_net(parser, rule, origin, error) : 0;
}

/* Replies are recognised by their mark; their connection is translated already. */
static int check_reply(const struct parser *parser, const struct rule *rule,
	const struct origin *origin, struct error *error)
{
	static const char *const refused[] = {"not", "fwmark", "masq", "log", "valve", "proto"};

	if (!rule->reply.given)
		return 0;
	if (!rule->input.given || !strcmp(rule->input.name, "lo")) {
		error_at(error, parser->words, origin_word(origin, "reply"),
			"reply needs the device that the connections came in by");
		return error_hint(error, "as in dev eth0 reply route gw 192.0.2.1 dev eth0");
	}
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		const struct field *field = object_field(&rule_object, refused[i]);

		if (!field_given(field, rule) ||
			(!strcmp(refused[i], "proto") && can_own(&rule->protocol)))
			continue;
		return error_at(error, parser->words, origin_word(origin, refused[i]),
			"\"%s\" and \"reply\" exclude each other", refused[i]);
	}
	return 0;
}

/* `ip rule add` without an action looks up class main. */
static void assume_class(struct rule *rule)
{
	if (!rule->class.given && !rule->target.given && !rule->action.given && !rule->l3mdev.given)
		rule->class = (struct number){true, CLASS_MAIN};
}

int rule_finish(const struct parser *parser, void *record, const struct origin *origin, bool del,
	struct error *error)
{
	struct rule *rule = record;

	rule->family = parser->family ? parser->family : AF_INET;
	rule->source.family = rule->family;
	rule->destination.family = rule->family;
	if (!rule->source.length)
		rule->source.given = false;
	if (!rule->destination.length)
		rule->destination.given = false;
	if (rule->own.given && finish_own(parser, rule, del, error))
		return -1;
	if (!del && parser->dialect == DIALECT_IP)
		assume_class(rule);
	else if (!del && (binding_check_protocol(parser, &rule->protocol, origin, error) ||
				 check_action(parser, rule, error) ||
				 check_only(parser, rule, origin, error) ||
				 check_selector(parser, rule, origin, error) ||
				 check_translation(parser, rule, origin, error) ||
				 check_reply(parser, rule, origin, error)))
		return -1;
	rule_settle(rule);
	if (rule->protocol.given && can_own(&rule->protocol))
		rule_hide_owner(rule);
	/* State from a listing doesn't distinguish rules. */
	rule->input_detached.given = rule->output_detached.given = rule->unresolved.given = false;
	if (rule->target.given)
		rule->action = (struct byte){true, FR_ACT_GOTO};
	else if (!del && !rule->action.given)
		rule->action = (struct byte){true, FR_ACT_TO_TBL};
	return 0;
}

void rule_settle(struct rule *rule)
{
	reply_settle(&rule->reply, &rule->input);
	if (rule->reply.given && rule->reply.mask)
		rule->mark = reply_mark(&rule->reply);
}

bool rule_has_part(const struct rule *rule)
{
	return rule_translates(rule) || rule->reply.given;
}

bool rule_translates(const struct rule *rule)
{
	return rule->masquerade.given || rule->nat.given || rule->log.given || rule->valve.given ||
	       rule->count.given;
}

bool rule_is_owned(const struct rule *rule)
{
	return rule->protocol.given && rule->protocol.value == PROTOCOL_TRANSLATED &&
	       (rule->family == AF_INET6 || rule->mark.given || rule->reply.given);
}

bool rule_hides_owner(const struct rule *rule)
{
	return rule->reply.given || (rule->family == AF_INET6 && rule_translates(rule));
}

void rule_hide_owner(struct rule *rule)
{
	if (!rule_hides_owner(rule))
		return;
	if (rule->protocol.value > RTPROT_STATIC && rule->protocol.value != PROTOCOL_TRANSLATED)
		rule->owner = (struct byte){true, rule->protocol.value};
	rule->protocol = (struct byte){true, PROTOCOL_TRANSLATED};
}

void rule_take_words(struct rule *rule, const struct rule *from)
{
	static const struct rule none;

	from = from ? from : &none;
	rule->masquerade = from->masquerade;
	rule->nat = from->nat;
	rule->log = from->log;
	rule->valve = from->valve;
	rule->count = from->count;
	rule->reply = from->reply;
}

void rule_remove_translation(struct rule *rule)
{
	rule_take_words(rule, NULL);
	rule->retag.given = rule->part.given = false;
}

struct rule rule_wanted_of(const struct rule *wanted, const struct rule *rule)
{
	struct rule selecting = *wanted;

	if (rule->owner.given && wanted->protocol.given &&
		wanted->protocol.value == rule->owner.value)
		selecting.protocol = rule->protocol;
	return selecting;
}

struct rule rule_comparable(const struct rule *wanted, const struct rule *rule)
{
	struct rule comparable = rule_wanted_of(wanted, rule);

	comparable.retag.given = false;
	if (rule->part.given && !rule_has_part(rule))
		rule_take_words(&comparable, NULL);
	/* nftables keeps the owner, too. */
	comparable.owner.given &= !rule->part.given;
	return comparable;
}

uint32_t rule_tag(const struct rule *rule)
{
	uint32_t realm = rule->realm.given ? rule->realm.value : 0;

	return realm >= REALM_FIRST && realm <= REALM_LAST ? realm : 0;
}

void rule_got(struct message *message, void *record)
{
	struct rule *rule = record;

	/* The kernel doesn't report a preference of 0; a request without one lets the kernel
	 * choose. */
	if (!(message->header->nlmsg_flags & NLM_F_REQUEST))
		rule->preference.given = true;
}

bool rule_is_of_host(const struct rule *rule)
{
	return rule->input.given && !strcmp(rule->input.name, "lo") &&
	       rule->preference.value >= PREFERENCE_HOST &&
	       rule->preference.value <= PREFERENCE_HOST_END;
}

bool rule_is_builtin(const struct rule *rule)
{
	uint32_t preference = rule->preference.value;

	if (rule->protocol.given && rule->protocol.value == RTPROT_KERNEL)
		return true;
	if (rule->source.given || rule->destination.given || !rule->class.given)
		return false;
	return (preference == 0 && rule->class.value == CLASS_LOCAL) ||
	       (preference == PREFERENCE_MAIN && rule->class.value == CLASS_MAIN) ||
	       (preference == PREFERENCE_DEFAULT && rule->class.value == CLASS_DEFAULT);
}
