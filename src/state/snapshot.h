/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A snapshot: the rules, routes, nexthop objects, devices and addresses of one network namespace as
 * records. It comes from the kernel or from a policy file; its readers do not see the difference.
 * The lookup model, plan and apply read nothing else.
 */
#ifndef STATE_SNAPSHOT_H
#define STATE_SNAPSHOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vector.h"
#include "kind/address.h"
#include "model/nexthop_info.h"
#include "model/route.h"
#include "model/rule.h"
#include "names/names.h"
#include "state/amendment.h"
#include "state/store.h"

struct error;
struct netlink;

/* A device. In a snapshot of a file, indexes follow the order of the file; lo is 1. */
struct snapshot_device {
	uint32_t index;
	const char *name;
	uint32_t flags;     /* IFF_… of linux/if.h; no carrier (linkdown) without IFF_LOWER_UP */
	uint32_t master;    /* index of its bridge, bond or VRF; 0: none */
	uint32_t vrf_class; /* the class of a VRF; 0: the device is no VRF */
	uint32_t group;     /* for suppress_ifgroup */
};

/* An address of this host. */
struct snapshot_address {
	struct address local;
	uint8_t length; /* length of its prefix, in bits */
	uint8_t scope;  /* RT_SCOPE_… */
	uint32_t flags; /* IFA_F_…: deprecated, tentative … */
	uint32_t device;
};

/* The settings in /proc/sys/net of one family for one device, or for all (device 0). */
struct snapshot_switches {
	uint8_t family;
	uint32_t device;
	bool forwarding, accept_local, route_localnet, src_valid_mark, ignore_linkdown;
	uint8_t rp_filter; /* 0, 1, 2 */
};

struct snapshot; /* freed with snapshot_free() */

/*
 * Reads rules, devices, addresses and switches from the kernel now, and routes when they are first
 * needed. `netlink` is borrowed and must outlive the snapshot. Returns NULL with the error on
 * failure.
 */
struct snapshot *snapshot_of_kernel(struct netlink *netlink, struct error *error);
/* Returns an empty snapshot without a kernel, to which a reader of a policy file adds records. */
struct snapshot *snapshot_empty(void);
/* Requests routes and nexthop objects from the kernel from now on; `netlink` as above. */
void snapshot_ask(struct snapshot *snapshot, struct netlink *netlink);
void snapshot_free(struct snapshot *snapshot);

/*
 * Add a copy of a record, with everything that it points to. A rule without a preference gets the
 * one that the kernel would give (fib_default_rule_pref()).
 */
void snapshot_add_rule(struct snapshot *snapshot, const struct rule *rule);
void snapshot_add_route(struct snapshot *snapshot, const struct route *route);
void snapshot_add_address(struct snapshot *snapshot, const struct snapshot_address *address);
/*
 * Makes a snapshot of the kernel show its routes as if this change had been made. Keeps a copy of
 * the route.
 */
void snapshot_amend(struct snapshot *snapshot, enum amendment sort, const struct route *route);
/* Removes the rules of a family for which `keeps` returns false; it may edit the others. */
void snapshot_keep_rules(struct snapshot *snapshot, uint8_t family,
	bool (*keeps)(struct rule *rule, void *context), void *context);
/* Replaces the switches of this family and device, or adds them. */
void snapshot_add_switches(struct snapshot *snapshot, const struct snapshot_switches *switches);
/*
 * Returns the device with this name; adds one that is up and has the next free index if there is
 * none. The caller fills it in and may change the index. Valid until the next one is added.
 */
struct snapshot_device *snapshot_add_device(struct snapshot *snapshot, const char *name);

/*
 * Returns the rules of a family (AF_INET, AF_INET6): struct rule, with their own records, in the
 * order in which the kernel scans them: by preference, then as they were added. Valid until a rule
 * is added.
 */
const struct vector *snapshot_rules(const struct snapshot *snapshot, uint8_t family);
/* Returns the first rule whose nftables part could not be read, so that its translation is unknown;
 * NULL if there is none. */
const struct rule *snapshot_unreadable(const struct snapshot *snapshot);
/*
 * Calls `each` for the routes of a scope, in the order of the kernel or of the file, until it
 * returns false. The record is valid only during the call. A snapshot of the kernel dumps the class
 * now; it keeps the routes to an address (scope->holding) for later calls. `each` must not
 * use the snapshot. Returns 0, or -1 with the error.
 */
int snapshot_each_route(struct snapshot *snapshot, const struct scope *scope,
	bool (*each)(const struct route *route, void *context), void *context, struct error *error);
/* Returns true if routes changed during the last dump. It may lack some then and should be
 * repeated. */
bool snapshot_interrupted(const struct snapshot *snapshot);
/* Returns the nexthop object with this number; NULL if there is none. Valid as long as the
 * snapshot. */
const struct nexthop_info *snapshot_nexthop(struct snapshot *snapshot, uint32_t id);
/* Return the device with this index or name; NULL if there is none. */
const struct snapshot_device *snapshot_device(const struct snapshot *snapshot, uint32_t index);
const struct snapshot_device *snapshot_device_named(
	const struct snapshot *snapshot, const char *name);
const struct vector *snapshot_devices(const struct snapshot *snapshot);   /* snapshot_device */
const struct vector *snapshot_addresses(const struct snapshot *snapshot); /* snapshot_address */
/* Returns the switches of a device, combined with those of all devices (conf/all) as the kernel
 * does: IN_DEV_ANDCONF, ORCONF, MAXCONF of linux/inetdevice.h. */
struct snapshot_switches snapshot_switches(
	const struct snapshot *snapshot, uint8_t family, uint32_t device);

/* Returns the names of the snapshot's devices, for names_devices(); valid as long as the
 * snapshot. */
struct device_source snapshot_device_names(struct snapshot *snapshot);
/* Sets whether looking up an unknown name adds a device (snapshot_add_device()). Off at first. */
void snapshot_admit_devices(struct snapshot *snapshot, bool admit);

#endif
