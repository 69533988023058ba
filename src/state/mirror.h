/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Follows the kernel's notifications, so that `monitor` can print the difference after some were
 * lost. Records are kept as canonical lines (inventory.h).
 */
#ifndef STATE_MIRROR_H
#define STATE_MIRROR_H

#include <stdbool.h>

#include "base/hash_table.h"
#include "state/inventory.h"

struct mirror {
	struct inventory inventory;
	struct hash_table by_key; /* items that are there */
	struct vector gone;       /* unsigned char, for each item: nonzero if it was removed */
	size_t dead;              /* number of removed items */
};

void mirror_init(struct mirror *mirror, struct names *names);
void mirror_free(struct mirror *mirror);

/* Adds a record; `replaces`: in place of a rival. Returns false if the same record was there. */
bool mirror_add(
	struct mirror *mirror, const struct object *object, const void *record, bool replaces);
/* Removes a record. Returns false if it wasn't there. */
bool mirror_remove(struct mirror *mirror, const struct object *object, const void *record);

/*
 * Calls `report` for each line that is only in `now` (`there`: true) or only in the mirror (false).
 * Then makes the mirror equal to `now`; what `now` is afterwards can only be freed. `whole`: false
 * if `now` may lack records that are there; those that only the mirror has stay in it then, and are
 * not reported.
 */
void mirror_take_over(struct mirror *mirror, struct mirror *now, bool whole,
	void (*report)(void *context, const char *line, bool there, bool rule), void *context);

#endif
