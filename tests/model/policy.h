/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random policies and packets, in words. */
#ifndef TESTS_MODEL_POLICY_H
#define TESTS_MODEL_POLICY_H

#include <sys/socket.h>

#include "base/buffer.h"
#include "random.h"

enum {
	POLICY_DEVICES = 6,   /* v0 to v5 */
	POLICY_RULES = 60,    /* at most */
	POLICY_NODES = 300,   /* at most */
	POLICY_CLASS = 1000,  /* class of the first rule; every rule has its own */
	POLICY_NEXTHOPS = 12, /* nexthop objects of each family */
};

/* Writes a random address of the test's networks; the bits after the first `length` are 0. */
void random_address(struct random *random, int family, unsigned length, char text[64]);
/* Writes a random prefix: ADDRESS/LENGTH. */
void random_prefix(struct random *random, int family, char text[64]);

/* Appends `addrule ...`: rule `number` of `count`. */
void random_rule(
	struct random *random, int family, unsigned number, unsigned count, struct buffer *line);
/* Appends `append ...`: a route in a class of one of `rules` rules. */
void random_route(struct random *random, int family, unsigned rules, struct buffer *line);
/* Appends `nexthop add ...`, for ip; `number` starts at 0. */
void random_nexthop(struct random *random, int family, unsigned number, struct buffer *line);
/* Appends the words of a packet. `root`: with any user id, otherwise only 0. */
void random_packet(struct random *random, int family, bool root, struct buffer *line);

#endif
