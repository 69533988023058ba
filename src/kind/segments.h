/* Lists of IPv6 addresses that a packet has to visit, and the segment routing header made of them
 * (RFC 8754; linux/seg6.h). */
#ifndef KIND_SEGMENTS_H
#define KIND_SEGMENTS_H

#include "field/field.h"
#include "kind/number.h"

enum {
	SEGMENTS_MAX = 120, /* with the key of an HMAC, what the header's length can say */
	SRH_MAX = 8 + 16 * (SEGMENTS_MAX + 1) + 40, /* bytes of such a header */
};

struct segments {
	bool given;
	bool spare;             /* behind them is a place for the packet's own destination (`::`) */
	uint16_t count;         /* without the spare one */
	uint8_t (*address)[16]; /* in an arena, in the order of the journey */
};

/* `ADDR,ADDR`, or its word again for more; in ip's output `N [ ADDR ADDR ]`. For FIELD_JOINT: no
 * attribute of its own. */
extern const struct kind kind_segments;
/* Number of a key, not 0; FIELD_JOINT. Its value is a struct number. */
extern const struct kind kind_hmac;

/* Segments with a key: `srh segs ADDR,ADDR [hmac N]`; FIELD_JOINT. */
struct srh {
	bool given;
	struct segments segments;
	struct number hmac;
};
extern const struct kind kind_srh;

/* Builds the header in `to` (SRH_MAX bytes); returns its length. */
size_t srh_build(uint8_t *to, const struct segments *segments, const struct number *hmac);
/* Takes one apart, if it is whole. `spare`: the last may be the packet's own place. */
void srh_take(const void *from, size_t size, bool spare, struct arena *arena,
	struct segments *segments, struct number *hmac);
/* The same order on the wire, last first, as addresses only. */
void segments_build(uint8_t *to, const struct segments *segments);
void segments_take(const void *from, size_t count, struct arena *arena, struct segments *segments);

#endif
