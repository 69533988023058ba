/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variants of an action of seg6local (linux/seg6_local.h). */
#ifndef KIND_ENCAP_FLAVORS_H
#define KIND_ENCAP_FLAVORS_H

#include "field/field.h"
#include "kind/number.h"

/* `psp,usd`: a struct number, with bit n for SEG6_LOCAL_FLV_OP_ n, as in the attribute. */
extern const struct kind kind_flavors;

/* `count`: the kernel counts the packets of the action. */
struct counters {
	bool given;
	uint64_t packets, bytes, errors;
};
extern const struct kind kind_counters;

#endif
