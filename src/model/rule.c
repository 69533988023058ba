/* The rows of a rule, in the order in which `ip rule` lists them, and what follows from them. */
#include "model/rule.h"

#include <stddef.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <libmnl/libmnl.h>

#include "base/error.h"
#include "base/words.h"
#include "kind/class.h"
#include "model/route.h"

static const struct choice actions[] = {
	{"nop", NULL, FR_ACT_NOP, false},
	{"prohibit", NULL, FR_ACT_PROHIBIT, false},
	{"reject", "unreachable", FR_ACT_UNREACHABLE, false},
	{"drop", "blackhole", FR_ACT_BLACKHOLE, false},
	{NULL, NULL, 0, false},
};

static const enum name_set protocols = NAMES_PROTOCOLS;
static const struct range targets = {1, UINT32_MAX};

/* `from` is also what tells an IPv6 rule without prefixes from an IPv4 one. */
static bool shows_source(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;
	uint8_t assumed = view->family ? view->family : AF_INET;

	(void)field;
	if (rule->source.given || view->dialect == DIALECT_IP)
		return true;
	return rule->family != assumed && !rule->destination.given && !view->columns;
}

static bool shows_protocol(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	(void)field;
	if (!rule->protocol.given)
		return false;
	return view->details || view->complete ||
	       (rule->protocol.value != RTPROT_UNSPEC && rule->protocol.value != RTPROT_KERNEL);
}

/* The number of a private class is an inner matter. */
static bool shows_class(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	(void)field;
	return rule->class.given && (!rule->own.given || view->details);
}

static bool shows_state(const struct field *field, const void *record, const struct view *view)
{
	return !view->complete && field_given(field, record);
}

#define AT(member)     .offset = offsetof(struct rule, member)
#define HEADER(member) .header = offsetof(struct fib_rule_hdr, member)
#define STATE(name, member, bit)                                                              \
	{                                                                                     \
		.word = (name), .kind = &kind_flag, AT(member), HEADER(flags), .bits = (bit), \
		.flags = FIELD_READ_ONLY, .shown = shows_state                                \
	}

static const struct field rows[] = {
	{.word = "pref",
		.synonyms = "priority preference order",
		.ip_word = "priority",
		.kind = &kind_number,
		AT(preference),
		.attribute = FRA_PRIORITY,
		.flags = FIELD_KEY,
		.help = "its place: rules are scanned from the lowest to the highest",
		.blame = "preference|priority|EEXIST",
		.sample = "pref 100"},
	{.word = "not",
		.kind = &kind_flag,
		AT(invert),
		HEADER(flags),
		.bits = FIB_RULE_INVERT,
		.flags = FIELD_SELECTOR,
		.help = "matches the packets that the selector does not",
		.sample = "not"},
	{.word = "from",
		.ip_key = "src",
		.kind = &kind_prefix,
		AT(source),
		.attribute = FRA_SRC,
		HEADER(src_len),
		.shown = shows_source,
		.flags = FIELD_SELECTOR,
		.help = "source of the packet",
		.blame = "source address|src|EEXIST",
		.sample = "from 10.1.0.0/16"},
	{.word = "to",
		.ip_key = "dst",
		.kind = &kind_prefix,
		AT(destination),
		.attribute = FRA_DST,
		HEADER(dst_len),
		.flags = FIELD_SELECTOR,
		.help = "destination of the packet",
		.blame = "destination address|dst|EEXIST",
		.sample = "to 10.2.0.0/16"},
	{.word = "tos",
		.synonyms = "dsfield",
		.kind = &kind_tos,
		AT(tos),
		HEADER(tos),
		.flags = FIELD_SELECTOR,
		.help = "type of service of the packet, hexadecimal",
		.blame = "tos|dsfield",
		.sample = "tos 0x10"},
	{.word = "fwmark",
		.kind = &kind_mark,
		AT(mark),
		.attribute = FRA_FWMARK,
		.also = FRA_FWMASK,
		.flags = FIELD_SELECTOR,
		.help = "mark that a firewall put on the packet",
		.sample = "fwmark 0x1/0xff"},
	{.word = "dev",
		.synonyms = "iif",
		.ip_word = "iif",
		.kind = &kind_ifname,
		AT(input),
		.attribute = FRA_IIFNAME,
		.flags = FIELD_SELECTOR,
		.help = "device the packet came in by; lo: our own packets",
		.blame = "iif|input device",
		.sample = "dev eth0"},
	STATE("[detached]", input_detached, FIB_RULE_IIF_DETACHED),
	{.word = "oif",
		.kind = &kind_ifname,
		AT(output),
		.attribute = FRA_OIFNAME,
		.flags = FIELD_SELECTOR,
		.help = "device that the sending socket is bound to",
		.blame = "oif",
		.sample = "oif eth1"},
	STATE("[detached]", output_detached, FIB_RULE_OIF_DETACHED),
	{.word = "class",
		.synonyms = "table lookup",
		.ip_word = "lookup",
		.ip_key = "table",
		.kind = &kind_class,
		AT(class),
		.attribute = FRA_TABLE,
		HEADER(table),
		.shown = shows_class,
		.flags = FIELD_ACTION,
		.help = "look up the route in this class",
		.blame = "table",
		.sample = "class 250"},
	{.word = "goto",
		.kind = &kind_number,
		AT(target),
		.attribute = FRA_GOTO,
		.extra = &targets,
		.flags = FIELD_ACTION,
		.help = "go on with the rule of this preference",
		.blame = "goto",
		.sample = "goto 200"},
	STATE("[unresolved]", unresolved, FIB_RULE_UNRESOLVED),
	{.word = "action",
		.kind = &kind_choice,
		AT(action),
		HEADER(action),
		.flags = FIELD_BARE | FIELD_ACTION,
		.extra = actions,
		.help = "drop: no answer; reject: ICMP net unreachable; prohibit: ICMP "
			"prohibited; nop: on to the next rule",
		.blame = "action",
		.sample = "reject"},
	{.word = "proto",
		.synonyms = "protocol",
		.ip_key = "protocol",
		.kind = &kind_name,
		AT(protocol),
		.attribute = FRA_PROTOCOL,
		.extra = &protocols,
		.shown = shows_protocol,
		.help = "who put it there",
		.sample = "proto static"},
	{.word = "route",
		.synonyms = "own",
		.kind = &kind_nested,
		AT(own),
		.flags = FIELD_OWN,
		.extra = &route_object,
		.help = "route by a record of its own, as in gw ADDR dev DEV",
		.sample = "route gw 192.0.2.1"},
};

static int check_action(const struct parser *parser, const struct rule *rule, struct error *error)
{
	int actions_given =
		rule->class.given + rule->target.given + rule->action.given + rule->own.given;

	if (actions_given == 1)
		return 0;
	error_at(error, parser->words, parser->words->count,
		actions_given ? "the rule has more than one action" : "the rule has no action");
	return error_hint(error, "one of: class CLASS, route gw ADDR [dev DEV], drop, reject, "
				 "prohibit, goto PREF, nop");
}

/* The record of a rule is the default route of its class. */
static int finish_own(
	const struct parser *parser, const struct rule *rule, bool del, struct error *error)
{
	struct route *route = rule->own.record;

	route->destination = (struct prefix){.given = true, .family = rule->family};
	return route_object.finish(parser, route, rule->own.origin, del, error);
}

static int finish_rule(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	struct rule *rule = record;

	(void)origin;
	rule->family = parser->family ? parser->family : AF_INET;
	rule->source.family = rule->family;
	rule->destination.family = rule->family;
	if (!rule->source.length)
		rule->source.given = false;
	if (!rule->destination.length)
		rule->destination.given = false;
	if (rule->own.given && finish_own(parser, rule, del, error))
		return -1;
	return del || parser->dialect == DIALECT_IP ? 0 : check_action(parser, rule, error);
}

static void put_rule_header(struct nlmsghdr *message, const void *record)
{
	const struct rule *rule = record;
	struct fib_rule_hdr *header = mnl_nlmsg_get_payload(message);

	header->action = rule->target.given ? FR_ACT_GOTO : FR_ACT_TO_TBL;
}

static void rule_got(struct message *message, void *record)
{
	struct rule *rule = record;

	/* The kernel does not tell a preference of 0; a request without one leaves it to the
	 * kernel. */
	if (!(message->header->nlmsg_flags & NLM_F_REQUEST))
		rule->preference.given = true;
	if (rule->action.value == FR_ACT_TO_TBL || rule->action.value == FR_ACT_GOTO)
		rule->action.given = false;
}

bool rule_is_builtin(const struct rule *rule)
{
	uint32_t preference = rule->preference.value;

	if (rule->protocol.given && rule->protocol.value == RTPROT_KERNEL)
		return true;
	if (rule->source.given || rule->destination.given || !rule->class.given)
		return false;
	return (preference == 0 && rule->class.value == CLASS_LOCAL) ||
	       (preference == 32766 && rule->class.value == CLASS_MAIN) ||
	       (preference == 32767 && rule->class.value == CLASS_DEFAULT);
}

const struct object rule_object = {
	.name = "rule",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct rule),
	.header_size = sizeof(struct fib_rule_hdr),
	.type_new = RTM_NEWRULE,
	.type_del = RTM_DELRULE,
	.type_get = RTM_GETRULE,
	.finish = finish_rule,
	.put_header = put_rule_header,
	.got = rule_got,
};
