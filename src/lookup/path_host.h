/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses addresses on a path of a diagram. */
#ifndef LOOKUP_PATH_HOST_H
#define LOOKUP_PATH_HOST_H

#include "kind/address.h"
#include "lookup/diagram.h"
#include "state/snapshot.h"

/* Sets the bits of *address, which are 0, that are 1 on the path; `first`: their first variable. */
void path_address(
	const struct diagram_path *path, uint16_t first, unsigned width, struct address *address);
/*
 * Sets *address, whose family is given and whose bits are 0, to that of path_preferred() if the
 * path allows it; otherwise to an address of the path that neither this host has nor is a broadcast
 * address, if there is one.
 */
void path_host(const struct snapshot *snapshot, const struct diagram_path *path, uint16_t first,
	unsigned width, struct address *address);

#endif
