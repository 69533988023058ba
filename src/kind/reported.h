/* SPDX-License-Identifier: GPL-2.0-or-later */
/* State of a route that the kernel reports: rows with FIELD_READ_ONLY. */
#ifndef KIND_REPORTED_H
#define KIND_REPORTED_H

#include "field/field.h"

/* How a member of struct rta_cacheinfo (linux/rtnetlink.h) is shown. */
enum cacheinfo_form {
	CACHEINFO_NUMBER,
	CACHEINFO_ERROR, /* a negative errno */
	CACHEINFO_TICKS, /* clock ticks in the message, shown in seconds */
	CACHEINFO_SECONDS,
	CACHEINFO_HEX,
	CACHEINFO_FOUR, /* hexadecimal, at least four digits */
};

/* The member of struct rta_cacheinfo that a row shows, in its `reported`. */
struct cacheinfo {
	size_t offset; /* offset of the member in struct rta_cacheinfo, in bytes */
	enum cacheinfo_form form;
};

/* A struct number: one member of struct rta_cacheinfo; 0 means not given. */
extern const struct kind kind_cacheinfo;

/* `expires TIME`: a struct number, in seconds; sent as RTA_EXPIRES, reported in RTA_CACHEINFO
 * (`also`). */
extern const struct kind kind_expires;

/* `cache`: a struct number, the RTCF_ flags of a cached route (linux/in_route.h). */
extern const struct kind kind_cached;

/* `mark N`: a struct number; 0 means not given. */
extern const struct kind kind_packet_mark;

#endif
