/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the changes that make one list of records equal to another, without the kernel. */
#ifndef STATE_DIFFERENCE_H
#define STATE_DIFFERENCE_H

#include <stddef.h>

#include "state/records.h"

enum fate {
	FATE_SAME,       /* in both lists: it stays */
	FATE_ADD,        /* wanted; no rival is in its place */
	FATE_APPEND,     /* wanted, after rivals that stay or are added before it */
	FATE_REPLACE,    /* wanted, in place of one rival */
	FATE_REPLACED,   /* existing; removed by the record that replaces it */
	FATE_REMOVE,     /* existing, but not wanted */
	FATE_MAKE_PLACE, /* as FATE_REMOVE, but must be removed before its rivals are added */
};

/* Indexes of a rule that is the same for the kernel in both lists, but lacks its nftables part or
 * its own record, or has another nftables part. */
struct record_pair {
	size_t have, want;
};

struct difference {
	unsigned char *have, *want; /* enum fate, for each record */
	size_t *replaced;           /* for each wanted record: index of the one that FATE_REPLACE
	                               replaces */
	struct vector repairs;      /* struct record_pair: rules without their nftables part */
	struct vector refills; /* struct record_pair: rules without their own record; counted in
	                          `changed` */
	struct vector rewords; /* struct record_pair: rules with another nftables part; counted in
	                          `changed` */
	size_t added, changed, removed;
};

/*
 * Compares existing records with wanted ones. Rivals (records with the same key) are compared in
 * order. A wanted record may leave out what the kernel fills in (the device of a gateway). Ignores
 * remaining lifetimes. Free with difference_free().
 */
void difference_find(
	struct difference *difference, const struct records *have, const struct records *want);
void difference_free(struct difference *difference);

#endif
