/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A rule's own record that the kernel has removed. Nothing tells why: its device went down or was
 * deleted, or an address or a nexthop object that it needs. */
#ifndef KIND_GONE_H
#define KIND_GONE_H

#include "field/field.h"

/* Its value is a struct flag. Only in listings: in no message, and no word sets it. */
extern const struct kind kind_gone;

#endif
