/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encap rpl: a source routing header of RPL (RFC 6554; linux/rpl.h). */
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/rpl_iptunnel.h>

#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "kind/attributes.h"
#include "kind/encap/encap.h"
#include "kind/encap/segments.h"

enum {
	HEADER_BYTES = 8,
	RPL_TYPE = 3, /* the routing type of RFC 6554 */
};

struct rpl {
	uint8_t family;
	struct segments segments;
	struct attributes others;
};

#define AT(member) .offset = offsetof(struct rpl, member)

static const struct field rows[] = {
	{.word = "segs",
		.kind = &kind_segments,
		AT(segments),
		.attribute = RPL_IPTUNNEL_SRH,
		.flags = FIELD_INFO | FIELD_JOINT,
		.help = "nodes to visit, in that order",
		.sample = "segs 2001:db8::8,2001:db8::9"},
	ENCAP_OTHERS,
};

static int finish_rpl(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	(void)origin;
	(void)del;
	if (((const struct rpl *)record)->segments.given)
		return 0;
	error_at(error, parser->words, parser->words->next, "the segments are missing");
	return error_hint(error, "segs %s", kind_segments.syntax);
}

/* The kernel expects uncompressed addresses; it compresses them itself. */
static void put_rpl(struct nlmsghdr *message, const void *record)
{
	const struct segments *segments = &((const struct rpl *)record)->segments;
	uint8_t payload[HEADER_BYTES + 16 * SEGMENTS_MAX] = {0};
	size_t length = HEADER_BYTES + 16 * (size_t)segments->count;

	if (!segments->given)
		return;
	payload[1] = (uint8_t)(length / 8 - 1);
	payload[2] = RPL_TYPE;
	payload[3] = (uint8_t)segments->count;
	segments_build(payload + HEADER_BYTES, segments);
	mnl_attr_put(message, RPL_IPTUNNEL_SRH, length, payload);
}

static void rpl_got(struct message *message, void *record)
{
	const struct nlattr *attribute = message_attribute(message, &rows[0], HEADER_BYTES);
	const uint8_t *payload;
	size_t count;

	if (!attribute)
		return;
	payload = mnl_attr_get_payload(attribute);
	count = payload[3];
	if (count && count <= SEGMENTS_MAX &&
		HEADER_BYTES + 16 * count <= mnl_attr_get_payload_len(attribute))
		segments_take(payload + HEADER_BYTES, count, message->arena,
			&((struct rpl *)record)->segments);
}

const struct object encap_rpl_object = {
	.name = "encap",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct rpl),
	.finish = finish_rpl,
	.put_header = put_rpl,
	.got = rpl_got,
	.once = true,
};
