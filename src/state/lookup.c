/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks the kernel for a route (RTM_GETROUTE). */
#include "state/lookup.h"

#include <string.h>
#include <sys/socket.h>

#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>

#include "base/error.h"
#include "field/walk.h"

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
