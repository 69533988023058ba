/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lets routes with the same gateway and device share one nexthop object of the kernel, which halves
 * the time to add them. The objects belong to this program (recognised by number and protocol);
 * listings show their gateway and device. A participant: changes are prepared without objects, and
 * their messages are rewritten when they are sent.
 */
#ifndef CHANGE_SHARING_H
#define CHANGE_SHARING_H

#include "change/transaction.h"

/*
 * Joins a transaction. After a commit that deleted or replaced routes, removes the program's
 * objects that no route uses.
 */
void sharing_join(struct transaction *transaction);
/* Lets the new routes of a transaction share objects. The transaction has been joined. */
void sharing_want(struct transaction *transaction);

#endif
