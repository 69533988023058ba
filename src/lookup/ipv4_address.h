/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Classes of IPv4 addresses. Addresses are 4 bytes in network byte order: include/linux/in.h. */
#ifndef LOOKUP_IPV4_ADDRESS_H
#define LOOKUP_IPV4_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

static inline bool ipv4_is_zero(const uint8_t *address)
{
	return !(address[0] | address[1] | address[2] | address[3]);
}
static inline bool ipv4_is_loopback(const uint8_t *address)
{
	return address[0] == 127;
}
static inline bool ipv4_is_multicast(const uint8_t *address)
{
	return (address[0] & 0xf0) == 0xe0;
}
/* Returns true for 224.0.0.0/24, which no router forwards. */
static inline bool ipv4_is_local_multicast(const uint8_t *address)
{
	return address[0] == 224 && !address[1] && !address[2];
}
static inline bool ipv4_is_broadcast(const uint8_t *address)
{
	return (address[0] & address[1] & address[2] & address[3]) == 0xff;
}

#endif
