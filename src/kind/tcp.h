/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Metrics for TCP that are neither numbers nor times, in the nest RTA_METRICS. */
#ifndef KIND_TCP_H
#define KIND_TCP_H

#include "field/field.h"

enum { CONGESTION_NAME_MAX = 16 }; /* TCP_CA_NAME_MAX in the kernel's net/tcp.h */

/* Starts like a struct metric. */
struct congestion {
	bool given;
	bool lock;
	char name[CONGESTION_NAME_MAX]; /* NUL-terminated; the rest is zero */
};

/* `[lock] NAME`: a struct congestion; the attribute has no NUL. */
extern const struct kind kind_congestion;

/* A struct metric: names of bits (linux/rtnetlink.h, RTAX_FEATURE_…), or a number for bits without
 * a name. */
extern const struct kind kind_features;

#endif
