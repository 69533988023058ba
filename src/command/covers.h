/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes the packets that two policies treat differently by sets of packets with words. */
#ifndef COMMAND_COVERS_H
#define COMMAND_COVERS_H

#include "command/comparing.h"

/*
 * Reports the changes that the selectors and destinations of both policies describe
 * (described_sets.h), with a few of them as exceptions where these help: `from 10.1.0.0/16, but not
 * to 10.3.0.0/16`. Sets comparing->left to PAIR_REPORTED for reported packets. Returns 0, or -1
 * with the error.
 */
int comparing_cover(struct comparing *comparing, struct error *error);

#endif
