/* A device that is there, by its number: where a route sends packets. */
#ifndef KIND_DEVICE_H
#define KIND_DEVICE_H

#include "field/field.h"

struct device {
	bool given;
	uint32_t index;
};

extern const struct kind kind_device;

/* Offers the names of all devices. */
void device_complete(struct completion *completion, const struct field *field);
/* "did you mean eth0?" for a name that no device has; returns -1. */
int device_hint(struct names *names, const char *typed, struct error *error);

#endif
