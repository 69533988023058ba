/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completes a route from its words: sets defaults and the class, refuses contradictions. The rows
 * are in route_rows.c. */
#include "model/route.h"

#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "kind/metric_lock.h"
#include "model/binding.h"
#include "model/nexthop.h"

enum { LOOPBACK = 1 }; /* the index of lo in every network namespace */

/* Returns true if the route gives a next hop other than by its device alone. */
static bool has_router(const struct route *route)
{
	return route->gateway.given || route->nexthops.given || route->nexthop_id.given;
}

/* Returns true if the route itself has words that belong to its nexthops. */
static bool has_way(const struct route *route)
{
	return route->gateway.given || route->device.given || route->encap.given ||
	       route->onlink.given || route->nexthop_id.given;
}

void route_settle_metric(struct route *route)
{
	enum { METRIC_USER = 1024 };

	if (route->family == AF_INET6 && !route->metric.value)
		route->metric = (struct number){true, METRIC_USER};
}

/* The kernel requires these scopes: fib_check_nh() in net/ipv4. */
uint8_t route_default_scope(const struct route *route)
{
	if (route->family != AF_INET)
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

uint32_t route_default_class(const struct route *route, int fib_model)
{
	uint8_t type = route->type.value;

	if (type == RTN_LOCAL || type == RTN_BROADCAST || type == RTN_ANYCAST || type == RTN_NAT ||
		route->nat.given || route->service.given)
		return CLASS_LOCAL;
	/* IPv6 has no rule that looks up class 253. */
	if (!has_router(route) || route->family == AF_INET6)
		return CLASS_MAIN;
	if (fib_model == 2 || (fib_model == 1 && !route->destination.length))
		return CLASS_DEFAULT;
	return CLASS_MAIN;
}

/* IPv4 routes can't match the source; the hint suggests a rule. */
static int check_from(const struct parser *parser, const struct route *route,
	const struct origin *origin, struct error *error)
{
	if (!route->from.given || route->family == AF_INET6)
		return 0;
	error_at(error, parser->words, origin_word(origin, "from"),
		"only IPv6 routes can match the source");
	return error_hint(error, "use a rule: addrule from PREFIX class CLASS");
}

/* fib_table_lookup() in net/ipv4 compares only the IPTOS_RT_MASK bits of a packet's tos. The kernel
 * itself refuses ECN bits. */
static int check_tos(const struct parser *parser, const struct route *route,
	const struct origin *origin, struct error *error)
{
	enum { IPTOS_RT = 0x1c, IPTOS_ECN = 0x03 };
	uint8_t tos = route->tos.given ? route->tos.value : 0;

	if (route->family != AF_INET || parser->listed || !(tos & ~IPTOS_RT) || tos & IPTOS_ECN)
		return 0;
	error_at(error, parser->words, origin_value(origin, "tos"),
		"an IPv4 route matches no tos above 0x1c");
	return error_hint(
		error, "a rule matches the code point: addrule dscp %u class CLASS", tos >> 2);
}

static int check_complete(
	const struct parser *parser, const struct route *route, struct error *error)
{
	bool routed = route->type.value == RTN_UNICAST;

	if (!route->destination.given) {
		error_at(error, parser->words, parser->words->count, "the destination is missing");
		return error_hint(error, "PREFIX, NET mask MASK, or default");
	}
	if (routed && !has_router(route) && !route->device.given) {
		error_at(error, parser->words, parser->words->count, "the route leads nowhere");
		return error_hint(
			error, "add gw ADDR or dev DEV, or one of reject, drop, prohibit, throw");
	}
	return 0;
}

/* As the kernel does (rtm_to_fib_config(), rtm_to_fib6_config()), which refuses it only when it is
 * sent. */
static int check_object(const struct parser *parser, const struct route *route,
	const struct origin *origin, struct error *error)
{
	if (!route->nexthop_id.given || (!route->gateway.given && !route->device.given &&
						!route->encap.given && !route->nexthops.given))
		return 0;
	error_at(error, parser->words, origin ? origin_value(origin, "nhid") : -1,
		"a route uses a nexthop object or has nexthops of its own");
	return error_hint(error, "without nhid, or without gw, dev, encap and nexthop");
}

static int finish_service(const struct parser *parser, struct route *route,
	const struct origin *origin, struct error *error)
{
	const struct field *field = object_field(&route_object, "ipproto");
	int word = origin ? origin->word[field - route_object.fields] : -1;
	bool whole =
		route->nat.given && route->destination.length == address_size(route->family) * 8;

	if (!whole) {
		error_at(error, parser->words, word,
			"ports are forwarded from one address to one: nat ADDR");
		return error_hint(error, "as in 192.0.2.1 nat 10.1.0.10 ipproto tcp dport 8080");
	}
	if (route->metric.given)
		return error_at(error, parser->words, word,
			"a NAT route for ports chooses its metric itself");
	route->metric = (struct number){true,
		METRIC_SERVICE | (uint32_t)route->service.protocol << 16 | route->service.first};
	return 0;
}

/* nftables keeps the protocol of the owner. */
static void hide_owner(struct route *route)
{
	if (route->protocol.given && route->protocol.value != PROTOCOL_TRANSLATED)
		route->owner = (struct byte){true, route->protocol.value};
	route->protocol = (struct byte){true, PROTOCOL_TRANSLATED};
}

/* Completes a NAT route, which nftables translates. For the kernel it is a local route, so that the
 * host answers ARP for its addresses. */
static int finish_nat(const struct parser *parser, struct route *route, const struct origin *origin,
	struct error *error)
{
	int word = origin_value(origin, "nat");

	if ((route->type.given && route->type.value != RTN_LOCAL) || has_router(route) ||
		(route->protocol.given && route->protocol.value <= RTPROT_STATIC) ||
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
	if (route->service.given && finish_service(parser, route, origin, error))
		return -1;
	route->type = (struct byte){true, RTN_LOCAL};
	hide_owner(route);
	if (!route->device.given)
		route->device = (struct device){true, LOOPBACK};
	return 0;
}

/* The kernel turns a single nexthop into a plain route. Does the same, so that the route is found
 * again. */
static void collapse_nexthop(struct route *route)
{
	const struct nexthops_item *only = route->nexthops.first;
	const struct nexthop *nexthop = only ? only->record : NULL;

	if (!nexthop || only->next || has_way(route) || nexthop->others.given)
		return;
	route->gateway = nexthop->gateway;
	route->device = nexthop->device;
	route->encap = nexthop->encap;
	route->onlink = nexthop->onlink;
	if (nexthop->new_destination.given)
		route->new_destination = nexthop->new_destination;
	if (nexthop->realm.given)
		route->realm = nexthop->realm;
	route->nexthops = (struct nexthops){0};
}

/* Completes the nexthops once the whole line has been read. */
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

/* `ip` deletes with a class, and with scope nowhere (any) except for some types. */
static void finish_ip_delete(const struct parser *parser, struct route *route)
{
	uint8_t type = route->type.value;
	bool local = type == RTN_LOCAL || type == RTN_NAT;
	bool link = type == RTN_BROADCAST || type == RTN_MULTICAST || type == RTN_ANYCAST;
	uint8_t any = route->family != AF_INET ? RT_SCOPE_UNIVERSE : RT_SCOPE_NOWHERE;

	if (!route->type.given && route->family == AF_MPLS)
		route->type = (struct byte){true, RTN_UNICAST};
	if (!route->class.given)
		route->class = (struct number){true, route_default_class(route, parser->fib_model)};
	if (!route->scope.given && route->family == AF_INET && (local || link))
		route->scope = (struct byte){true, local ? RT_SCOPE_HOST : RT_SCOPE_LINK};
	else if (!route->scope.given)
		route->scope = (struct byte){true, any};
	if (parser->locked)
		metrics_lock(&route_object, route);
}

int route_finish(const struct parser *parser, void *record, const struct origin *origin, bool del,
	struct error *error)
{
	struct route *route = record;

	route->family = parser->family ? parser->family : AF_INET;
	route->destination.family = route->family;
	route->from.family = route->family;
	if (!route->from.length)
		route->from.given = false;
	finish_nexthops(route, del);
	if (!del && parser->dialect == DIALECT_OWN)
		collapse_nexthop(route);
	if (del && parser->dialect == DIALECT_IP)
		finish_ip_delete(parser, route);
	if (del && route->nat.given && route->protocol.given)
		hide_owner(route);
	if (del)
		return 0;
	if (route->protocol.value == PROTOCOL_TRANSLATED && parser->dialect == DIALECT_OWN &&
		binding_check_protocol(parser, &route->protocol, origin, error))
		return -1;
	if (route->nat.given ? finish_nat(parser, route, origin, error)
			     : route->service.given && finish_service(parser, route, origin, error))
		return -1;
	if (!route->type.given)
		route->type = (struct byte){true, RTN_UNICAST};
	if (!route->class.given)
		route->class = (struct number){true, route_default_class(route, parser->fib_model)};
	if (!route->protocol.given)
		route->protocol = (struct byte){true, RTPROT_BOOT};
	if (!route->scope.given)
		route->scope = (struct byte){true, route_default_scope(route)};
	/* The kernel uses it only if it is locked (tcp_rto_min() in net/ipv4). */
	route->rto_min.lock |= route->rto_min.given;
	if (parser->locked || route->rto_min.lock)
		metrics_lock(&route_object, route);
	if (parser->dialect == DIALECT_IP)
		return 0;
	return check_from(parser, route, origin, error) ||
	                       check_tos(parser, route, origin, error) ||
	                       check_object(parser, route, origin, error) ||
	                       check_complete(parser, route, error)
	               ? -1
	               : 0;
}

bool route_resolve(struct route *route)
{
	if (!route->decoded || !route->nexthop_id.given ||
		(!route->gateway.given && !route->device.given && !route->nexthops.given))
		return false;
	route->nexthop_id.given = false;
	/* The kernel refuses a device in what the object made a black hole. */
	if (route->family == AF_INET && route->type.value == RTN_BLACKHOLE) {
		route->device.given = route->gateway.given = false;
		route->nexthops = (struct nexthops){0};
	}
	return true;
}

void route_leave_type(struct route *route)
{
	if (route->nexthop_id.given && route->type.value == RTN_UNICAST)
		route->type.given = false;
}

uint32_t route_realms(const struct route *route)
{
	uint32_t realms = route->realm.given ? route->realm.value : 0;

	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		const struct nexthop *nexthop = item->record;

		if (nexthop->realm.given)
			realms |= nexthop->realm.value;
	}
	return realms;
}

bool route_translates(const struct route *route)
{
	return route->nat.given ||
	       (route->protocol.given && route->protocol.value == PROTOCOL_TRANSLATED &&
		       route->class.given && route->class.value == CLASS_LOCAL);
}

void route_put_header(struct nlmsghdr *message, const void *record)
{
	const struct route *route = record;
	struct rtmsg *header = NLMSG_DATA(message);

	if (message->nlmsg_type == RTM_NEWROUTE && route->nexthop_id.given && !route->type.given)
		header->rtm_type = RTN_UNICAST;
}

void route_got(struct message *message, void *record)
{
	struct route *route = record;

	(void)message;
	route->decoded = true;
	route->destination.given = true;
	if (route->lock.given)
		metrics_unlock(&route_object, route);
	/* nftables has the rest. */
	if (route_translates(route) && route->metric.given &&
		(route->metric.value & 0xff000000) == METRIC_SERVICE)
		route->service = (struct service){
			.given = true,
			.protocol = (uint8_t)(route->metric.value >> 16),
			.first = (uint16_t)route->metric.value,
		};
}

bool route_leaves_elsewhere(const struct route *route, uint32_t device)
{
	for (const struct nexthops_item *item = route->nexthops.first; item; item = item->next) {
		const struct nexthop *nexthop = item->record;

		if (nexthop->device.index != device)
			return true;
	}
	return false;
}
