/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds and removes private classes that no rule looks up, and the harmless rule of probe.h. */
#ifndef CHANGE_ORPHAN_SWEEP_H
#define CHANGE_ORPHAN_SWEEP_H

#include <stdint.h>

#include "change/transaction.h"

/* How far to look. */
enum depth {
	DEPTH_BEYOND, /* right after the highest class in use */
	DEPTH_GAPS, /* in the gaps below it, too (up to 64 numbers), and at all markers, unless more
	               than 1024 classes are in use */
	DEPTH_MARKERS, /* the same, and at all markers in any case */
	DEPTH_ALL,     /* at all routes */
};

/* Removes the orphans of a family, if its rules have been read. The
 * transaction has been made, all of it or in part. */
void orphan_sweep(struct transaction *transaction, uint8_t family, enum depth depth);

#endif
