/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Classes of IPv6 addresses. Addresses are 16 bytes in network byte order, of any alignment: RFC
 * 4291. */
#ifndef LOOKUP_IPV6_ADDRESS_H
#define LOOKUP_IPV6_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline bool ipv6_is_multicast(const uint8_t *address)
{
	return address[0] == 0xff;
}
static inline bool ipv6_is_link_local(const uint8_t *address)
{
	return address[0] == 0xfe && (address[1] & 0xc0) == 0x80;
}
static inline bool ipv6_is_site_local(const uint8_t *address)
{
	return address[0] == 0xfe && (address[1] & 0xc0) == 0xc0;
}
static inline bool ipv6_is_loopback(const uint8_t *address)
{
	static const uint8_t loopback[16] = {[15] = 1};

	return !memcmp(address, loopback, sizeof loopback);
}

#endif
