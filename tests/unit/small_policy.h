/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Random policies over so few values that all packets can be tried: addresses in 10.0.0.0/24 or
 * 2001:db8::/120 by their first three bits, marks 0 to 3, ports 1 to 9, users 0 to 9, two devices,
 * and a third one in a VRF that leads to class 102.
 */
#ifndef SMALL_POLICY_H
#define SMALL_POLICY_H

#include <stdio.h>

#include "../model/random.h"
#include "base/error.h"
#include "names/names.h"
#include "state/snapshot.h"

/* The fields that rules match, besides addresses and devices. */
enum {
	SMALL_MARK = 1,
	SMALL_TOS = 2,
	SMALL_PORT = 4,
	SMALL_USER = 8,
	SMALL_HOSTS = 16, /* also prefixes of single hosts */
	SMALL_VRF = 32,
	SMALL_ALL = 63,
};

/* Writes the lines of a policy. */
void small_policy_write(struct random *random, int family, unsigned fields, FILE *file);
/* Reads lines into an empty snapshot. Returns 0, or -1 with the error. */
int small_policy_read(
	const char *text, struct names *names, struct snapshot *snapshot, struct error *error);

#endif
