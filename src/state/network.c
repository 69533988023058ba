/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares the gateway with the networks of all addresses. */
#include "state/network.h"

#include <string.h>
#include <sys/socket.h>

#include "kind/prefix_select.h"

static struct prefix host_of(const struct gateway *gateway)
{
	struct prefix host = {
		.family = gateway->family,
		.length = gateway->family == AF_INET6 ? 128 : 32,
	};

	memcpy(host.bytes, gateway->bytes, sizeof host.bytes);
	return host;
}

const struct snapshot_address *snapshot_network_of(
	const struct snapshot *snapshot, const struct gateway *gateway)
{
	const struct vector *addresses = snapshot_addresses(snapshot);
	const struct snapshot_address *best = NULL;
	struct prefix host = host_of(gateway);

	for (size_t i = 0; i < addresses->count; i++) {
		const struct snapshot_address *address = vector_at(addresses, i);
		struct prefix network = {
			.family = address->local.family, .length = address->length};

		memcpy(network.bytes, address->local.bytes, sizeof network.bytes);
		if (network.family == host.family && prefix_holds(&network, &host) &&
			(!best || address->length > best->length))
			best = address;
	}
	return best;
}

/* Class local has no networks. */
bool rule_leads_to_gateway(const struct rule *rule, const struct gateway *gateway)
{
	struct prefix host = host_of(gateway);

	return rule->class.given && rule->class.value != CLASS_LOCAL && !rule->source.length &&
	       !rule->mark.given && !rule->input.given && !rule->invert.given &&
	       prefix_holds(&rule->destination, &host);
}
