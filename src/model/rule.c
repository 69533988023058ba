/* The rows of a rule, in the order in which `ip rule` lists them, and what follows from them. */
#include "model/rule.h"

#include <stddef.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/words.h"
#include "kind/class.h"
#include "kind/realm.h"
#include "model/binding.h"
#include "model/route.h"

/* Newer than the kernel headers that this may be built with. */
enum {
	DSCP = 25, /* FRA_DSCP */
	FLOWLABEL = 26,
	FLOWLABEL_MASK = 27,
	SPORT_MASK = 28,
	DPORT_MASK = 29,
	DSCP_MASK = 30,
};

/* The bits of tos that IPv4 rules may match (include/uapi/linux/in_route.h, IPTOS_RT_MASK), and
 * those that no rule may. */
enum { IPTOS_RT = 0x1c, IPTOS_ECN = 0x03 };

static const enum name_set protocols = NAMES_PROTOCOLS;
static const uint16_t padding[] = {FRA_PAD, 0};
static const struct range targets = {1, UINT32_MAX};
static const struct range lengths = {0, INT32_MAX};

/* `from` is also what tells an IPv6 rule without prefixes from an IPv4 one. */
static bool shows_source(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;
	uint8_t assumed = view->family ? view->family : AF_INET;

	(void)field;
	if (rule->source.given || view->dialect == DIALECT_IP)
		return true;
	return rule->family == AF_INET6 && assumed != AF_INET6 && !rule->destination.given &&
	       !view->columns;
}

static bool shows_protocol(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	(void)field;
	if (!rule->protocol.given || (rule->protocol.value == PROTOCOL_TRANSLATED &&
					     view->dialect == DIALECT_OWN && !view->details))
		return false;
	if (view->details || rule->protocol.value == RTPROT_UNSPEC)
		return view->details;
	return view->complete || rule->protocol.value != RTPROT_KERNEL;
}

/* The number of a private class is an inner matter. */
static bool shows_class(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	(void)field;
	if (!rule->class.given)
		return false;
	/* The kernel keeps a class with `drop` too, where it means nothing. */
	if (view->dialect == DIALECT_OWN && rule->action.given &&
		rule->action.value != FR_ACT_TO_TBL)
		return false;
	return !rule->own.given || view->details;
}

static bool shows_suppressed(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	return field_given(field, record) && (view->dialect == DIALECT_OWN || rule->class.given);
}

static bool shows_action(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	(void)field;
	(void)view;
	return rule->action.given && rule->action.value != FR_ACT_TO_TBL &&
	       rule->action.value != FR_ACT_GOTO;
}

static bool shows_state(const struct field *field, const void *record, const struct view *view)
{
	return !view->complete && field_given(field, record);
}

/* Realms that the tool chose are an inner matter, too. */
static bool shows_realm(const struct field *field, const void *record, const struct view *view)
{
	const struct rule *rule = record;

	(void)field;
	if (!rule->realm.given || view->dialect == DIALECT_IP)
		return rule->realm.given;
	return rule->realm.value && (view->details || !rule_tag(rule));
}

static bool shows_retag(const struct field *field, const void *record, const struct view *view)
{
	return view->complete && field_given(field, record);
}

#define AT(member)     .offset = offsetof(struct rule, member)
#define HEADER(member) .header = offsetof(struct fib_rule_hdr, member)
#define STATE(name, key, member, bit)                                                           \
	{                                                                                       \
		.word = (name), .ip_key = (key), .kind = &kind_flag, AT(member), HEADER(flags), \
		.bits = (bit), .flags = FIELD_READ_ONLY, .shown = shows_state, .extra = (name)  \
	}

static const struct field rows[] = {
	{.word = "family",
		.kind = &kind_family,
		AT(table_family),
		HEADER(family),
		.flags = FIELD_BARE | FIELD_OWN | FIELD_KEY,
		.help = "a rule for multicast routing: of IPv4, of IPv6",
		.sample = "ipmr"},
	{.word = "pref",
		.synonyms = "priority preference order",
		.ip_word = "priority",
		.kind = &kind_preference,
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
		.extra = "not",
		.help = "matches the packets that the selector does not",
		.sample = "not"},
	{.word = "from",
		.ip_key = "src",
		.kind = &kind_prefix,
		AT(source),
		.attribute = FRA_SRC,
		HEADER(src_len),
		.extra = "srclen",
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
		.extra = "dstlen",
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
		.vanishes = VANISHES_MULTICAST,
		.help = "type of service of the packet, hexadecimal",
		.blame = "tos|dsfield",
		.sample = "tos 0x10"},
	{.word = "fwmark",
		.kind = &kind_mark,
		AT(mark),
		.attribute = FRA_FWMARK,
		.also = FRA_FWMASK,
		.extra = "fwmask",
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
	STATE("[detached]", "iif_detached", input_detached, FIB_RULE_IIF_DETACHED),
	{.word = "oif",
		.kind = &kind_ifname,
		AT(output),
		.attribute = FRA_OIFNAME,
		.flags = FIELD_SELECTOR,
		.help = "device that the sending socket is bound to",
		.blame = "oif",
		.sample = "oif eth1"},
	STATE("[detached]", "oif_detached", output_detached, FIB_RULE_OIF_DETACHED),
	{.word = "l3mdev",
		.kind = &kind_flag,
		AT(l3mdev),
		.attribute = FRA_L3MDEV,
		.flags = FIELD_ACTION,
		.extra = "lookup [l3mdev-table]",
		.vanishes = VANISHES_ANY,
		.help = "look up the route in the class of the VRF that the packet's device is in",
		.blame = "l3mdev",
		.sample = "l3mdev"},
	{.word = "uidrange",
		.kind = &kind_users,
		AT(users),
		.attribute = FRA_UID_RANGE,
		.flags = FIELD_SELECTOR,
		.vanishes = VANISHES_ANY,
		.help = "users that our own packets come from, by number",
		.blame = "uid range",
		.sample = "uidrange 1000-1999"},
	{.word = "ipproto",
		.kind = &kind_ipproto,
		AT(ip_protocol),
		.attribute = FRA_IP_PROTO,
		.flags = FIELD_SELECTOR,
		.vanishes = VANISHES_ANY,
		.help = "protocol of the packet: tcp, udp, a number",
		.sample = "ipproto tcp"},
	{.word = "sport",
		.kind = &kind_ports,
		AT(source_ports),
		.attribute = FRA_SPORT_RANGE,
		.also = SPORT_MASK,
		.flags = FIELD_SELECTOR,
		.extra = "sport_mask",
		.vanishes = VANISHES_ANY,
		.help = "source port of the packet",
		.blame = "sport|source port",
		.sample = "sport 1000-1999"},
	{.word = "dport",
		.kind = &kind_ports,
		AT(destination_ports),
		.attribute = FRA_DPORT_RANGE,
		.also = DPORT_MASK,
		.flags = FIELD_SELECTOR,
		.extra = "dport_mask",
		.vanishes = VANISHES_ANY,
		.help = "destination port of the packet",
		.blame = "dport|destination port",
		.sample = "dport 0x50/0xf0"},
	{.word = "tun_id",
		.kind = &kind_wide,
		AT(tunnel),
		.attribute = FRA_TUN_ID,
		.flags = FIELD_SELECTOR,
		.help = "id of the tunnel that the packet came through",
		.sample = "tun_id 42"},
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
	{.word = "suppress_prefixlength",
		.synonyms = "sup_pl",
		.ip_key = "suppress_prefixlen",
		.kind = &kind_limit,
		AT(suppress_length),
		.attribute = FRA_SUPPRESS_PREFIXLEN,
		.flags = FIELD_ACTION,
		.extra = &lengths,
		.shown = shows_suppressed,
		.help = "routes of at most this prefix length do not count; 0: default routes",
		.sample = "suppress_prefixlength 0"},
	{.word = "suppress_ifgroup",
		.synonyms = "sup_group",
		.kind = &kind_group,
		AT(suppress_group),
		.attribute = FRA_SUPPRESS_IFGROUP,
		.flags = FIELD_ACTION,
		.shown = shows_suppressed,
		.help = "routes out of a device of this group do not count",
		.sample = "suppress_ifgroup 7"},
	{.word = "realm",
		.synonyms = "realms",
		.ip_word = "realms",
		.kind = &kind_realm,
		AT(realm),
		.attribute = FRA_FLOW,
		.flags = FIELD_ACTION,
		.shown = shows_realm,
		.vanishes = VANISHES_ANY,
		.help = "realms that the packet is counted in; traffic control sees them",
		.sample = "realm 5"},
	{.word = "goto",
		.kind = &kind_number,
		AT(target),
		.attribute = FRA_GOTO,
		.extra = &targets,
		.flags = FIELD_ACTION,
		.help = "go on with the rule of this preference",
		.blame = "goto",
		.sample = "goto 200"},
	STATE("[unresolved]", "unresolved", unresolved, FIB_RULE_UNRESOLVED),
	{.word = "action",
		.kind = &kind_action,
		AT(action),
		HEADER(action),
		.flags = FIELD_BARE | FIELD_ACTION,
		.shown = shows_action,
		.help = "drop: no answer; reject: ICMP net unreachable; prohibit: ICMP "
			"prohibited; nop: on to the next rule",
		.blame = "action|FR_ACT_NOP",
		.sample = "reject"},
	{.word = "throw",
		.flags = FIELD_SHORTHAND | FIELD_OWN,
		.help = "a rule that lets the packet go on is nop; a class is left by a route: "
			"add throw PREFIX class CLASS"},
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
	{.word = "dscp",
		.kind = &kind_dscp,
		AT(dscp),
		.attribute = DSCP,
		.also = DSCP_MASK,
		.flags = FIELD_SELECTOR,
		.extra = "dscp_mask",
		.vanishes = VANISHES_ANY,
		.help = "code point of the packet, the upper six bits of its tos",
		.blame = "dscp",
		.sample = "dscp 46"},
	{.word = "flowlabel",
		.kind = &kind_flowlabel,
		AT(flowlabel),
		.attribute = FLOWLABEL,
		.also = FLOWLABEL_MASK,
		.flags = FIELD_SELECTOR,
		.extra = "flowlabel_mask",
		.vanishes = VANISHES_ANY,
		.help = "flow label of an IPv6 packet",
		.blame = "flow label",
		.sample = "flowlabel 0x12345"},
	{.word = "attr",
		.kind = &kind_attributes,
		AT(others),
		.flags = FIELD_SELECTOR | FIELD_OWN,
		.vanishes = VANISHES_ANY,
		.extra = padding,
		.help = "an attribute that has no word here, as bytes",
		.sample = "attr 99=0x0a000001"},
	{.word = "route",
		.synonyms = "own",
		.kind = &kind_nested,
		AT(own),
		.flags = FIELD_OWN,
		.extra = &route_object,
		.help = "route by a record of its own, as in gw ADDR dev DEV",
		.sample = "route gw 192.0.2.1"},
	{.word = "masq",
		.synonyms = "masquerade",
		.kind = &kind_flag_apart,
		AT(masquerade),
		.flags = FIELD_ACTION | FIELD_OWN,
		.help = "what it routes leaves with the address of the device it leaves by",
		.sample = "masq"},
	{.word = "nat",
		.kind = &kind_prefix_apart,
		AT(nat),
		.flags = FIELD_ACTION | FIELD_OWN,
		.help = "the source of what it routes becomes the same host of this network",
		.sample = "nat 198.18.0.0/16"},
	{.word = "log",
		.kind = &kind_flag_apart,
		AT(log),
		.flags = FIELD_ACTION | FIELD_OWN,
		.help = "each flow that it routes is told to `iproute monitor flows`",
		.sample = "log"},
	{.word = "valve",
		.kind = &kind_flag_apart,
		AT(valve),
		.flags = FIELD_ACTION | FIELD_OWN,
		.help = "no flow may begin at the far end; answers pass",
		.sample = "valve"},
	{.word = "retag",
		.kind = &kind_flag_apart,
		AT(retag),
		.flags = FIELD_OWN,
		.shown = shows_retag,
		.help = "masq, nat, log, valve may put their realm on the other rules of the class",
		.sample = "retag"},
	{.word = "nft",
		.kind = &kind_part,
		AT(part),
		.flags = FIELD_READ_ONLY | FIELD_OWN,
		.shown = shows_state},
	{.word = "nat",
		.synonyms = "map-to",
		.flags = FIELD_SHORTHAND | FIELD_IP,
		.help = "the kernel has no route NAT any more: it would take the rule without the "
			"address, and drop every packet that it matches"},
};

/* Where the words gave a row: for errors about what contradicts something else. */
static int word_of(const struct origin *origin, const char *row)
{
	return origin->word[object_field(&rule_object, row) - rows];
}

static int check_action(const struct parser *parser, const struct rule *rule, struct error *error)
{
	int actions = rule->class.given + rule->target.given + rule->action.given + rule->own.given;

	/* With drop and its like l3mdev is a selector: packets of any VRF. */
	if (actions == 1 && (!rule->l3mdev.given || rule->action.given))
		return 0;
	if (!actions && rule->l3mdev.given)
		return 0;
	error_at(error, parser->words, parser->words->count,
		actions ? "the rule has more than one action" : "the rule has no action");
	return error_hint(error, "one of: class CLASS, route gw ADDR [dev DEV], l3mdev, drop, "
				 "reject, prohibit, goto PREF, nop");
}

/* What every kernel refuses, or takes and misreads. */
static int check_selector(const struct parser *parser, const struct rule *rule,
	const struct origin *origin, struct error *error)
{
	uint8_t tos = rule->tos.given ? rule->tos.value : 0;

	if (family_is_multicast(rule->family) && rule->own.given)
		return error_at(error, parser->words, word_of(origin, "route"),
			"a multicast rule has no record of its own");
	if (rule->family == AF_INET && tos & ~IPTOS_RT && !(tos & IPTOS_ECN)) {
		error_at(error, parser->words, word_of(origin, "tos") + 1,
			"an IPv4 rule matches no tos above 0x1c");
		return error_hint(error, "the code point says it: dscp %u", tos >> 2);
	}
	if (rule->tunnel.given && !rule->tunnel.value)
		return error_at(error, parser->words, word_of(origin, "tun_id") + 1,
			"to the kernel 0 is no \"tun_id\" at all");
	if (tos && rule->dscp.given) {
		error_at(error, parser->words, word_of(origin, "dscp"),
			"\"tos\" and \"dscp\" exclude each other");
		return error_hint(error, "tos %#04x is dscp %u", tos, tos >> 2);
	}
	return 0;
}

/* The record of a rule is the default route of its class. */
static int finish_own(
	const struct parser *parser, const struct rule *rule, bool del, struct error *error)
{
	struct route *route = rule->own.record;

	route->destination = (struct prefix){.given = true, .family = rule->family};
	return route_object.finish(parser, route, rule->own.origin, del, error);
}

static int refuse_word(const struct parser *parser, const struct origin *origin, const char *word,
	struct error *error, const char *message)
{
	const struct field *field = object_field(&rule_object, word);

	return error_at(error, parser->words,
		origin ? origin->value[field - rule_object.fields] : -1, "%s", message);
}

/* One address of NET for each of the source's. */
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

/* What nftables does for the rule: only with a class to look up, and in one way. */
static int check_translation(const struct parser *parser, struct rule *rule,
	const struct origin *origin, struct error *error)
{
	if (rule_tag(rule))
		return refuse_word(parser, origin, "realm", error,
			"realms from 32768 up are for rules that nftables translates for");
	if (rule->nat.given && rule->masquerade.given)
		return refuse_word(parser, origin, "nat", error,
			"the source becomes one thing: masq or nat NET");
	if (!rule_translates(rule))
		return 0;
	if (rule->realm.given || (rule->family == AF_INET6 && rule->protocol.given)) {
		refuse_word(parser, origin, rule->realm.given ? "realm" : "proto", error,
			"masq, nat, log and valve use that themselves");
		error->status = STATUS_GUARDED;
		return -1;
	}
	if (rule->family != AF_INET && rule->family != AF_INET6)
		return error_at(error, parser->words, -1,
			"masq, nat, log and valve are for IPv4 and IPv6, not for multicast");
	if (!rule->class.given && !rule->own.given) {
		error_at(error, parser->words, -1,
			"masq, nat, log and valve are for rules that route: by a class, or a "
			"record of their own");
		error->status = STATUS_GUARDED;
		return error_hint(error, "class CLASS, or route gw ADDR dev DEV");
	}
	return rule->nat.given ? check_net(parser, rule, origin, error) : 0;
}

/* What `ip rule add` does with the packet if the words do not say it: it asks the class main. */
static void assume_class(struct rule *rule)
{
	if (!rule->class.given && !rule->target.given && !rule->action.given && !rule->l3mdev.given)
		rule->class = (struct number){true, CLASS_MAIN};
}

static int finish_rule(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
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
	else if (!del && (check_action(parser, rule, error) ||
				 check_selector(parser, rule, origin, error) ||
				 check_translation(parser, rule, origin, error)))
		return -1;
	/* What a listing says of the moment tells no rule from another. */
	rule->input_detached.given = rule->output_detached.given = rule->unresolved.given = false;
	if (rule->target.given)
		rule->action = (struct byte){true, FR_ACT_GOTO};
	else if (!del && !rule->action.given)
		rule->action = (struct byte){true, FR_ACT_TO_TBL};
	return 0;
}

bool rule_translates(const struct rule *rule)
{
	return rule->masquerade.given || rule->nat.given || rule->log.given || rule->valve.given;
}

struct rule rule_comparable(const struct rule *wanted, const struct rule *rule)
{
	struct rule comparable = *wanted;

	comparable.retag.given = false;
	if (!rule->part.given || rule_translates(rule))
		return comparable;
	comparable.masquerade.given = false;
	comparable.nat.given = false;
	comparable.log.given = false;
	comparable.valve.given = false;
	return comparable;
}

uint32_t rule_tag(const struct rule *rule)
{
	uint32_t realm = rule->realm.given ? rule->realm.value : 0;

	return realm >= REALM_FIRST && realm <= REALM_LAST ? realm : 0;
}

static void rule_got(struct message *message, void *record)
{
	struct rule *rule = record;

	/* The kernel does not tell a preference of 0; a request without one leaves it to the
	 * kernel. */
	if (!(message->header->nlmsg_flags & NLM_F_REQUEST))
		rule->preference.given = true;
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
	.got = rule_got,
};
