/* SPDX-License-Identifier: GPL-2.0-or-later */
/* An existing device, by its index: the output device of a route. */
#ifndef KIND_DEVICE_H
#define KIND_DEVICE_H

#include "field/field.h"

struct device {
	bool given;
	uint32_t index;
};

extern const struct kind kind_device;
/* As kind_device, for a row whose device must be a VRF; the object's finish() checks that. */
extern const struct kind kind_vrf_device;

/* Offers the names of all devices. */
void device_complete(struct completion *completion, const struct field *field);

#endif
