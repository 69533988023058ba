/* The families of the kernel's rules for multicast: RTNL_FAMILY_IPMR and IP6MR in
 * linux/rtnetlink.h. */
#ifndef KIND_FAMILY_H
#define KIND_FAMILY_H

#include "kind/byte.h"

/* The words ipmr and ip6mr, which settle the family of the line; the first byte of the header. A
 * struct byte. */
extern const struct kind kind_family;

/* Is it a family of multicast rules? Theirs have no addresses. */
bool family_is_multicast(uint8_t family);

#endif
