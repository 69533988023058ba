/* An IPv4 or IPv6 address: gateways, preferred sources. */
#ifndef KIND_ADDRESS_H
#define KIND_ADDRESS_H

#include "field/field.h"

enum { ADDRESS_TEXT_MAX = 48 };

struct address {
	bool given;
	uint8_t family;    /* AF_INET, AF_INET6 */
	uint8_t match;     /* in a selector: bits that count; 0: all */
	uint8_t bytes[16]; /* network order; 4 of them for IPv4; AF_MPLS: a stack of labels */
};

/* The field's `bits`: AF_INET or AF_INET6, where it does not follow the record's family. No address
 * is the same as one of zeros. */
extern const struct kind kind_address;
/* `[to] ADDR`, which `ip` shows with its `to`. */
extern const struct kind kind_new_destination;

/* Do the first `bits` of both agree? 0: all of `size` bytes. */
bool address_match(const uint8_t *a, const uint8_t *b, size_t size, uint8_t bits);
/* A selector `ADDR/LENGTH`, the last word taken: the address and how many bits of it count. 0, or
 * -1. */
int address_select(struct parser *parser, const struct field *field, struct address *address,
	struct error *error);

/* Length of an address in bytes: 4 or 16. */
size_t address_size(uint8_t family);

/*
 * Reads the `length` first characters of `text`. Our own dialect: four decimal numbers, or fewer
 * when `prefix` (a network, its missing parts zero); ip's: each number in C's notation, missing
 * parts zero. IPv6 as inet_pton() has it. NULL when read, else a sentence that says what is wrong.
 */
const char *address_read(const char *text, size_t length, enum dialect dialect, bool prefix,
	uint8_t *family, uint8_t bytes[16]);

/* Writes the address as text, without brackets or zone; returns its length. */
size_t address_text(uint8_t family, const uint8_t *bytes, char text[ADDRESS_TEXT_MAX]);
/* The same; if the view resolves, the host's name when it has one. */
enum { HOST_TEXT_MAX = 256 };
void address_host(
	const struct view *view, uint8_t family, const uint8_t *bytes, char text[HOST_TEXT_MAX]);

/* How an address of this family is coloured. */
enum tint address_tint(uint8_t family);

#endif
