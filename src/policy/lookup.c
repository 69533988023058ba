/* Look-ups, and who may have refused one. */
#include "policy/lookup.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "base/error.h"
#include "field/walk.h"
#include "model/rule.h"
#include "policy/store.h"

struct reply {
	struct lookup *lookup;
	struct arena *arena;
};

static void read_reply(const struct nlmsghdr *message, void *context)
{
	struct reply *reply = context;
	struct route route = {0};

	if (fields_decode(&route_object, message, reply->arena, &route))
		return;
	reply->lookup->route = route;
	reply->lookup->found = true;
}

static int ask_once(struct netlink *netlink, const struct packet *packet, struct arena *arena,
	struct lookup *lookup, struct error *error)
{
	struct reply reply = {lookup, arena};
	struct packet asked = *packet;

	if (packet->vrf.given)
		asked.output.given = false;
	lookup->request = arena_get(arena, MESSAGE_MAX);
	lookup->found = false;
	fields_encode(&packet_object, &asked, RTM_GETROUTE, 0, lookup->request);
	return netlink_request(netlink, (struct nlmsghdr *)lookup->request, &lookup->answer,
		read_reply, &reply, error);
}

int lookup_ask(struct netlink *netlink, const struct packet *packet, struct arena *arena,
	struct lookup *lookup, struct error *error)
{
	struct packet again = *packet;

	memset(lookup, 0, sizeof *lookup);
	if (ask_once(netlink, packet, arena, lookup, error))
		return -1;
	if (!packet->connected.given || packet->source.given || !lookup->found ||
		!lookup->route.source.given)
		return 0;
	again.source = lookup->route.source;
	return ask_once(netlink, &again, arena, lookup, error);
}

/* The kernel's errnos of what refuses: net/ipv4/fib_semantics.c (fib_props), fib_rules.c. */
static const struct refuser {
	int number;
	uint8_t route; /* RTN_…; 0: no type of route does this */
	uint8_t rule;  /* FR_ACT_… */
} refusers[] = {
	{EINVAL, RTN_BLACKHOLE, FR_ACT_BLACKHOLE},
	{EACCES, RTN_PROHIBIT, FR_ACT_PROHIBIT},
	{EHOSTUNREACH, RTN_UNREACHABLE, 0},
	{ENETUNREACH, 0, FR_ACT_UNREACHABLE},
};

struct hunt {
	const struct packet *packet;
	uint8_t action;
};

static bool holds(const struct prefix *prefix, const struct address *address)
{
	struct prefix host = {.given = true, .family = address->family};

	if (!prefix->given || !prefix->length || !address->given)
		return true;
	host.length = (uint8_t)(address_size(address->family) * 8);
	memcpy(host.bytes, address->bytes, sizeof host.bytes);
	return prefix_holds(prefix, &host);
}

static bool suspect_route(const void *record, void *context)
{
	struct hunt *hunt = context;
	const struct route *route = record;

	return holds(&route->destination, &hunt->packet->destination);
}

static bool suspect_rule(const void *record, void *context)
{
	struct hunt *hunt = context;
	const struct rule *rule = record;
	bool fits = holds(&rule->source, &hunt->packet->source) &&
	            holds(&rule->destination, &hunt->packet->destination);

	return rule->action.given && rule->action.value == hunt->action &&
	       fits != rule->invert.given;
}

void lookup_suspects(struct netlink *netlink, const struct packet *packet, int number,
	struct arena *arena, struct vector *routes, struct vector *rules)
{
	struct hunt hunt = {.packet = packet};
	struct error ignored;

	for (size_t i = 0; i < sizeof refusers / sizeof *refusers; i++) {
		const struct refuser *refuser = &refusers[i];
		struct scope scope = {.family = packet->family, .type = refuser->route};

		if (refuser->number != number)
			continue;
		hunt.action = refuser->rule;
		if (refuser->rule)
			store_pick(netlink, &rule_object, &scope, suspect_rule, &hunt, rules, arena,
				&ignored);
		if (refuser->route)
			store_pick(netlink, &route_object, &scope, suspect_route, &hunt, routes,
				arena, &ignored);
	}
}
