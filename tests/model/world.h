/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A network namespace with random devices, addresses and switches, in which policies are tested. */
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
	struct arena *arena; /* memory of records that were read from words */
	struct buffer log;   /* every line that the kernel accepted */
	bool root;
	unsigned taken, refused;
};

/* Enters a new namespace with v0 to v5. Returns 0, or -1 if none can be made. */
int world_enter(void);
void world_open(struct world *world);
void world_close(struct world *world);
/* Gives the devices random addresses, states and switches; waits until they are applied. */
void world_shake(struct world *world, struct random *random);
/* Replaces the policy by a random one. */
void world_policy(struct world *world, struct random *random);
/* Reads the words of a line into a zeroed record. Returns 0, or -1 if they are wrong. */
int world_read(struct world *world, const struct object *object, const struct keywords *keywords,
	const char *line, void *record);

#endif
