/* The rows of a route, in the order in which `ip route` lists them, and what follows from them. */
#include "model/route.h"

#include <stddef.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/words.h"
#include "kind/class.h"
#include "kind/realm.h"
#include "model/binding.h"
#include "model/nexthop.h"

/* In the order in which `ip` tries abbreviations. */
static const struct choice types[] = {
	{"local", NULL, RTN_LOCAL, true},
	{"broadcast", NULL, RTN_BROADCAST, false},
	{"anycast", NULL, RTN_ANYCAST, false},
	{"multicast", NULL, RTN_MULTICAST, false},
	{"prohibit", NULL, RTN_PROHIBIT, false},
	{"reject", "unreachable", RTN_UNREACHABLE, false},
	{"drop", "blackhole", RTN_BLACKHOLE, false},
	{"unicast", NULL, RTN_UNICAST, false},
	{"throw", NULL, RTN_THROW, true},
	{NULL, NULL, 0, false},
};

static const enum name_set protocols = NAMES_PROTOCOLS;
static const enum name_set scopes = NAMES_SCOPES;
enum { LOOPBACK = 1 }; /* the number of lo in every network namespace */

static const struct range byte_range = {0, 255};
static const struct range switch_range = {0, 1};

/* Does it say where its packets go next, but for the device? */
static bool has_router(const struct route *route)
{
	return route->gateway.given || route->nexthops.given || route->nexthop_id.given;
}

/* The scope that the kernel wants of a route whose words name none (fib_check_nh() in net/ipv4). */
static uint8_t default_scope(const struct route *route)
{
	if (route->family == AF_INET6)
		return RT_SCOPE_UNIVERSE;
	switch (route->type.value) {
	case RTN_LOCAL:
	case RTN_NAT:
		return RT_SCOPE_HOST;
	case RTN_BROADCAST:
	case RTN_MULTICAST:
	case RTN_ANYCAST:
		return RT_SCOPE_LINK;
	case RTN_UNICAST:
		return has_router(route) ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
	default:
		return RT_SCOPE_UNIVERSE;
	}
}

static bool shows_type(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	/* To the kernel a NAT route is a local one. */
	if (view->dialect == DIALECT_OWN && route->nat.given)
		return false;
	return route->type.given &&
	       (route->type.value != RTN_UNICAST || (view->dialect == DIALECT_IP && view->details));
}

static bool shows_class(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	return route->class.given &&
	       (view->dialect == DIALECT_OWN || view->details || route->class.value != CLASS_MAIN);
}

/* The metric of a rule's own route is an inner matter, like its class: see own_assign(). */
static bool shows_metric(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	if (!route->metric.given || view->dialect == DIALECT_IP || view->details)
		return route->metric.given;
	return route->class.value < CLASS_PRIVATE || route->metric.value != route->class.value;
}

static bool shows_protocol(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	if (view->dialect == DIALECT_OWN && route->nat.given && !view->details)
		return false;
	return route->protocol.given && (view->details || route->protocol.value != RTPROT_BOOT);
}

static bool shows_scope(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;
	uint8_t usual = view->dialect == DIALECT_OWN ? default_scope(route) : RT_SCOPE_UNIVERSE;

	(void)field;
	return route->scope.given && (view->details || route->scope.value != usual);
}

/* What the kernel tells of the moment is of no use to a restore. */
static bool shows_state(const struct field *field, const void *record, const struct view *view)
{
	return !view->complete && field_given(field, record);
}

/* The kernel tells of a nexthop object also what is in it, but takes only its number. */
static bool sends_way(const struct field *field, const void *record)
{
	const struct route *route = record;

	(void)field;
	return !route->told || !route->nexthop_id.given;
}

static bool shows_way(const struct field *field, const void *record, const struct view *view)
{
	if (!field_given(field, record))
		return false;
	return sends_way(field, record) || view->dialect == DIALECT_IP || view->columns ||
	       (view->details && !view->complete);
}

#define AT(member)     .offset = offsetof(struct route, member)
#define HEADER(member) .header = offsetof(struct rtmsg, member)
#define METRIC(number) .nest = RTA_METRICS, .attribute = (number), .ip_group = "metrics"
#define STATE(name, bit)                                                                       \
	{                                                                                      \
		.word = #name, .kind = &kind_flag, AT(name), HEADER(rtm_flags), .bits = (bit), \
		.ip_group = "flags", .flags = FIELD_READ_ONLY, .shown = shows_state            \
	}

static const struct field rows[] = {
	{.word = "type",
		.kind = &kind_choice,
		AT(type),
		HEADER(rtm_type),
		.flags = FIELD_BARE | FIELD_INFO,
		.extra = types,
		.shown = shows_type,
		.help = "what happens to a packet that the route matches; unicast: it is routed",
		.blame = "route type|Invalid rtm_type",
		.sample = "reject"},
	{.word = "dst",
		.ip_word = "to",
		.ip_key = "dst",
		.kind = &kind_prefix,
		AT(destination),
		.attribute = RTA_DST,
		HEADER(rtm_dst_len),
		.flags = FIELD_POSITIONAL | FIELD_KEY,
		.help = "the destination, or default",
		.blame = "prefix length|Invalid prefix|EEXIST|ESRCH|ENOENT|no match found",
		.sample = "10.0.0.0/8"},
	{.word = "nhid",
		.kind = &kind_number,
		AT(nexthop_id),
		.attribute = RTA_NH_ID,
		.flags = FIELD_INFO,
		.help = "the nexthop object of this number (`ip nexthop`) instead of gw and dev",
		.blame = "nexthop id|nexthop does not exist|nexthop object",
		.sample = "nhid 7"},
	{.word = "encap",
		.kind = &kind_encap,
		AT(encap),
		.attribute = RTA_ENCAP,
		.flags = FIELD_INFO | FIELD_LAST,
		.help = "put each packet into another, or labels in front of it (`iproute help "
			"encap`)",
		.blame = "encap|lwt|Flavor|VRF|MPLS|label|segment",
		.sample = "encap ip id 100 dst 192.0.2.9"},
	{.word = "tos",
		.synonyms = "dsfield",
		.kind = &kind_tos,
		AT(tos),
		HEADER(rtm_tos),
		.flags = FIELD_KEY,
		.help = "type of service, hexadecimal: an exact match goes before none",
		.blame = "tos|dsfield",
		.sample = "tos 0x10"},
	{.word = "gw",
		.synonyms = "via",
		.ip_word = "via",
		.ip_key = "gateway",
		.kind = &kind_gateway,
		AT(gateway),
		.attribute = RTA_GATEWAY,
		.also = RTA_VIA,
		.sent = sends_way,
		.shown = shows_way,
		.flags = FIELD_INFO,
		.help = "the next router",
		.blame = "gateway|Egress device not specified|ENETUNREACH|EHOSTUNREACH|Network is "
			 "unreachable|No route to host",
		.sample = "gw 192.0.2.1"},
	{.word = "dev",
		.synonyms = "oif",
		.kind = &kind_device,
		AT(device),
		.attribute = RTA_OIF,
		.sent = sends_way,
		.shown = shows_way,
		.flags = FIELD_INFO,
		.help = "the output device",
		.blame = "device|ENODEV|ENETDOWN|No such device|Network is down",
		.sample = "dev eth0"},
	{.word = "class",
		.synonyms = "table",
		.ip_word = "table",
		.kind = &kind_class,
		AT(class),
		.attribute = RTA_TABLE,
		HEADER(rtm_table),
		.flags = FIELD_KEY,
		.shown = shows_class,
		.help = "the class (routing table) it is put in; main if not given",
		.blame = "table",
		.sample = "class 250"},
	{.word = "vrf", .kind = &kind_vrf, AT(class), .help = "the class of this VRF"},
	{.word = "proto",
		.synonyms = "protocol",
		.ip_key = "protocol",
		.kind = &kind_name,
		AT(protocol),
		HEADER(rtm_protocol),
		.flags = FIELD_INFO,
		.extra = &protocols,
		.shown = shows_protocol,
		.help = "who put it there; boot if not given",
		.sample = "proto static"},
	{.word = "scope",
		.kind = &kind_name,
		AT(scope),
		HEADER(rtm_scope),
		.flags = FIELD_INFO,
		.vanishes = VANISHES_INET6,
		.extra = &scopes,
		.shown = shows_scope,
		.help = "how far the destination is: global, site, link, host",
		.blame = "scope",
		.sample = "scope site"},
	{.word = "src",
		.ip_key = "prefsrc",
		.kind = &kind_address,
		AT(source),
		.attribute = RTA_PREFSRC,
		.flags = FIELD_INFO,
		.help = "the source address that our own packets take",
		.blame = "prefsrc|source address",
		.sample = "src 192.0.2.2"},
	{.word = "metric",
		.synonyms = "priority preference",
		.kind = &kind_number,
		AT(metric),
		.attribute = RTA_PRIORITY,
		.flags = FIELD_INFO | FIELD_KEY,
		.shown = shows_metric,
		.help = "of routes with the same destination and tos the lowest goes first",
		.blame = "metric|priority",
		.sample = "metric 5"},
	STATE(dead, RTNH_F_DEAD),
	{.word = "onlink",
		.ip_group = "flags",
		.kind = &kind_flag,
		AT(onlink),
		HEADER(rtm_flags),
		.bits = RTNH_F_ONLINK,
		.flags = FIELD_INFO,
		.help = "the gateway is on the link, whatever the addresses say",
		.blame = "onlink",
		.sample = "onlink"},
	STATE(pervasive, RTNH_F_PERVASIVE),
	STATE(offload, RTNH_F_OFFLOAD),
	STATE(trap, RTNH_F_TRAP),
	STATE(notify, RTM_F_NOTIFY),
	STATE(linkdown, RTNH_F_LINKDOWN),
	STATE(unresolved, RTNH_F_UNRESOLVED),
	STATE(rt_offload, RTM_F_OFFLOAD),
	STATE(rt_trap, RTM_F_TRAP),
	STATE(rt_offload_failed, RTM_F_OFFLOAD_FAILED),
	{.word = "realm",
		.synonyms = "realms",
		.ip_key = "flow",
		.kind = &kind_realm,
		AT(realm),
		.attribute = RTA_FLOW,
		.flags = FIELD_INFO,
		/* Of IPv4, beside nhid. */
		.vanishes = VANISHES_INET | VANISHES_INET6,
		.help = "where its packets come from and go to, for traffic control",
		.blame = "realm|Invalid RTA_FLOW",
		.sample = "realm 5"},
	{.word = "lock", .kind = &kind_lock, AT(lock), METRIC(RTAX_LOCK)},
	{.word = "mtu",
		.kind = &kind_metric,
		AT(mtu),
		METRIC(RTAX_MTU),
		.flags = FIELD_INFO,
		.help = "largest packet, in bytes; lock: path MTU discovery does not change it",
		.blame = "mtu",
		.sample = "mtu 1400"},
	{.word = "window",
		.kind = &kind_metric,
		AT(window),
		METRIC(RTAX_WINDOW),
		.flags = FIELD_INFO,
		.help = "largest TCP window to offer, in bytes",
		.sample = "window 16384"},
	{.word = "irtt",
		.synonyms = "rtt",
		.ip_word = "rtt",
		.kind = &kind_time,
		AT(rtt),
		METRIC(RTAX_RTT),
		.bits = 8,
		.flags = FIELD_INFO,
		.help = "round trip time that TCP starts from",
		.sample = "irtt 100ms"},
	{.word = "rttvar",
		.kind = &kind_time,
		AT(rttvar),
		METRIC(RTAX_RTTVAR),
		.bits = 4,
		.flags = FIELD_INFO,
		.help = "its variance",
		.sample = "rttvar 50ms"},
	{.word = "ssthresh",
		.kind = &kind_metric,
		AT(ssthresh),
		METRIC(RTAX_SSTHRESH),
		.flags = FIELD_INFO,
		.help = "TCP slow start threshold, in segments",
		.sample = "ssthresh 64"},
	{.word = "cwnd",
		.kind = &kind_metric,
		AT(cwnd),
		METRIC(RTAX_CWND),
		.flags = FIELD_INFO,
		.help = "clamp of the congestion window, in segments",
		.sample = "cwnd 64"},
	{.word = "advmss",
		.kind = &kind_metric,
		AT(advmss),
		METRIC(RTAX_ADVMSS),
		.flags = FIELD_INFO,
		.help = "segment size to advertise, in bytes",
		.sample = "advmss 1400"},
	{.word = "reordering",
		.kind = &kind_metric,
		AT(reordering),
		METRIC(RTAX_REORDERING),
		.flags = FIELD_INFO,
		.help = "packets that may overtake one another",
		.sample = "reordering 5"},
	{.word = "hoplimit",
		.kind = &kind_metric,
		AT(hoplimit),
		METRIC(RTAX_HOPLIMIT),
		.flags = FIELD_INFO,
		.extra = &byte_range,
		.help = "hop limit (TTL) of our own packets",
		.sample = "hoplimit 32"},
	{.word = "initcwnd",
		.kind = &kind_metric,
		AT(initcwnd),
		METRIC(RTAX_INITCWND),
		.flags = FIELD_INFO,
		.help = "initial congestion window, in segments",
		.sample = "initcwnd 20"},
	{.word = "rto_min",
		.kind = &kind_time,
		AT(rto_min),
		METRIC(RTAX_RTO_MIN),
		.bits = 1,
		.flags = FIELD_INFO,
		.help = "least retransmission time-out",
		.sample = "rto_min 5ms"},
	{.word = "initrwnd",
		.kind = &kind_metric,
		AT(initrwnd),
		METRIC(RTAX_INITRWND),
		.flags = FIELD_INFO,
		.help = "initial receive window, in segments",
		.sample = "initrwnd 20"},
	{.word = "quickack",
		.kind = &kind_metric,
		AT(quickack),
		METRIC(RTAX_QUICKACK),
		.flags = FIELD_INFO,
		.extra = &switch_range,
		.help = "1: acknowledge at once",
		.sample = "quickack 1"},
	{.word = "nexthop",
		.ip_key = "nexthops",
		.kind = &kind_nexthops,
		AT(nexthops),
		.attribute = RTA_MULTIPATH,
		.sent = sends_way,
		.shown = shows_way,
		.flags = FIELD_INFO | FIELD_LAST,
		.extra = &nexthop_object,
		.help = "one of several ways, in the words gw, dev, weight, onlink, realm, encap; "
			"again for the next one",
		.blame = "nexthop|gateway|multipath|Device only routes|ENODEV|ENETUNREACH|"
			 "EHOSTUNREACH",
		.sample = "nexthop gw 192.0.2.1 dev eth0 weight 2"},
	{.word = "static",
		.flags = FIELD_SHORTHAND | FIELD_INFO,
		.extra = "proto static",
		.help = "the same as proto static"},
	{.word = "interface",
		.flags = FIELD_SHORTHAND | FIELD_INFO,
		.extra = "scope link",
		.help = "on the link itself: the same as scope link"},
	{.word = "nopmtudisc",
		.flags = FIELD_SHORTHAND | FIELD_INFO,
		.extra = "mtu lock 0",
		.help = "no path MTU discovery: packets may be fragmented on their way"},
	{.word = "noforward",
		.flags = FIELD_SHORTHAND | FIELD_INFO | FIELD_OWN,
		.help = "today's kernel has no such flag; a rule does it: addrule dev DEV to "
			"PREFIX prohibit"},
	{.word = "nat",
		.kind = &kind_prefix_apart,
		AT(nat),
		.flags = FIELD_OWN,
		.help = "a NAT route: the destination becomes the same host of this network",
		.sample = "nat 11.0.0.0/8"},
	{.word = "nft",
		.kind = &kind_part,
		AT(part),
		.flags = FIELD_READ_ONLY | FIELD_OWN,
		.shown = shows_state},
};

/* The document's fib_model: where a route goes whose words name no class. */
static uint32_t default_class(const struct parser *parser, const struct route *route)
{
	uint8_t type = route->type.value;

	if (type == RTN_LOCAL || type == RTN_BROADCAST || type == RTN_ANYCAST || type == RTN_NAT)
		return CLASS_LOCAL;
	if (!has_router(route))
		return CLASS_MAIN;
	if (parser->fib_model == 2 || (parser->fib_model == 1 && !route->destination.length))
		return CLASS_DEFAULT;
	return CLASS_MAIN;
}

static int check_complete(
	const struct parser *parser, const struct route *route, struct error *error)
{
	bool routed = route->type.value == RTN_UNICAST;

	if (!route->destination.given) {
		error_at(error, parser->words, parser->words->count, "which destination?");
		return error_hint(error, "PREFIX, NET mask MASK, or default");
	}
	if (routed && !has_router(route) && !route->device.given) {
		error_at(error, parser->words, parser->words->count, "the route leads nowhere");
		return error_hint(
			error, "add gw ADDR or dev DEV, or one of reject, drop, prohibit, throw");
	}
	return 0;
}

/*
 * A NAT route: nftables translates; to the kernel it is a local route, so that it answers for these
 * addresses on their link.
 */
static int finish_nat(const struct parser *parser, struct route *route, const struct origin *origin,
	struct error *error)
{
	const struct field *field = object_field(&route_object, "nat");
	int word = origin ? origin->value[field - route_object.fields] : -1;

	if ((route->type.given && route->type.value != RTN_LOCAL) || has_router(route) ||
		route->protocol.given ||
		(route->class.given && route->class.value != CLASS_LOCAL)) {
		error_at(error, parser->words, word,
			"a NAT route has a destination and NET, and is in class local");
		return error_hint(error, "no gateway, type, proto or other class");
	}
	if (net_fit(&route->nat, &route->destination)) {
		error_at(error, parser->words, word,
			"nat takes a network as large as the destination");
		return error_hint(error, "as in 198.18.1.0/24 nat 10.1.0.0/24");
	}
	route->type = (struct byte){true, RTN_LOCAL};
	route->protocol = (struct byte){true, PROTOCOL_TRANSLATED};
	if (!route->device.given)
		route->device = (struct device){true, LOOPBACK};
	return 0;
}

/* What the nexthops could not know before the whole line was read. */
static void finish_nexthops(struct route *route, bool del)
{
	gateway_finish(&route->gateway, route->family);
	route->nexthops.selects |= del;
	for (struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		struct nexthop *nexthop = item->record;

		nexthop->family = route->family;
		if (!del && !nexthop->weight.given)
			nexthop->weight = (struct number){true, 1};
		gateway_finish(&nexthop->gateway, route->family);
	}
}

/* What `ip` says of a route that it wants deleted: a class, and any scope but for some types. */
static void finish_ip_delete(const struct parser *parser, struct route *route)
{
	uint8_t type = route->type.value;
	bool local = type == RTN_LOCAL || type == RTN_NAT;
	bool link = type == RTN_BROADCAST || type == RTN_MULTICAST || type == RTN_ANYCAST;
	uint8_t any = route->family == AF_INET6 ? RT_SCOPE_UNIVERSE : RT_SCOPE_NOWHERE;

	if (!route->class.given)
		route->class = (struct number){true, default_class(parser, route)};
	if (!route->scope.given && route->family == AF_INET && (local || link))
		route->scope = (struct byte){true, local ? RT_SCOPE_HOST : RT_SCOPE_LINK};
	else if (!route->scope.given)
		route->scope = (struct byte){true, any};
	metrics_lock(&route_object, route);
}

static int finish_route(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	struct route *route = record;

	route->family = parser->family ? parser->family : AF_INET;
	route->destination.family = route->family;
	finish_nexthops(route, del);
	if (del && parser->dialect == DIALECT_IP)
		finish_ip_delete(parser, route);
	if (del)
		return 0;
	if (route->nat.given && finish_nat(parser, route, origin, error))
		return -1;
	if (!route->type.given)
		route->type = (struct byte){true, RTN_UNICAST};
	if (!route->class.given)
		route->class = (struct number){true, default_class(parser, route)};
	if (!route->protocol.given)
		route->protocol = (struct byte){true, RTPROT_BOOT};
	if (!route->scope.given)
		route->scope = (struct byte){true, default_scope(route)};
	metrics_lock(&route_object, route);
	return parser->dialect == DIALECT_OWN ? check_complete(parser, route, error) : 0;
}

bool route_translates(const struct route *route)
{
	return route->nat.given ||
	       (route->protocol.given && route->protocol.value == PROTOCOL_TRANSLATED);
}

static void route_got(struct message *message, void *record)
{
	struct route *route = record;

	(void)message;
	route->told = true;
	route->destination.given = true;
	if (route->lock.given)
		metrics_unlock(&route_object, route);
}

const struct object route_object = {
	.name = "route",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct route),
	.header_size = sizeof(struct rtmsg),
	.type_new = RTM_NEWROUTE,
	.type_del = RTM_DELROUTE,
	.type_get = RTM_GETROUTE,
	.finish = finish_route,
	.got = route_got,
};
