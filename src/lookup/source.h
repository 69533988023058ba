/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The source address that the kernel gives a packet which has none. */
#ifndef LOOKUP_SOURCE_H
#define LOOKUP_SOURCE_H

#include "lookup/node.h"

/*
 * Of an IPv4 packet that takes this hop: the node's own `src`, or an address of the device
 * (fib_result_prefsrc() in net/ipv4/fib_semantics.c). Not given: there is none.
 */
struct address source_ipv4(const struct snapshot *snapshot, const struct hop *hop);

/*
 * An address of the device, best in the network of `gateway` (4 bytes, or NULL), with at most this
 * scope; else one of any device (inet_select_addr() in net/ipv4/devinet.c).
 */
struct address source_of_device(
	const struct snapshot *snapshot, uint32_t device, const uint8_t *gateway, uint8_t scope);

/*
 * Of an IPv6 packet to `destination` (16 bytes) that takes this hop: the node's own `src`, or the
 * best address by RFC 6724 (ipv6_dev_get_saddr() in net/ipv6/addrconf.c). Not given: none.
 */
struct address source_ipv6(
	const struct snapshot *snapshot, const struct hop *hop, const uint8_t *destination);

#endif
