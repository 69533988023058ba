/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Addresses as text. IPv4 addresses are read and written here: inet_aton() accepts octal numbers,
 * and inet_ntop() takes a third of the time of a listing. */
#include "kind/address_text.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "kind/label.h"

enum tint address_tint(uint8_t family)
{
	if (family == AF_MPLS)
		return TINT_NONE;
	return family == AF_INET6 ? TINT_INET6 : TINT_INET;
}

/* Reads one number of a dotted quad. Ours is decimal; `ip` and inet_aton() would read 010 as
 * eight. */
static const char *read_part(const char **at, const char *end, enum dialect dialect, uint8_t *part)
{
	unsigned long value = 0;
	const char *start = *at;
	char *stop;

	if (dialect == DIALECT_IP) {
		value = strtoul(start, &stop, 0);
		*at = stop > end ? end : stop;
	} else {
		for (; *at < end && **at >= '0' && **at <= '9' && value < 256; ++*at)
			value = value * 10 + (unsigned long)(**at - '0');
		if (*at > start + 1 && *start == '0')
			return "a number with a leading zero could mean octal";
	}
	if (*at == start)
		return "not an address";
	if (value > 255)
		return "each number of an IPv4 address is at most 255";
	*part = (uint8_t)value;
	return NULL;
}

static const char *read_inet(
	const char *text, const char *end, enum dialect dialect, bool prefix, uint8_t bytes[16])
{
	const char *reason;
	int count = 0;

	memset(bytes, 0, 16);
	for (;; text++) {
		reason = count < 4 ? read_part(&text, end, dialect, &bytes[count++])
		                   : "an IPv4 address has four numbers";
		if (reason)
			return reason;
		if (text == end)
			break;
		if (*text != '.')
			return "not an address";
	}
	if (count < 4 && !prefix && dialect == DIALECT_OWN)
		return "an IPv4 address has four numbers";
	return NULL;
}

const char *address_read(const char *text, size_t length, enum dialect dialect, bool prefix,
	uint8_t *family, uint8_t bytes[16])
{
	char copy[ADDRESS_TEXT_MAX];

	if (!memchr(text, ':', length)) {
		*family = AF_INET;
		return read_inet(text, text + length, dialect, prefix, bytes);
	}
	*family = AF_INET6;
	if (length >= sizeof copy)
		return "not an IPv6 address";
	memcpy(copy, text, length);
	copy[length] = '\0';
	if (strchr(copy, '%'))
		return "an address takes no zone here: name the device with \"dev\"";
	return inet_pton(AF_INET6, copy, bytes) == 1 ? NULL : "not an IPv6 address";
}

static char *put_part(char *at, unsigned int part)
{
	if (part >= 100) {
		unsigned int hundreds = part >= 200 ? 2 : 1;

		*at++ = (char)('0' + hundreds);
		part -= hundreds * 100;
		*at++ = (char)('0' + part / 10);
	} else if (part >= 10) {
		*at++ = (char)('0' + part / 10);
	}
	*at++ = (char)('0' + part % 10);
	return at;
}

size_t address_text(uint8_t family, const uint8_t *bytes, char text[ADDRESS_TEXT_MAX])
{
	char *at = text;

	if (family == AF_INET6) {
		inet_ntop(AF_INET6, bytes, text, ADDRESS_TEXT_MAX);
		return strlen(text);
	}
	if (family == AF_MPLS)
		return labels_text(
			bytes, labels_count(bytes, ADDRESS_LABELS_MAX), text, ADDRESS_TEXT_MAX);
	for (int i = 0; i < 4; i++) {
		at = put_part(at, bytes[i]);
		*at++ = '.';
	}
	*--at = '\0';
	return (size_t)(at - text);
}

bool address_match(const uint8_t *a, const uint8_t *b, size_t size, uint8_t bits)
{
	size_t whole = bits ? bits / 8U : size;

	return !memcmp(a, b, whole) && (!(bits % 8) || !((a[whole] ^ b[whole]) >> (8 - bits % 8)));
}

void address_host(
	const struct view *view, uint8_t family, const uint8_t *bytes, char text[HOST_TEXT_MAX])
{
	struct sockaddr_in inet = {.sin_family = AF_INET};
	struct sockaddr_in6 inet6 = {.sin6_family = AF_INET6};
	const struct sockaddr *address = (const struct sockaddr *)&inet;
	socklen_t size = sizeof inet;

	memcpy(&inet.sin_addr, bytes, sizeof inet.sin_addr);
	if (family == AF_INET6) {
		memcpy(&inet6.sin6_addr, bytes, sizeof inet6.sin6_addr);
		address = (const struct sockaddr *)&inet6;
		size = sizeof inet6;
	}
	if (!view->resolve || getnameinfo(address, size, text, HOST_TEXT_MAX, NULL, 0, NI_NAMEREQD))
		address_text(family, bytes, text);
}
