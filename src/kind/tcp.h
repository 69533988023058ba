/* What a route tells TCP in other forms than numbers and times: metrics in the nest RTA_METRICS. */
#ifndef KIND_TCP_H
#define KIND_TCP_H

#include "field/field.h"

enum { CONGESTION_NAME_MAX = 16 }; /* TCP_CA_NAME_MAX in the kernel's net/tcp.h */

/* Begins like a struct metric. */
struct congestion {
	bool given;
	bool lock;
	char name[CONGESTION_NAME_MAX]; /* ended by NUL; zeroes behind it */
};

/* `[lock] NAME`: a struct congestion; without its NUL in the attribute. */
extern const struct kind kind_congestion;

/* Names of bits (linux/rtnetlink.h, RTAX_FEATURE_…), or a number for those without: a struct
 * metric. */
extern const struct kind kind_features;

#endif
