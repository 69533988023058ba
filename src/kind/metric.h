/*
 * What a route tells TCP and IP about its path (linux/rtnetlink.h, RTAX_…): numbers and times in
 * the nest RTA_METRICS, each with a bit in RTAX_LOCK that keeps the kernel from changing it.
 */
#ifndef KIND_METRIC_H
#define KIND_METRIC_H

#include "field/field.h"

struct metric {
	bool given;
	bool lock;
	uint32_t value; /* as the kernel keeps it */
};

/* `[lock] N` */
extern const struct kind kind_metric;
/*
 * `[lock] TIME`: 100ms, 1.5s; a plain number is milliseconds (ip's dialect: the kernel's units).
 * The field's `bits`: how many of the kernel's units make a millisecond (rtt 8, rttvar 4, rto_min
 * 1).
 */
extern const struct kind kind_time;
/* RTAX_LOCK itself: a struct number, never in words. */
extern const struct kind kind_lock;

/* Collects the lock bits of a record's metrics into its row of kind_lock, and hands them out again.
 */
void metrics_lock(const struct object *object, void *record);
void metrics_unlock(const struct object *object, void *record);

#endif
