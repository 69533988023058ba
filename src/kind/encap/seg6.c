/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encap seg6: a segment routing header (linux/seg6_iptunnel.h). */
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/seg6_iptunnel.h>

#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "kind/address.h"
#include "kind/attributes.h"
#include "kind/class.h"
#include "kind/encap/encap.h"
#include "kind/encap/segments.h"
#include "kind/word.h"

/* Newer than the headers of some build machines. */
enum {
	ATTRIBUTE_SOURCE = 2,
	ATTRIBUTE_TABLE = 3,
};

struct seg6 {
	uint8_t family;
	struct number mode; /* SEG6_IPTUN_MODE_… */
	struct address source;
	struct segments segments;
	struct number hmac;
	struct number class;
	struct attributes others;
};

static const struct choice modes[] = {
	{.word = "inline", .value = SEG6_IPTUN_MODE_INLINE},
	{.word = "encap", .value = SEG6_IPTUN_MODE_ENCAP},
	{.word = "l2encap", .value = SEG6_IPTUN_MODE_L2ENCAP},
	{.word = "encap.red", .value = SEG6_IPTUN_MODE_ENCAP_RED},
	{.word = "l2encap.red", .value = SEG6_IPTUN_MODE_L2ENCAP_RED},
	{.word = NULL},
};

#define AT(member) .offset = offsetof(struct seg6, member)

static const struct field rows[] = {
	{.word = "mode",
		.kind = &kind_word,
		AT(mode),
		.attribute = SEG6_IPTUNNEL_SRH,
		.flags = FIELD_INFO | FIELD_JOINT,
		.choices = modes,
		.help = "inline (in the packet), encap (around it), l2encap (around its frame), "
			"encap.red, l2encap.red (without the first segment)",
		.sample = "mode encap"},
	{.word = "tunsrc",
		.kind = &kind_address,
		AT(source),
		.attribute = ATTRIBUTE_SOURCE,
		.address_family = AF_INET6,
		.flags = FIELD_INFO,
		.vanishes = VANISHES_ANY,
		.help = "source of the outer packet; not with inline",
		.sample = "tunsrc 2001:db8::1"},
	{.word = "segs",
		.kind = &kind_segments,
		AT(segments),
		.attribute = SEG6_IPTUNNEL_SRH,
		.flags = FIELD_INFO | FIELD_JOINT,
		.help = "segments to visit, in that order",
		.sample = "segs 2001:db8::8,2001:db8::9"},
	{.word = "hmac",
		.kind = &kind_hmac,
		AT(hmac),
		.attribute = SEG6_IPTUNNEL_SRH,
		.flags = FIELD_INFO | FIELD_JOINT,
		.help = "number of the key that signs the header",
		.sample = "hmac 7"},
	{.word = "lookup",
		.kind = &kind_class,
		AT(class),
		.attribute = ATTRIBUTE_TABLE,
		.flags = FIELD_INFO,
		.vanishes = VANISHES_ANY,
		.help = "class that looks up the first segment",
		.sample = "lookup 100"},
	ENCAP_OTHERS,
};

static int finish_seg6(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	struct seg6 *seg6 = record;
	int source = origin->word[1];

	(void)del;
	if (!seg6->mode.given) {
		error_at(error, parser->words, parser->words->next, "the mode is missing");
		return error_hint(error, "mode inline, encap, l2encap, encap.red or l2encap.red");
	}
	if (!seg6->segments.given) {
		error_at(error, parser->words, parser->words->next, "the segments are missing");
		return error_hint(error, "segs %s", kind_segments.syntax);
	}
	if (seg6->mode.value == SEG6_IPTUN_MODE_INLINE && source >= 0)
		return error_at(error, parser->words, source,
			"\"tunsrc\": mode inline has no outer packet");
	seg6->segments.spare = seg6->mode.value == SEG6_IPTUN_MODE_INLINE;
	return 0;
}

/* Mode, segments and key share one attribute, a struct seg6_iptunnel_encap. */
static void put_seg6(struct nlmsghdr *message, const void *record)
{
	const struct seg6 *seg6 = record;
	uint8_t payload[sizeof(struct seg6_iptunnel_encap) + SRH_MAX];
	int mode = (int)seg6->mode.value;
	size_t length;

	if (!seg6->segments.given)
		return;
	memcpy(payload, &mode, sizeof mode);
	length = srh_build(payload + sizeof mode, &seg6->segments, &seg6->hmac);
	mnl_attr_put(message, SEG6_IPTUNNEL_SRH, sizeof mode + length, payload);
}

static void seg6_got(struct message *message, void *record)
{
	struct seg6 *seg6 = record;
	const struct nlattr *attribute =
		message_attribute(message, &rows[0], sizeof(struct seg6_iptunnel_encap));
	const char *payload;
	int mode;

	if (!attribute)
		return;
	payload = mnl_attr_get_payload(attribute);
	memcpy(&mode, payload, sizeof mode);
	seg6->mode = (struct number){true, (uint32_t)mode};
	srh_take(payload + sizeof mode, mnl_attr_get_payload_len(attribute) - sizeof mode,
		mode == SEG6_IPTUN_MODE_INLINE, message->arena, &seg6->segments, &seg6->hmac);
}

const struct object encap_seg6_object = {
	.name = "encap",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct seg6),
	.finish = finish_seg6,
	.put_header = put_seg6,
	.got = seg6_got,
	.once = true,
};
