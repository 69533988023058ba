/* The rows of a route, in the order in which `ip route` lists them. */
#include "model/route.h"

#include <stddef.h>
#include <sys/socket.h>

#include <linux/icmpv6.h>
#include <linux/rtnetlink.h>

#include "kind/class.h"
#include "kind/option.h"
#include "kind/realm.h"
#include "kind/told.h"
#include "model/nexthop.h"

/* In the order in which `ip` tries abbreviations. */
static const struct choice types[] = {
	{"local", NULL, RTN_LOCAL, true},
	{NULL, "nat", RTN_NAT, true},
	{"broadcast", NULL, RTN_BROADCAST, false},
	{NULL, "brd", RTN_BROADCAST, true},
	{"anycast", NULL, RTN_ANYCAST, false},
	{"multicast", NULL, RTN_MULTICAST, false},
	{"prohibit", NULL, RTN_PROHIBIT, false},
	{"reject", "unreachable", RTN_UNREACHABLE, false},
	{"drop", "blackhole", RTN_BLACKHOLE, false},
	{NULL, "xresolve", RTN_XRESOLVE, false},
	{"unicast", NULL, RTN_UNICAST, false},
	{"throw", NULL, RTN_THROW, true},
	{NULL, NULL, 0, false},
};

static const enum name_set protocols = NAMES_PROTOCOLS;
static const enum name_set scopes = NAMES_SCOPES;
static const struct range byte_range = {0, 255};
static const struct range switch_range = {0, 1};

/* RFC 4191, section 2.1 */
static const struct choice preferences[] = {
	{"low", NULL, ICMPV6_ROUTER_PREF_LOW, true},
	{"medium", NULL, ICMPV6_ROUTER_PREF_MEDIUM, true},
	{"high", NULL, ICMPV6_ROUTER_PREF_HIGH, true},
	{NULL, NULL, 0, false},
};

static const uint16_t padding[] = {RTA_PAD, 0};
static const enum cacheinfo_form number_form = CACHEINFO_NUMBER;
static const enum cacheinfo_form error_form = CACHEINFO_ERROR;
static const enum cacheinfo_form ticks_form = CACHEINFO_TICKS;
static const enum cacheinfo_form seconds_form = CACHEINFO_SECONDS;
static const enum cacheinfo_form four_form = CACHEINFO_FOUR;
static const enum cacheinfo_form hex_form = CACHEINFO_HEX;

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
	if (route->cached.given && view->dialect == DIALECT_IP)
		return false;
	if (view->dialect == DIALECT_OWN && route->nat.given && !view->details)
		return false;
	return route->protocol.given && (view->details || route->protocol.value != RTPROT_BOOT);
}

static bool shows_scope(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;
	uint8_t usual =
		view->dialect == DIALECT_OWN ? route_default_scope(route) : RT_SCOPE_UNIVERSE;

	(void)field;
	if (route->cached.given && view->dialect == DIALECT_IP)
		return false;
	return route->scope.given && (view->details || route->scope.value != usual);
}

/* What the kernel tells of the moment is of no use to a restore. */
static bool shows_state(const struct field *field, const void *record, const struct view *view)
{
	return !view->complete && field_given(field, record);
}

static bool shows_statistics(const struct field *field, const void *record, const struct view *view)
{
	return view->statistics && shows_state(field, record, view);
}

/* Every answer of `get` has a user, and is from the cache; the error of a route that rejects says
 * only what its type says. */
static bool shows_details(const struct field *field, const void *record, const struct view *view)
{
	return (view->details || view->dialect == DIALECT_IP) && shows_state(field, record, view);
}

static bool shows_cached(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	return (view->dialect == DIALECT_OWN || route->family == AF_INET) &&
	       shows_details(field, record, view);
}

/* All ones is the kernel's word for none. */
static bool shows_hoplimit(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	(void)view;
	return route->hoplimit.given && route->hoplimit.value != UINT32_MAX;
}

static bool shows_preference(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	return route->preference.given &&
	       (view->dialect == DIALECT_IP || view->details || route->preference.value);
}

/* The kernel tells of a nexthop object also what is in it, but takes only its number. */
static bool sends_way(const struct field *field, const void *record)
{
	const struct route *route = record;

	(void)field;
	return !route->told || !route->nexthop_id.given;
}

/* An object of the tool's own is an inner matter, as a private class is. */
static bool has_private_object(const struct route *route)
{
	return route->nexthop_id.given && route->nexthop_id.value >= NEXTHOP_PRIVATE &&
	       route->gateway.given && route->device.given;
}

static bool shows_object(const struct field *field, const void *record, const struct view *view)
{
	const struct route *route = record;

	(void)field;
	return route->nexthop_id.given &&
	       (!route->told || !has_private_object(route) || view->dialect == DIALECT_IP ||
		       (view->details && !view->complete));
}

static bool shows_way(const struct field *field, const void *record, const struct view *view)
{
	if (!field_given(field, record))
		return false;
	return sends_way(field, record) || has_private_object(record) ||
	       view->dialect == DIALECT_IP || view->columns || (view->details && !view->complete);
}

#define AT(member)     .offset = offsetof(struct route, member)
#define HEADER(member) .header = offsetof(struct rtmsg, member)
#define METRIC(number) .nest = RTA_METRICS, .attribute = (number), .ip_group = "metrics"
#define STATE(name, bit)                                                                       \
	{                                                                                      \
		.word = #name, .kind = &kind_flag, AT(name), HEADER(rtm_flags), .bits = (bit), \
		.ip_group = "flags", .flags = FIELD_READ_ONLY, .shown = shows_state            \
	}
#define CACHEINFO(name, member, part, form, when)                                                \
	{                                                                                        \
		.word = (name), .kind = &kind_cacheinfo, AT(member), .attribute = RTA_CACHEINFO, \
		.bits = offsetof(struct rta_cacheinfo, part), .extra = (form),                   \
		.flags = FIELD_READ_ONLY, .shown = (when)                                        \
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
	{.word = "from",
		.kind = &kind_prefix,
		AT(from),
		.attribute = RTA_SRC,
		HEADER(rtm_src_len),
		.flags = FIELD_KEY,
		.vanishes = VANISHES_INET,
		.help = "IPv6: serves packets from these sources only",
		.blame = "source address|src",
		.sample = "from 2001:db8:1::/48"},
	{.word = "nhid",
		.kind = &kind_number,
		AT(nexthop_id),
		.attribute = RTA_NH_ID,
		.shown = shows_object,
		.flags = FIELD_INFO,
		.help = "the nexthop object of this number (`ip nexthop`) instead of gw and dev",
		.blame = "nexthop id|nexthop does not exist|nexthop object",
		.sample = "nhid 7"},
	{.word = "as",
		.ip_key = "to",
		.kind = &kind_new_destination,
		AT(new_destination),
		.attribute = RTA_NEWDST,
		.flags = FIELD_INFO,
		.vanishes = VANISHES_INET | VANISHES_INET6,
		.help = "the destination is rewritten so; no kernel does that but for MPLS",
		.blame = "new destination",
		.sample = "as 10.9.0.1"},
	{.word = "encap",
		.kind = &kind_encap,
		AT(encap),
		.attribute = RTA_ENCAP,
		.also = RTA_ENCAP_TYPE,
		.sent = sends_way,
		.shown = shows_way,
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
	{.word = "mark",
		.kind = &kind_packet_mark,
		AT(mark),
		.attribute = RTA_MARK,
		.flags = FIELD_READ_ONLY,
		.shown = shows_state,
		.help = "of the packet asked for; a rule selects by it: addrule fwmark MARK"},
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
	{.word = "uid",
		.kind = &kind_number,
		AT(user),
		.attribute = RTA_UID,
		.flags = FIELD_READ_ONLY,
		.shown = shows_details,
		.help = "of the sender asked for; a rule selects by it: addrule uidrange A-B"},
	{.word = "cache",
		.kind = &kind_cached,
		AT(cached),
		HEADER(rtm_flags),
		.bits = RTM_F_CLONED,
		.flags = FIELD_READ_ONLY,
		.shown = shows_cached},
	{.word = "expires",
		.kind = &kind_expires,
		AT(expires),
		.attribute = RTA_EXPIRES,
		.also = RTA_CACHEINFO,
		.flags = FIELD_INFO,
		.vanishes = VANISHES_INET,
		.help = "IPv6: it goes away after so many seconds",
		.blame = "expires",
		.sample = "expires 30s"},
	CACHEINFO("error", failure, rta_error, &error_form, shows_details),
	CACHEINFO("users", users, rta_clntref, &number_form, shows_statistics),
	CACHEINFO("used", used, rta_used, &number_form, shows_statistics),
	CACHEINFO("age", age, rta_lastuse, &ticks_form, shows_statistics),
	CACHEINFO("ipid", ipid, rta_id, &four_form, shows_state),
	CACHEINFO("ts", timestamp, rta_ts, &hex_form, shows_state),
	CACHEINFO("tsage", timestamp_age, rta_tsage, &seconds_form, shows_state),
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
		.shown = shows_hoplimit,
		.help = "hop limit (TTL) of our own packets",
		.sample = "hoplimit 32"},
	{.word = "initcwnd",
		.kind = &kind_metric,
		AT(initcwnd),
		METRIC(RTAX_INITCWND),
		.flags = FIELD_INFO,
		.help = "initial congestion window, in segments",
		.sample = "initcwnd 20"},
	{.word = "features",
		.kind = &kind_features,
		AT(features),
		METRIC(RTAX_FEATURES),
		.flags = FIELD_INFO,
		.help = "what TCP may use towards there",
		.blame = "features",
		.sample = "features ecn tcp_usec_ts"},
	{.word = "rto_min",
		.kind = &kind_time,
		AT(rto_min),
		METRIC(RTAX_RTO_MIN),
		.bits = 1,
		.flags = FIELD_INFO,
		.help = "least retransmission time-out; always locked, or it has no effect",
		.sample = "rto_min lock 5ms"},
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
	{.word = "congctl",
		.ip_key = "congestion",
		.kind = &kind_congestion,
		AT(congestion),
		METRIC(RTAX_CC_ALGO),
		.flags = FIELD_INFO,
		.help = "TCP congestion control algorithm",
		.blame = "congestion",
		.sample = "congctl cubic"},
	{.word = "fastopen_no_cookie",
		.kind = &kind_metric,
		AT(fastopen_no_cookie),
		METRIC(RTAX_FASTOPEN_NO_COOKIE),
		.flags = FIELD_INFO,
		.extra = &switch_range,
		.help = "1: TCP Fast Open without a cookie",
		.sample = "fastopen_no_cookie 1"},
	{.word = "metric-attr",
		.kind = &kind_nest_attributes,
		AT(other_metrics),
		METRIC(0),
		.bits = RTAX_FASTOPEN_NO_COOKIE,
		.flags = FIELD_INFO | FIELD_OWN,
		.vanishes = VANISHES_ANY,
		.help = "a metric that has no word here, as bytes",
		.blame = "Invalid metric type",
		.sample = "metric-attr 63=0x01000000"},
	{.word = "iif",
		.kind = &kind_device,
		AT(input),
		.attribute = RTA_IIF,
		.flags = FIELD_READ_ONLY,
		.shown = shows_state,
		.help = "the device that the packet came in by; a rule selects by it: addrule dev "
			"DEV"},
	{.word = "pref",
		.kind = &kind_option,
		AT(preference),
		.attribute = RTA_PREF,
		.vanishes = VANISHES_INET,
		.extra = preferences,
		.shown = shows_preference,
		.help = "IPv6: of routers that are as good otherwise, which; medium if not given",
		.blame = "preference",
		.sample = "pref low"},
	{.word = "ttl-propagate",
		.ip_key = "ttl-propogate",
		.kind = &kind_switch,
		AT(ttl_propagate),
		.attribute = RTA_TTL_PROPAGATE,
		.vanishes = VANISHES_INET | VANISHES_INET6,
		.help = "MPLS: is the TTL of the label that of the packet inside?",
		.blame = "ttl",
		.sample = "ttl-propagate disabled"},
	{.word = "attr",
		.kind = &kind_attributes,
		AT(others),
		.flags = FIELD_INFO | FIELD_OWN,
		.vanishes = VANISHES_ANY,
		.extra = padding,
		.help = "an attribute that has no word here, as bytes",
		.sample = "attr 99=0x0a000001"},
	{.word = "nh_info",
		.kind = &kind_beside,
		AT(nexthop_info),
		.flags = FIELD_IP | FIELD_READ_ONLY},
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

const struct object route_object = {
	.name = "route",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct route),
	.header_size = sizeof(struct rtmsg),
	.type_new = RTM_NEWROUTE,
	.type_del = RTM_DELROUTE,
	.type_get = RTM_GETROUTE,
	.finish = route_finish,
	.got = route_got,
};
