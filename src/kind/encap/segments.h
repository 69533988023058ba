/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Lists of IPv6 addresses that a packet visits, and the segment routing header for them (RFC 8754;
 * linux/seg6.h). */
#ifndef KIND_ENCAP_SEGMENTS_H
#define KIND_ENCAP_SEGMENTS_H

#include "field/field.h"
#include "kind/number.h"

enum {
	SEGMENTS_MAX = 120, /* with an HMAC; limited by the length field of the header */
	SRH_MAX = 8 + 16 * (SEGMENTS_MAX + 1) + 40, /* maximum bytes of a header */
};

struct segments {
	bool given;
	bool spare;             /* a place for the packet's own destination (`::`) follows */
	uint16_t count;         /* without the spare place */
	uint8_t (*address)[16]; /* in an arena, in the order in which they are visited */
};

/* `ADDR,ADDR`; the word may be repeated. In ip's output `N [ ADDR ADDR ]`. FIELD_JOINT: it has no
 * attribute of its own. */
extern const struct kind kind_segments;
/* The number of a key, not 0; FIELD_JOINT. Its value is a struct number. */
extern const struct kind kind_hmac;

/* Segments with a key: `srh segs ADDR,ADDR [hmac N]`; FIELD_JOINT. */
struct srh {
	bool given;
	struct segments segments;
	struct number hmac;
};
extern const struct kind kind_srh;

/* Writes the header to `to` (SRH_MAX bytes); returns its length in bytes. */
size_t srh_build(uint8_t *to, const struct segments *segments, const struct number *hmac);
/* Reads a header if it is complete; otherwise changes nothing. `spare`: the last address may be the
 * place for the packet's own destination. */
void srh_take(const void *from, size_t size, bool spare, struct arena *arena,
	struct segments *segments, struct number *hmac);
/* Write or read only the addresses, the last first, as in the header. */
void segments_build(uint8_t *to, const struct segments *segments);
void segments_take(const void *from, size_t count, struct arena *arena, struct segments *segments);

#endif
