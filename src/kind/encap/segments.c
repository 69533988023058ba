/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Segments in words, and in a segment routing header. */
#include "kind/encap/segments.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/seg6.h>
#include <linux/seg6_hmac.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/words.h"
#include "kind/address.h"

enum {
	SRH_TYPE = 4, /* the routing type of RFC 8754 */
	HMAC_TLV = sizeof(struct sr6_tlv_hmac),
};

/* ---- the list ---- */

/* Appends the segments that it reads. */
static int parse_list(
	struct parser *parser, const char *word, struct segments *segments, struct error *error)
{
	uint8_t address[SEGMENTS_MAX][16];
	const char *at = word;

	if (segments->count)
		memcpy(address, segments->address, 16 * (size_t)segments->count);
	for (;; segments->count++) {
		size_t length = strcspn(at, ",");
		uint8_t family = AF_UNSPEC;
		const char *reason = "too many addresses";

		if (segments->count < SEGMENTS_MAX)
			reason = address_read(at, length, parser->dialect, false, &family,
				address[segments->count]);
		if (!reason && family != AF_INET6)
			reason = "not an IPv6 address";
		if (reason)
			return parser_refuse(
				parser, error, "\"%.*s\": %s", (int)length, at, reason);
		at += length;
		if (!*at++)
			break;
	}
	segments->count++;
	segments->address = arena_copy(parser->arena, address, 16 * (size_t)segments->count);
	segments->given = true;
	return 0;
}

static int parse_segments(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct segments *segments = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (segments->given && parser->dialect == DIALECT_IP)
		return parser_refuse_again(parser, error, field->word, word);
	return parse_list(parser, word, segments, error);
}

/* A list is one word; in ip's text several words in brackets. */
static void write_segments(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct segments *segments = value;
	bool ip = view->dialect == DIALECT_IP;
	int shown = segments->count + (ip && segments->spare);
	struct label items = {.word = ip ? "" : NULL, .key = field->word};
	struct buffer joined = {0};
	char count[16];

	for (int i = 0; i < segments->count && !ip; i++) {
		char text[ADDRESS_TEXT_MAX];

		address_text(AF_INET6, segments->address[i], text);
		buffer_format(&joined, "%s%s", i ? "," : "", text);
	}
	snprintf(count, sizeof count, "%d", shown);
	writer_string(writer, &(struct label){.word = field->word}, TINT_NONE,
		ip ? count : buffer_text(&joined));
	buffer_free(&joined);
	if (ip)
		writer_string(writer, &(struct label){.word = "["}, TINT_NONE, NULL);
	writer_list_open(writer, &items);
	for (int i = 0; i < shown; i++) {
		char text[ADDRESS_TEXT_MAX] = "::";

		if (i < segments->count)
			address_text(AF_INET6, segments->address[i], text);
		writer_string(writer, NULL, TINT_INET6, text);
	}
	writer_list_close(writer);
	if (ip)
		writer_string(writer, &(struct label){.word = "]"}, TINT_NONE, NULL);
}

static bool same_segments(const void *a, const void *b)
{
	const struct segments *left = a;
	const struct segments *right = b;

	return left->count == right->count &&
	       !memcmp(left->address, right->address, 16 * (size_t)left->count);
}

static void keep_segments(void *value, struct arena *arena)
{
	struct segments *segments = value;

	segments->address = arena_copy(arena, segments->address, 16 * (size_t)segments->count);
}

const struct kind kind_segments = {
	.syntax = "ADDR[,ADDR...]",
	.size = sizeof(struct segments),
	.parse = parse_segments,
	.write = write_segments,
	.same = same_segments,
	.repeats = true,
	.keep = keep_segments,
};

/* ---- the key ---- */

static int parse_hmac(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	static const struct range range = {1, UINT32_MAX};
	struct field number = *field;

	number.range = &range;
	return kind_number.parse(parser, &number, value, error);
}

/* `ip` shows hexadecimal digits without 0x, which it would read as decimal. */
static void write_hmac(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint32_t key = ((const struct number *)value)->value;
	char text[16];

	if (view->dialect == DIALECT_OWN) {
		kind_number.write(writer, field, value, view);
		return;
	}
	snprintf(text, sizeof text, "%X", key);
	writer_string(writer, &(struct label){.word = field->word}, TINT_NONE, text);
	snprintf(text, sizeof text, "%#x", key);
	writer_string(writer, &(struct label){.key = field->word}, TINT_NONE, text);
}

static bool same_hmac(const void *a, const void *b)
{
	return kind_number.same(a, b);
}

const struct kind kind_hmac = {
	.syntax = "N",
	.size = sizeof(struct number),
	.parse = parse_hmac,
	.write = write_hmac,
	.same = same_hmac,
};

/* ---- both ---- */

static const struct field segs_row = {.word = "segs", .kind = &kind_segments};
static const struct field hmac_row = {.word = "hmac", .kind = &kind_hmac};

static int parse_srh(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct srh *srh = value;
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (strcmp(word, "segs") != 0) {
		parser_refuse(parser, error, "\"%s\" where \"segs\" should be", word);
		return error_hint(error, "%s %s", field->word, field->kind->syntax);
	}
	srh->given = true;
	do {
		if (parse_segments(parser, &segs_row, &srh->segments, error))
			return -1;
	} while (words_accept(parser->words, "segs"));
	if (words_accept(parser->words, "hmac"))
		return parse_hmac(parser, &hmac_row, &srh->hmac, error);
	return 0;
}

/* ip's text leaves out the word that it needs to read it again. */
static void write_srh(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct srh *srh = value;
	struct label label = {
		.word = view->dialect == DIALECT_IP ? "" : field->word, .key = field->word};

	writer_object_open(writer, &label);
	write_segments(writer, &segs_row, &srh->segments, view);
	if (srh->hmac.given)
		write_hmac(writer, &hmac_row, &srh->hmac, view);
	writer_object_close(writer);
}

static bool same_srh(const void *a, const void *b)
{
	const struct srh *left = a;
	const struct srh *right = b;

	return same_segments(&left->segments, &right->segments) &&
	       left->hmac.value == right->hmac.value;
}

static void keep_srh(void *value, struct arena *arena)
{
	keep_segments(&((struct srh *)value)->segments, arena);
}

const struct kind kind_srh = {
	.syntax = "segs ADDR[,ADDR...] [hmac N]",
	.size = sizeof(struct srh),
	.parse = parse_srh,
	.write = write_srh,
	.same = same_srh,
	.keep = keep_srh,
};

/* ---- messages ---- */

void segments_build(uint8_t *to, const struct segments *segments)
{
	for (int i = segments->count; i--; to += 16)
		memcpy(to, segments->address[i], 16);
}

void segments_take(const void *from, size_t count, struct arena *arena, struct segments *segments)
{
	const uint8_t(*wire)[16] = from;

	segments->given = true;
	segments->count = (uint16_t)count;
	segments->address = arena_get(arena, 16 * count);
	for (size_t i = 0; i < count; i++)
		memcpy(segments->address[i], wire[count - 1 - i], 16);
}

size_t srh_build(uint8_t *to, const struct segments *segments, const struct number *hmac)
{
	int count = segments->count + segments->spare;
	size_t length = sizeof(struct ipv6_sr_hdr) + 16 * (size_t)count;
	struct sr6_tlv_hmac tlv = {.tlvhdr = {.type = SR6_TLV_HMAC, .len = HMAC_TLV - 2}};
	struct ipv6_sr_hdr header = {
		.type = SRH_TYPE,
		.segments_left = (uint8_t)(count - 1),
		.first_segment = (uint8_t)(count - 1),
	};

	memset(to, 0, SRH_MAX);
	segments_build(to + sizeof header + (segments->spare ? 16 : 0), segments);
	if (hmac->given) {
		header.flags |= SR6_FLAG1_HMAC;
		tlv.hmackeyid = htonl(hmac->value);
		memcpy(to + length, &tlv, sizeof tlv);
		length += sizeof tlv;
	}
	header.hdrlen = (uint8_t)(length / 8 - 1);
	memcpy(to, &header, sizeof header);
	return length;
}

void srh_take(const void *from, size_t size, bool spare, struct arena *arena,
	struct segments *segments, struct number *hmac)
{
	static const uint8_t zeros[16];
	const struct ipv6_sr_hdr *header = from;
	const uint8_t *last = (const uint8_t *)(header + 1);
	size_t length;
	size_t count;

	if (size < sizeof *header)
		return;
	length = ((size_t)header->hdrlen + 1) * 8;
	count = (size_t)header->first_segment + 1;
	if (length > size || sizeof *header + 16 * count > length || count > SEGMENTS_MAX)
		return;
	if (header->flags & SR6_FLAG1_HMAC && length >= sizeof *header + 16 * count + HMAC_TLV) {
		struct sr6_tlv_hmac tlv;

		memcpy(&tlv, (const uint8_t *)from + length - HMAC_TLV, sizeof tlv);
		hmac->value = ntohl(tlv.hmackeyid);
		hmac->given = hmac->value != 0;
	}
	segments->spare = spare && count > 1 && !memcmp(last, zeros, sizeof zeros);
	if (segments->spare)
		segments_take(last + 16, count - 1, arena, segments);
	else
		segments_take(last, count, arena, segments);
}
