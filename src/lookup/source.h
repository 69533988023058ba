/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses the source address of a packet that has none. */
#ifndef LOOKUP_SOURCE_H
#define LOOKUP_SOURCE_H

#include "lookup/node.h"

/*
 * Returns the source of an IPv4 packet that takes this hop: `src` of the node, or an address of the
 * device (fib_result_prefsrc() in net/ipv4/fib_semantics.c). Not given if there is none.
 */
struct address source_ipv4(const struct snapshot *snapshot, const struct hop *hop);

/*
 * Returns an IPv4 address of the device with at most this scope (RT_SCOPE_…), preferably one in the
 * network of `gateway` (4 bytes in network byte order, or NULL); otherwise an address of another
 * device of its VRF (inet_select_addr() in net/ipv4/devinet.c). Not given if there is none.
 */
struct address source_of_device(
	const struct snapshot *snapshot, uint32_t device, const uint8_t *gateway, uint8_t scope);

/*
 * Returns the source of an IPv6 packet to `destination` (16 bytes in network byte order) that takes
 * this hop: `src` of the node, or the best address by RFC 6724 (ipv6_dev_get_saddr() in
 * net/ipv6/addrconf.c). Not given if there is none.
 */
struct address source_ipv6(
	const struct snapshot *snapshot, const struct hop *hop, const uint8_t *destination);

#endif
