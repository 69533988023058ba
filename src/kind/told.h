/* What the kernel tells of a route at the moment: rows with FIELD_READ_ONLY. */
#ifndef KIND_TOLD_H
#define KIND_TOLD_H

#include "field/field.h"

/* How a member of struct rta_cacheinfo (linux/rtnetlink.h) is shown. */
enum cacheinfo_form {
	CACHEINFO_NUMBER,
	CACHEINFO_ERROR, /* a negative errno */
	CACHEINFO_TICKS, /* of the clock in the message, shown as seconds */
	CACHEINFO_SECONDS,
	CACHEINFO_HEX,
	CACHEINFO_FOUR, /* hexadecimal, of four digits at least */
};

/*
 * A struct number: the member of struct rta_cacheinfo at the offset `bits`, given when it is not 0.
 * The field's `extra`: a const enum cacheinfo_form *.
 */
extern const struct kind kind_cacheinfo;

/* `expires TIME`: a struct number, in seconds; set by RTA_EXPIRES, told in `also` RTA_CACHEINFO. */
extern const struct kind kind_expires;

/* `cache`: a struct number, the RTCF_ flags (linux/in_route.h) of an entry of the cache. */
extern const struct kind kind_cached;

/* `mark N`: a struct number; 0 is not given. */
extern const struct kind kind_packet_mark;

#endif
