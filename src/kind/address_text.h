/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Converts between addresses in network byte order and text. */
#ifndef KIND_ADDRESS_TEXT_H
#define KIND_ADDRESS_TEXT_H

#include <sys/socket.h>

#include "field/field.h"

enum {
	ADDRESS_TEXT_MAX = 48,
	ADDRESS_LABELS_MAX = 4, /* MPLS labels in the 16 bytes of an address */
};

/* Returns true if the first `bits` of both are equal; 0 means all of `size` bytes. */
bool address_match(const uint8_t *a, const uint8_t *b, size_t size, uint8_t bits);
/* Returns the length of an address in bytes: 4 or 16. */
static inline size_t address_size(uint8_t family)
{
	return family == AF_INET6 ? 16 : 4;
}

/*
 * Reads the first `length` characters of `text` into *family and `bytes`. IPv4 in our own dialect:
 * four decimal numbers, or fewer if `prefix` (missing ones are 0); in ip's: numbers in C's
 * notation, missing ones are 0. IPv6 as inet_pton(). Returns NULL, or on failure a sentence about
 * the fault (static).
 */
const char *address_read(const char *text, size_t length, enum dialect dialect, bool prefix,
	uint8_t *family, uint8_t bytes[16]);

/* Writes the address as text, without brackets or zone; returns its length. */
size_t address_text(uint8_t family, const uint8_t *bytes, char text[ADDRESS_TEXT_MAX]);
/* Writes the host's name if the view resolves and there is one, otherwise as address_text(). */
enum { HOST_TEXT_MAX = 256 };
void address_host(
	const struct view *view, uint8_t family, const uint8_t *bytes, char text[HOST_TEXT_MAX]);

/* Returns the colour of addresses of this family. */
enum tint address_tint(uint8_t family);

#endif
