/* SPDX-License-Identifier: GPL-2.0-or-later */
/* 32-bit numbers of which 0 is a value: the kernel reports UINT32_MAX for none. */
#ifndef KIND_LIMIT_H
#define KIND_LIMIT_H

#include "kind/number.h"

/* A struct number, like kind_number; reads `range`. */
extern const struct kind kind_limit;
/* A group of devices, by name or number, 0 to INT32_MAX. */
extern const struct kind kind_group;

/* A rule's preference; 0 means not given. ip's text starts a line with it and a colon. */
extern const struct kind kind_preference;

#endif
