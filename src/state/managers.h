/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the network managers of this network namespace, which may remove routes and rules of
 * others. */
#ifndef STATE_MANAGERS_H
#define STATE_MANAGERS_H

#include <stdbool.h>
#include <stdint.h>

enum manager { MANAGER_NETWORKD, MANAGER_NETWORKMANAGER };

/* Returns true if a process of the manager runs in the network namespace of this thread, according
 * to /proc. Returns false if /proc can't be read. */
bool manager_runs(enum manager manager);

/* Returns true if the manager configures this device (an index), according to its files in /run. */
bool manager_has_device(enum manager manager, uint32_t device);

/*
 * Returns true if systemd-networkd may remove records that it has not made (networkd.conf(5),
 * systemd 249 and later): unless its configuration says no. `option`: ManageForeignRoutes or
 * ManageForeignRoutingPolicyRules.
 */
bool networkd_removes(const char *option);

#endif
