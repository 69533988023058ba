/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Restores a group of equals: its content and its order. */
#ifndef CHANGE_PAIR_H
#define CHANGE_PAIR_H

#include <stdbool.h>

#include "change/groups.h"
#include "change/outbox.h"

/* A group as the kernel has it now, and as it was. All pointers are borrowed. */
struct pair {
	struct outbox *outbox;
	const struct object *object;
	bool few; /* few rules: NLM_F_EXCL may be used, for which the kernel searches all of them */
	struct groups *now;
	struct group *there; /* of `now`; NULL: the kernel has no entry of this group */
	struct groups *before;
	struct group *group; /* of `before` */
	uint32_t ours; /* the entry of LIST_OURS found last, where the next search starts; 0: none
	                */
};

/*
 * Adds the messages that restore the kernel's group to the outbox. What another program has put
 * there stays, and a rule that another program has removed stays away. Empties pair->there.
 */
void pair_restore(struct pair *pair);

#endif
