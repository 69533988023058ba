/* How an action of seg6local departs from the usual (linux/seg6_local.h). */
#ifndef KIND_FLAVORS_H
#define KIND_FLAVORS_H

#include "field/field.h"
#include "kind/number.h"

/* `psp,usd`: a struct number, with bit n for SEG6_LOCAL_FLV_OP_ n, as the attribute has it. */
extern const struct kind kind_flavors;

/* `count`: the kernel counts what the action does. */
struct counters {
	bool given;
	uint64_t packets, bytes, errors;
};
extern const struct kind kind_counters;

#endif
