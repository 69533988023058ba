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
	POLICY_CLASS = 1000,  /* of the first rule; every rule has a class of its own */
	POLICY_NEXTHOPS = 12, /* nexthop objects of each family */
};

/* An address that policies are about, as text; `length` bits of it, the rest zero. */
void random_address(struct random *random, int family, unsigned length, char text[64]);
/* A prefix: ADDRESS/LENGTH. */
void random_prefix(struct random *random, int family, char text[64]);

/* `addrule ...`, the one of this number among `count`. */
void random_rule(
	struct random *random, int family, unsigned number, unsigned count, struct buffer *line);
/* `append ...`: a route of one of the classes of `rules` rules. */
void random_route(struct random *random, int family, unsigned rules, struct buffer *line);
/* `nexthop add ...`, for ip: the one of this number, from 0. */
void random_nexthop(struct random *random, int family, unsigned number, struct buffer *line);
/* The words of a packet. */
void random_packet(struct random *random, int family, bool root, struct buffer *line);

#endif
