/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Removes what a killed program has left: records in private classes that no rule looks up, and the
 * harmless rule of probe.h. A participant.
 */
#ifndef CHANGE_ORPHAN_CLASSES_H
#define CHANGE_ORPHAN_CLASSES_H

#include "change/transaction.h"

/* Joins a transaction. After a commit that read the rules of a family, removes the orphans of that
 * family: those right after the highest class in use, or (if the commit made or removed a private
 * class) as DEPTH_GAPS finds. */
void orphan_classes_join(struct transaction *transaction);
/* Makes it check the markers of both families, if the commit reads rules. The transaction has been
 * joined. */
void orphan_classes_search_markers(struct transaction *transaction);
/* Makes it check all routes in any case. The transaction has been joined. */
void orphan_classes_search(struct transaction *transaction);

#endif
