/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network namespace with random devices, addresses and switches, that policies are tried in. */
#ifndef TESTS_MODEL_WORLD_H
#define TESTS_MODEL_WORLD_H

#include "base/arena.h"
#include "field/walk.h"
#include "names/names.h"
#include "netlink/links.h"
#include "netlink/netlink.h"
#include "policy.h"

struct world {
	struct netlink *netlink;
	struct links *links;
	struct names *names;
	struct keywords *routes, *rules, *packets;
	struct arena *arena; /* of what is read from words */
	struct buffer log;   /* every line that the kernel took */
	bool root;
	unsigned taken, refused;
};

/* Enters a namespace of its own with v0 to v5. 0, or -1: there is none to be had. */
int world_enter(void);
void world_open(struct world *world);
void world_close(struct world *world);
/* Gives the devices random addresses, states and switches, and waits until the kernel has noticed.
 */
void world_shake(struct world *world, struct random *random);
/* Removes the policy that is there and makes a random one. */
void world_policy(struct world *world, struct random *random);
/* Reads the words of a line of the grammar into a zeroed record. 0, or -1: they are wrong. */
int world_read(struct world *world, const struct object *object, const struct keywords *keywords,
	const char *line, void *record);

#endif
