/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The action of a rule, in its header: FR_ACT_… in linux/fib_rules.h. Its value is a struct
 * byte. */
#ifndef KIND_ACTION_H
#define KIND_ACTION_H

#include "kind/byte.h"

/* drop, reject, prohibit and nop are keywords. The kernel also stores any other number and treats
 * it as drop; our own dialect writes `action` before it. */
extern const struct kind kind_action;

#endif
