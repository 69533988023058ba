/* SPDX-License-Identifier: GPL-2.0-or-later */
/* NPTv6: RFC 6296, sections 3.1 to 3.5. */
#include "kind/net_map.h"

#include <sys/socket.h>

enum { SITE = 48, SUBNET = 64, ONES = 0xffff };

static uint16_t word_at(const uint8_t *bytes, int offset)
{
	return (uint16_t)(bytes[offset] << 8 | bytes[offset + 1]);
}

static uint16_t add(uint32_t a, uint32_t b)
{
	uint32_t sum = a + b;

	return (uint16_t)((sum & ONES) + (sum >> 16));
}

static uint16_t sum_of(const struct prefix *prefix)
{
	uint16_t sum = 0;

	for (int i = 0; i < SUBNET / 8; i += 2)
		sum = add(sum, word_at(prefix->bytes, i));
	return sum;
}

int net_words(const struct prefix *from, const struct prefix *to, uint8_t words[NET_WORDS],
	uint16_t *difference)
{
	int count = 0;

	if (to->family != AF_INET6 || to->length > SUBNET || !to->length || !from->given)
		return 0;
	*difference = add(sum_of(from), (uint16_t)~sum_of(to));
	if (*difference == ONES)
		*difference = 0;
	if (to->length <= SITE)
		words[count++] = SITE / 8;
	else
		for (; count < NET_WORDS; count++)
			words[count] = (uint8_t)(SUBNET / 8 + 2 * count);
	return count;
}

bool net_map(const struct prefix *from, const struct prefix *to, uint8_t address[16])
{
	uint8_t words[NET_WORDS];
	uint16_t difference, word;
	int count = net_words(from, to, words, &difference);
	int at = 0;

	while (at < count && word_at(address, words[at]) == ONES)
		at++;
	for (unsigned i = 0; i < to->length; i++) {
		uint8_t bit = (uint8_t)(0x80 >> i % 8);

		address[i / 8] = (uint8_t)((address[i / 8] & ~bit) | (to->bytes[i / 8] & bit));
	}
	if (at == count)
		return !count;
	word = add(word_at(address, words[at]), difference);
	word = word == ONES ? 0 : word;
	address[words[at]] = (uint8_t)(word >> 8);
	address[words[at] + 1] = (uint8_t)word;
	return true;
}
