/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the NAT route that nftables applies: the longest prefix, otherwise by ports. */
#include "lookup/rewriting.h"

#include <string.h>

#include "kind/net_map.h"

/* The search for the NAT route of a set of packets. */
struct nat_search {
	struct prefix destination;
	bool from_host; /* this host may send some of them */
	uint8_t protocol;
	uint32_t first, last; /* ports */
	struct route found;
	bool has_found;
};

static bool has_ports(const struct service *service, const struct nat_search *search)
{
	return service->protocol == search->protocol && search->first >= service->first &&
	       search->last <= service->last;
}

/* nftables looks for the longest prefix before it compares ports. */
static bool takes_precedence(const struct route *route, const struct route *found)
{
	if (route->service.given || found->service.given)
		return !route->service.given;
	return route->destination.length > found->destination.length;
}

static bool consider(const struct route *route, void *context)
{
	struct nat_search *search = context;

	if (!route->nat.given || !prefix_holds(&route->destination, &search->destination))
		return true;
	if (route->service.given ? !has_ports(&route->service, search) : search->from_host)
		return true;
	if (search->has_found && !takes_precedence(route, &search->found))
		return true;
	search->has_found = true;
	search->found = (struct route){
		.family = route->family,
		.destination = route->destination,
		.nat = route->nat,
		.service = route->service,
	};
	return true;
}

static int find_nat_route(struct snapshot *snapshot, struct nat_search *search, struct error *error)
{
	const struct scope scope = {.family = search->destination.family,
		.class = CLASS_LOCAL,
		.holding = search->destination.bytes};

	return snapshot_each_route(snapshot, &scope, consider, search, error);
}

static bool is_from_host(bool comes_in, const char *device)
{
	return !comes_in || !strcmp(device, "lo");
}

int packet_rewrite(struct snapshot *snapshot, struct packet *packet, struct rewriting *rewriting,
	struct error *error)
{
	const struct snapshot_device *input =
		packet->input.given ? snapshot_device(snapshot, packet->input.index) : NULL;
	struct nat_search search = {
		.destination = {.given = true,
			.family = packet->family,
			.length = (uint8_t)(8 * address_size(packet->family))},
		.from_host = is_from_host(input, input ? input->name : ""),
		.protocol = packet->transport.value,
		.first = packet->destination_port.value,
		.last = packet->destination_port.value,
	};

	if (!packet->destination.given)
		return 0;
	memcpy(search.destination.bytes, packet->destination.bytes,
		sizeof packet->destination.bytes);
	if (find_nat_route(snapshot, &search, error))
		return -1;
	if (!search.has_found)
		return 0;
	*rewriting = (struct rewriting){
		.given = true,
		.destination = packet->destination,
		.port = packet->destination_port,
		.by = search.found,
	};
	net_map(&search.found.destination, &search.found.nat, packet->destination.bytes);
	if (search.found.service.to)
		packet->destination_port = (struct number){true, search.found.service.to};
	return 0;
}

int selector_rewrite(struct snapshot *snapshot, struct rule *packets, struct error *error)
{
	struct span *ports = &packets->destination_ports;
	bool known = ports->given && packets->ip_protocol.given;
	struct nat_search search = {
		.destination = packets->destination,
		.from_host = is_from_host(packets->input.given, packets->input.name),
		.protocol = known ? packets->ip_protocol.value : 0,
		.first = known ? ports->first : 0,
		.last = known ? ports->last : 0,
	};

	if (!packets->destination.given || packets->invert.given)
		return 0;
	search.destination.family = packets->family;
	if (find_nat_route(snapshot, &search, error))
		return -1;
	if (!search.has_found)
		return 0;
	net_map(&search.found.destination, &search.found.nat, packets->destination.bytes);
	if (search.found.service.to)
		ports->first = ports->last = search.found.service.to;
	return 0;
}
