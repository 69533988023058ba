/*
 * What the kernel holds, by what it told: kept so that after a gap the difference can be told.
 * Records are kept as their canonical lines, see inventory.h.
 */
#ifndef POLICY_MIRROR_H
#define POLICY_MIRROR_H

#include <stdbool.h>

#include "policy/inventory.h"

struct mirror {
	struct inventory inventory;
	unsigned char *gone; /* for each item */
	uint32_t *slots;     /* indexes of items by key, plus one; 0: free */
	size_t slot_count;   /* a power of two */
	size_t dead;         /* items that are gone */
};

void mirror_init(struct mirror *mirror, struct names *names);
void mirror_free(struct mirror *mirror);

/* It is there now; `replaces`: in place of a rival. False: it was there already. */
bool mirror_add(
	struct mirror *mirror, const struct object *object, const void *record, bool replaces);
/* It is gone. False: it was not there. */
bool mirror_remove(struct mirror *mirror, const struct object *object, const void *record);

/*
 * Calls `tell` for each line that the mirror does not have and for each that only it has, with
 * whether it is there now and whether it is a rule; and takes over what is there.
 */
void mirror_take_over(struct mirror *mirror, struct mirror *now,
	void (*tell)(void *context, const char *line, bool there, bool rule), void *context);

#endif
