/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses addresses on a path, so that a packet between them is likely to be forwarded. */
#include "lookup/path_host.h"

#include <string.h>
#include <sys/socket.h>

#include "kind/address.h"
#include "lookup/policy_set.h"

void path_address(
	const struct diagram_path *path, uint16_t first, unsigned width, struct address *address)
{
	for (unsigned i = 0; i < width; i++)
		if (path->bit[first + i] == 1)
			address->bytes[i / 8] |= (uint8_t)(0x80 >> i % 8);
}

#define BITS(byte)                                                                           \
	(byte) >> 7 & 1, (byte) >> 6 & 1, (byte) >> 5 & 1, (byte) >> 4 & 1, (byte) >> 3 & 1, \
		(byte) >> 2 & 1, (byte) >> 1 & 1, (byte)&1

const struct diagram_path *path_preferred(uint8_t family)
{
	/* From 198.51.100.9 to 203.0.113.9; from 2001:db8:1::9 to 2001:db8::9. */
	static const struct diagram_path inet = {.bit = {[PACKET_SOURCE] = BITS(198),
							 BITS(51),
							 BITS(100),
							 BITS(9),
							 [PACKET_DESTINATION] = BITS(203),
							 BITS(0),
							 BITS(113),
							 BITS(9)}};
	static const struct diagram_path inet6 = {.bit = {[PACKET_SOURCE] = BITS(0x20),
							  BITS(0x01),
							  BITS(0x0d),
							  BITS(0xb8),
							  BITS(0),
							  BITS(1),
							  [PACKET_SOURCE + 120] = BITS(9),
							  [PACKET_DESTINATION] = BITS(0x20),
							  BITS(0x01),
							  BITS(0x0d),
							  BITS(0xb8),
							  [PACKET_DESTINATION + 120] = BITS(9)}};

	return family == AF_INET6 ? &inet6 : &inet;
}

/* Returns true if the address is one of this host, or a broadcast address. */
static bool is_of_host(const struct snapshot *snapshot, const struct address *address)
{
	const struct vector *all = snapshot_addresses(snapshot);
	uint8_t last = address->bytes[address_size(address->family) - 1];

	for (size_t i = 0; i < all->count; i++) {
		const struct snapshot_address *own = vector_at(all, i);

		if (own->local.family == address->family &&
			!memcmp(own->local.bytes, address->bytes, address_size(address->family)))
			return true;
	}
	return !last || last == UINT8_MAX;
}

/* Fills the free bits of the last byte so that the address is another host's, if there is one: a
 * packet of this host, or to it, is not forwarded. */
static void choose_host(const struct snapshot *snapshot, const struct diagram_path *path,
	uint16_t first, unsigned width, struct address *address)
{
	static const uint8_t tried[] = {1, 9, 10, 2, 3, 4, 5, 6, 7, 8, 65, 129, 193};
	const int8_t *bits = path->bit + first + width - 8;
	uint8_t *last = &address->bytes[width / 8 - 1];
	uint8_t known = *last;
	uint8_t free = 0;

	for (unsigned i = 0; i < 8; i++)
		free |= bits[i] < 0 ? (uint8_t)(0x80 >> i) : 0;
	for (size_t i = 0; i < sizeof tried; i++) {
		*last = known | (tried[i] & free);
		if (!is_of_host(snapshot, address))
			return;
	}
	*last = known | (1 & free);
}

void path_host(const struct snapshot *snapshot, const struct diagram_path *path, uint16_t first,
	unsigned width, struct address *address)
{
	const struct diagram_path *preferred = path_preferred(width == 32 ? AF_INET : AF_INET6);
	bool as_preferred = true;

	for (unsigned i = 0; i < width; i++)
		as_preferred &= path->bit[first + i] < 0 ||
		                path->bit[first + i] == preferred->bit[first + i];
	path_address(as_preferred ? preferred : path, first, width, address);
	if (!as_preferred)
		choose_host(snapshot, path, first, width, address);
}
