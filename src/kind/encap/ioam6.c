/* SPDX-License-Identifier: GPL-2.0-or-later */
/* encap ioam6: adds room for a trace to the packet (RFC 9197; linux/ioam6.h). */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/ioam6_iptunnel.h>

#include "base/error.h"
#include "base/words.h"
#include "field/received.h"
#include "kind/address.h"
#include "kind/attributes.h"
#include "kind/encap/encap.h"
#include "kind/number.h"
#include "kind/word.h"

enum {
	ATTRIBUTE_SOURCE = 6, /* newer than the headers of some build machines */
	FREQUENCY_MAX = 1000000,
	TYPE_MAX = (1 << 24) - 1,
	TRACE_BYTES = 8, /* a struct ioam6_trace_hdr */
	SIZE_MAX_BYTES = 244,
};

struct frequency {
	bool given;
	uint32_t k, n; /* trace k of n packets */
};

struct ioam6 {
	uint8_t family;
	struct frequency frequency;
	struct number mode; /* IOAM6_IPTUNNEL_MODE_… */
	struct address source, destination;
	struct number trace, type, space, size;
	struct attributes others;
};

/* ---- how often ---- */

static int parse_frequency(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct frequency *frequency = value;
	const char *word = parser_value(parser, field, error);
	const char *stroke;
	char k[16];

	if (!word)
		return -1;
	stroke = strchr(word, '/');
	snprintf(k, sizeof k, "%.*s", stroke ? (int)(stroke - word) : 0, word);
	if (!stroke || stroke - word >= (long)sizeof k ||
		!number_read(k, DIALECT_OWN, &frequency->k) ||
		!number_read(stroke + 1, DIALECT_OWN, &frequency->n) || !frequency->k ||
		frequency->k > frequency->n || frequency->n > FREQUENCY_MAX) {
		parser_refuse(parser, error, "\"%s\" is not a frequency", word);
		return error_hint(error, "K/N: in K of N packets, N up to %d", FREQUENCY_MAX);
	}
	frequency->given = true;
	return 0;
}

static void put_frequency(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct frequency *frequency = value;

	mnl_attr_put_u32(message, field->attribute, frequency->k);
	mnl_attr_put_u32(message, IOAM6_IPTUNNEL_FREQ_N, frequency->n);
}

static void get_frequency(struct message *message, const struct field *field, void *value)
{
	struct frequency *frequency = value;
	const struct field second = {.attribute = IOAM6_IPTUNNEL_FREQ_N};
	const struct nlattr *k = message_attribute(message, field, sizeof(uint32_t));
	const struct nlattr *n = message_attribute(message, &second, sizeof(uint32_t));

	if (!k || !n)
		return;
	frequency->given = true;
	frequency->k = mnl_attr_get_u32(k);
	frequency->n = mnl_attr_get_u32(n);
}

static void write_frequency(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct frequency *frequency = value;
	struct label label = {
		.word = field->word, .key = view->dialect == DIALECT_OWN ? field->word : NULL};
	struct label freqk = {.key = "freqk"};
	struct label freqn = {.key = "freqn"};
	char text[32];

	snprintf(text, sizeof text, "%u/%u", frequency->k, frequency->n);
	writer_string(writer, &label, TINT_NONE, text);
	if (view->dialect == DIALECT_OWN)
		return;
	writer_number(writer, &freqk, frequency->k, NULL);
	writer_number(writer, &freqn, frequency->n, NULL);
}

static bool same_frequency(const void *a, const void *b)
{
	const struct frequency *left = a;
	const struct frequency *right = b;

	return left->k == right->k && left->n == right->n;
}

static const struct kind kind_frequency = {
	.syntax = "K/N",
	.size = sizeof(struct frequency),
	.parse = parse_frequency,
	.put = put_frequency,
	.get = get_frequency,
	.write = write_frequency,
	.same = same_frequency,
};

/* ---- what is traced ---- */

static int parse_trace(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	const char *word = parser_value(parser, field, error);

	if (!word)
		return -1;
	if (strcmp(word, "prealloc") != 0)
		return parser_refuse(parser, error, "\"%s\" where \"prealloc\" should be", word);
	((struct number *)value)->given = true;
	return 0;
}

static void write_trace(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	struct label trace = {.word = field->word, .key = field->word};
	struct label prealloc = {.word = "prealloc", .key = "prealloc"};
	struct label text = {.word = field->word};

	(void)value;
	if (view->dialect == DIALECT_IP) {
		writer_string(writer, &trace, TINT_NONE, NULL);
		writer_string(writer, &prealloc, TINT_NONE, NULL);
		return;
	}
	prealloc.word = NULL;
	prealloc.key = field->word;
	writer_string(writer, &text, TINT_NONE, "prealloc");
	writer_string(writer, &prealloc, TINT_NONE, "prealloc");
}

static bool same_trace(const void *a, const void *b)
{
	(void)a;
	(void)b;
	return true;
}

static const struct kind kind_trace = {
	.syntax = "prealloc",
	.size = sizeof(struct number),
	.parse = parse_trace,
	.write = write_trace,
	.same = same_trace,
};

static int parse_type(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	static const struct range range = {1, TYPE_MAX};
	struct field number = *field;

	number.range = &range;
	return kind_number.parse(parser, &number, value, error);
}

static void write_type(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	uint32_t type = ((const struct number *)value)->value;
	struct label label = {.word = field->word, .key = field->word};
	char text[16];

	snprintf(text, sizeof text, "0x%06x", type);
	if (view->dialect == DIALECT_OWN) {
		writer_number(writer, &label, type, text);
		return;
	}
	label.key = NULL;
	writer_string(writer, &label, TINT_NONE, text);
	label = (struct label){.key = field->word};
	snprintf(text, sizeof text, "%x", type);
	writer_string(writer, &label, TINT_NONE, text);
}

static bool same_type(const void *a, const void *b)
{
	return kind_number.same(a, b);
}

static const struct kind kind_type = {
	.syntax = "BITS",
	.size = sizeof(struct number),
	.parse = parse_type,
	.write = write_type,
	.same = same_type,
};

/* ---- the rows ---- */

static const struct choice modes[] = {
	{.word = "inline", .value = IOAM6_IPTUNNEL_MODE_INLINE},
	{.word = "encap", .value = IOAM6_IPTUNNEL_MODE_ENCAP},
	{.word = "auto", .value = IOAM6_IPTUNNEL_MODE_AUTO},
	{.word = NULL},
};
static const struct range spaces = {0, UINT16_MAX};
static const struct range sizes = {4, SIZE_MAX_BYTES};

#define AT(member) .offset = offsetof(struct ioam6, member)

enum { ROW_SOURCE = 2, ROW_DESTINATION, ROW_TRACE, ROW_TYPE, ROW_SPACE, ROW_SIZE };

static const struct field rows[] = {
	{.word = "freq",
		.kind = &kind_frequency,
		AT(frequency),
		.attribute = IOAM6_IPTUNNEL_FREQ_K,
		.flags = FIELD_INFO,
		.help = "trace K of N packets; 1/1 if not given",
		.sample = "freq 1/2"},
	{.word = "mode",
		.kind = &kind_word,
		AT(mode),
		.attribute = IOAM6_IPTUNNEL_MODE,
		.flags = FIELD_INFO,
		.choices = modes,
		.help = "inline (packets of this host), encap (all, in an outer packet), auto; "
			"inline "
			"if not given",
		.sample = "mode inline"},
	{.word = "tunsrc",
		.kind = &kind_address,
		AT(source),
		.attribute = ATTRIBUTE_SOURCE,
		.address_family = AF_INET6,
		.flags = FIELD_INFO,
		.help = "source of the outer packet",
		.sample = "tunsrc 2001:db8::1"},
	{.word = "tundst",
		.kind = &kind_address,
		AT(destination),
		.attribute = IOAM6_IPTUNNEL_DST,
		.address_family = AF_INET6,
		.flags = FIELD_INFO,
		.help = "destination of the outer packet",
		.sample = "tundst 2001:db8::9"},
	{.word = "trace",
		.kind = &kind_trace,
		AT(trace),
		.attribute = IOAM6_IPTUNNEL_TRACE,
		.flags = FIELD_INFO | FIELD_JOINT,
		.help = "allocate room for the trace before the packet leaves",
		.sample = "trace prealloc"},
	{.word = "type",
		.kind = &kind_type,
		AT(type),
		.attribute = IOAM6_IPTUNNEL_TRACE,
		.flags = FIELD_INFO | FIELD_JOINT,
		.help = "what each node writes: bits, the first is 0x800000",
		.sample = "type 0x800000"},
	{.word = "ns",
		.kind = &kind_number,
		AT(space),
		.attribute = IOAM6_IPTUNNEL_TRACE,
		.flags = FIELD_INFO | FIELD_JOINT,
		.range = &spaces,
		.help = "the namespace that the bits are of",
		.sample = "ns 1"},
	{.word = "size",
		.kind = &kind_number,
		AT(size),
		.attribute = IOAM6_IPTUNNEL_TRACE,
		.flags = FIELD_INFO | FIELD_JOINT,
		.range = &sizes,
		.help = "room in bytes: a multiple of 4 up to 244",
		.sample = "size 12"},
	ENCAP_OTHERS,
};

static int check_outer(const struct parser *parser, const struct ioam6 *ioam,
	const struct origin *origin, struct error *error)
{
	bool is_inline = ioam->mode.value == IOAM6_IPTUNNEL_MODE_INLINE;

	for (int i = ROW_SOURCE; i <= ROW_DESTINATION && is_inline; i++)
		if (origin->word[i] >= 0)
			return error_at(error, parser->words, origin->word[i],
				"\"%s\": mode inline has no outer packet", rows[i].word);
	if (is_inline || ioam->destination.given)
		return 0;
	error_at(error, parser->words, parser->words->next,
		"the destination of the outer packet is missing");
	return error_hint(error, "tundst ADDR");
}

static int finish_ioam6(const struct parser *parser, void *record, const struct origin *origin,
	bool del, struct error *error)
{
	struct ioam6 *ioam = record;

	(void)del;
	for (int i = ROW_TRACE; i <= ROW_SIZE; i++) {
		if (origin->word[i] >= 0)
			continue;
		error_at(error, parser->words, parser->words->next, "\"%s\" is missing",
			rows[i].word);
		return error_hint(error, "trace prealloc type BITS ns N size N");
	}
	if (ioam->size.value % 4)
		return error_at(error, parser->words, origin->value[ROW_SIZE],
			"the size of a trace is a multiple of 4");
	if (!ioam->frequency.given)
		ioam->frequency = (struct frequency){true, 1, 1};
	if (!ioam->mode.given)
		ioam->mode = (struct number){true, IOAM6_IPTUNNEL_MODE_INLINE};
	return check_outer(parser, ioam, origin, error);
}

/* Three rows share one attribute, a struct ioam6_trace_hdr: the size is in units of four bytes, the
 * type in the upper 24 bits. */
static void put_ioam6(struct nlmsghdr *message, const void *record)
{
	const struct ioam6 *ioam = record;
	uint8_t trace[TRACE_BYTES] = {0};
	uint16_t space = htons((uint16_t)ioam->space.value);
	uint32_t type = htonl(ioam->type.value << 8);

	if (!ioam->trace.given)
		return;
	memcpy(trace, &space, sizeof space);
	trace[3] = (uint8_t)(ioam->size.value / 4);
	memcpy(trace + 4, &type, sizeof type);
	mnl_attr_put(message, IOAM6_IPTUNNEL_TRACE, sizeof trace, trace);
}

static void ioam6_got(struct message *message, void *record)
{
	struct ioam6 *ioam = record;
	const struct nlattr *attribute = message_attribute(message, &rows[ROW_TRACE], TRACE_BYTES);
	const uint8_t *trace;
	uint16_t space;
	uint32_t type;

	if (!attribute)
		return;
	trace = mnl_attr_get_payload(attribute);
	memcpy(&space, trace, sizeof space);
	memcpy(&type, trace + 4, sizeof type);
	ioam->trace.given = true;
	ioam->space = (struct number){true, ntohs(space)};
	ioam->size = (struct number){true, (trace[3] & 127U) * 4};
	ioam->type = (struct number){true, ntohl(type) >> 8};
}

const struct object encap_ioam6_object = {
	.name = "encap",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct ioam6),
	.finish = finish_ioam6,
	.put_header = put_ioam6,
	.got = ioam6_got,
	.once = true,
};
