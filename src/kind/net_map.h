/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Maps addresses of one network to another, as `nat` does. The host bits stay; in IPv6 networks up
 * to /64 (RFC 6296) one 16-bit word of them changes so that the sum of the address, and thereby the
 * checksums of its packets, stay the same.
 */
#ifndef KIND_NET_MAP_H
#define KIND_NET_MAP_H

#include "kind/prefix.h"

enum { NET_WORDS = 4 };

/*
 * Finds the words that can change, as byte offsets in the address; the first one that isn't 0xffff
 * changes. Sets *difference to the one's complement number to add to it; a result of 0xffff becomes
 * 0. Returns the number of words; 0 if none changes.
 */
int net_words(const struct prefix *from, const struct prefix *to, uint8_t words[NET_WORDS],
	uint16_t *difference);
/* Maps an address of `from`, in network byte order, to `to`. Returns false if it has no equal
 * there. */
bool net_map(const struct prefix *from, const struct prefix *to, uint8_t address[16]);

#endif
