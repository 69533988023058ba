/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The locks of metrics: the kernel keeps them together in RTAX_LOCK, a bit for each metric. */
#ifndef KIND_METRIC_LOCK_H
#define KIND_METRIC_LOCK_H

#include "field/field.h"

/* RTAX_LOCK itself: a struct number, which no word sets. The metrics are the rows after it in the
 * same nest. */
extern const struct kind kind_lock;

/* Collects the `lock` of all given metrics in the record's row of kind_lock. */
void metrics_lock(const struct object *object, void *record);
/* Sets the `lock` of each metric whose bit is set, which makes the metric given, even with 0. */
void metrics_unlock(const struct object *object, void *record);

#endif
