/* A group of equals as the kernel has it, and as it was: what was comes back, in its order. */
#ifndef POLICY_PAIR_H
#define POLICY_PAIR_H

#include <stdbool.h>

#include "policy/groups.h"
#include "policy/outbox.h"

struct pair {
	struct outbox *outbox;
	const struct object *object;
	bool few; /* the kernel may be asked whether a rule is there already: it looks at each */
	struct groups *now;
	struct group_list left; /* of what is there: what is still to be looked at */
	const struct groups *before;
	const struct group *group;
	uint32_t ours; /* the entry of the group's ours that was found last: the next is near */
};

/*
 * Adds the messages that make the kernel's group the one before. What somebody else has put there
 * stays, and a rule that somebody else has taken away stays away.
 */
void pair_restore(struct pair *pair);

#endif
