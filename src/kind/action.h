/* What a rule does, as its header says: FR_ACT_… in linux/fib_rules.h, a struct byte. */
#ifndef KIND_ACTION_H
#define KIND_ACTION_H

#include "kind/byte.h"

/*
 * drop, reject, prohibit, nop are words of their own. The kernel also stores any other number, and
 * takes it for drop: our own dialect says `action` before it.
 */
extern const struct kind kind_action;

#endif
