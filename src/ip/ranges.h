/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of `ip route show`, `flush` and `save` that select a range: `via`, `src`, `realms` … */
#ifndef IP_RANGES_H
#define IP_RANGES_H

#include "kind/flag.h"
#include "kind/number.h"
#include "kind/prefix.h"

/* The ranges; a record, so that rows can fill it. */
struct ip_ranges {
	uint8_t family;
	struct prefix gateway, source; /* prefixes that must contain gateway and source */
	struct number realms;          /* FROM << 16 | TO */
	struct number vrf;             /* its class */
	struct flag cached;
};

/* `via [FAMILY] PREFIX`. */
extern const struct kind ip_kind_via;
/* The rows of struct ip_ranges. */
extern const struct object ip_ranges_object;

/* The row of `realms`. */
extern const struct field *const ip_ranges_realms;

#endif
