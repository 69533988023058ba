/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The families of multicast rules: RTNL_FAMILY_IPMR and RTNL_FAMILY_IP6MR in linux/rtnetlink.h. */
#ifndef KIND_FAMILY_H
#define KIND_FAMILY_H

#include "kind/byte.h"

/* The words ipmr and ip6mr, which decide the family of the line; the first byte of the header. Its
 * value is a struct byte. */
extern const struct kind kind_family;

/* Returns true for a family of multicast rules, which have no addresses. */
bool family_is_multicast(uint8_t family);

#endif
