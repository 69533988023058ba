/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The name of a device in a rule; the device need not exist. */
#ifndef KIND_IFNAME_H
#define KIND_IFNAME_H

#include "field/field.h"

struct ifname {
	bool given;
	char name[16]; /* NUL-terminated; the rest is zero */
};

extern const struct kind kind_ifname;

#endif
