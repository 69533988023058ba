/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the network of this host that a gateway is in. */
#ifndef STATE_NETWORK_H
#define STATE_NETWORK_H

#include "state/snapshot.h"

/* Returns the address of this host whose network contains the gateway, that with the longest
 * prefix; NULL if there is none. The snapshot owns it. */
const struct snapshot_address *snapshot_network_of(
	const struct snapshot *snapshot, const struct gateway *gateway);

/* Returns true if the rule may match the lookup of a gateway, which is that of a packet of this
 * host without source and mark, and looks up a class that may have its network. */
bool rule_leads_to_gateway(const struct rule *rule, const struct gateway *gateway);

#endif
