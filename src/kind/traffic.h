/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Counters of packets and bytes: `packets 12 bytes 1040`. */
#ifndef KIND_TRAFFIC_H
#define KIND_TRAFFIC_H

#include "field/field.h"

struct traffic {
	bool given;
	uint64_t packets, bytes;
};

/* Only reported, in no message. */
extern const struct kind kind_traffic;

#endif
