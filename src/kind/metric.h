/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Metrics of a route for TCP and IP (linux/rtnetlink.h, RTAX_…): numbers and times in the nest
 * RTA_METRICS, each with a bit in RTAX_LOCK, which keeps the kernel from changing it. */
#ifndef KIND_METRIC_H
#define KIND_METRIC_H

#include "field/field.h"

struct metric {
	bool given;
	bool lock;
	uint32_t value; /* in the kernel's units */
};

/* `[lock] N` */
extern const struct kind kind_metric;
/*
 * `[lock] TIME`: 100ms, 1.5s; a plain number is milliseconds (ip's dialect: the kernel's units).
 * The row's `unit`: number of the kernel's units per millisecond (rtt 8, rttvar 4, rto_min 1).
 */
extern const struct kind kind_time;

#endif
