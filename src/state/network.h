/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the network of this host that a gateway is in. */
#ifndef STATE_NETWORK_H
#define STATE_NETWORK_H

#include "state/snapshot.h"

/* Returns the address of this host whose network contains the gateway, that with the longest
 * prefix; NULL if there is none. The snapshot owns it. */
const struct snapshot_address *snapshot_network_of(
	const struct snapshot *snapshot, const struct gateway *gateway);

#endif
