/* What follows from a route's words: defaults, the class, contradictions. Its rows: route_rows.c.
 */
#include "model/route.h"

#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/error.h"
#include "base/words.h"
#include "kind/class.h"
#include "model/binding.h"
#include "model/nexthop.h"

enum { LOOPBACK = 1 }; /* the number of lo in every network namespace */

/* Does it say where its packets go next, but for the device? */
static bool has_router(const struct route *route)
{
	return route->gateway.given || route->nexthops.given || route->nexthop_id.given;
}

/* Does it say of the next hop itself what its nexthops say? */
static bool has_way(const struct route *route)
{
	return route->gateway.given || route->device.given || route->encap.given ||
	       route->onlink.given || route->nexthop_id.given;
}

/* The scope that the kernel wants of a route whose words name none (fib_check_nh() in net/ipv4). */
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

/* A rule says what a route of IPv4 cannot. */
static int check_from(const struct parser *parser, const struct route *route,
	const struct origin *origin, struct error *error)
{
	const struct field *row;

	if (!route->from.given || route->family == AF_INET6)
		return 0;
	row = object_field(&route_object, "from");
	error_at(error, parser->words, origin ? origin->word[row - route_object.fields] : -1,
		"only a route of IPv6 serves some sources and not others");
	return error_hint(error, "a rule does it: addrule from PREFIX class CLASS");
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

/* The kernel makes of a single nexthop a plain route, and so do we, to know it again. */
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
	uint8_t any = route->family != AF_INET ? RT_SCOPE_UNIVERSE : RT_SCOPE_NOWHERE;

	if (!route->type.given && route->family == AF_MPLS)
		route->type = (struct byte){true, RTN_UNICAST};
	if (!route->class.given)
		route->class = (struct number){true, default_class(parser, route)};
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
		route->scope = (struct byte){true, route_default_scope(route)};
	/* The kernel heeds it only when it is locked (tcp_rto_min() in net/ipv4). */
	route->rto_min.lock |= route->rto_min.given;
	if (parser->locked || route->rto_min.lock)
		metrics_lock(&route_object, route);
	if (parser->dialect == DIALECT_IP)
		return 0;
	return check_from(parser, route, origin, error) || check_complete(parser, route, error) ? -1
	                                                                                        : 0;
}

bool route_translates(const struct route *route)
{
	return route->nat.given ||
	       (route->protocol.given && route->protocol.value == PROTOCOL_TRANSLATED);
}

void route_got(struct message *message, void *record)
{
	struct route *route = record;

	(void)message;
	route->told = true;
	route->destination.given = true;
	if (route->lock.given)
		metrics_unlock(&route_object, route);
}
