/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A type of encapsulation without a word: its attributes as bytes. */
#include <string.h>

#include <libmnl/libmnl.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "kind/encap/encap.h"
#include "base/hex.h"
#include "field/received.h"

enum { BYTES_MAX = 4096 };

struct bytes {
	bool given;
	uint16_t size;
	uint8_t *byte; /* in an arena */
};

struct other {
	uint8_t family;
	struct bytes bytes;
};

static int parse_bytes(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct bytes *bytes = value;
	const char *word = parser_value(parser, field, error);
	size_t length;

	if (!word)
		return -1;
	length = strlen(word);
	if (strncmp(word, "0x", 2) != 0 || length % 2 || length > 2 + 2 * BYTES_MAX)
		return parser_refuse(parser, error,
			"\"%s\": the attributes of an unknown type are 0x and pairs of "
			"hexadecimal digits",
			word);
	bytes->size = (uint16_t)(length / 2 - 1);
	bytes->byte = arena_get(parser->arena, bytes->size + 1);
	if (!hex_read(word + 2, bytes->size, bytes->byte))
		return parser_refuse(parser, error, "\"%s\" is not hexadecimal", word);
	bytes->given = true;
	return 0;
}

static void write_bytes(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct bytes *bytes = value;
	struct label label = field_label(field, view->dialect);
	struct buffer text = {0};

	buffer_string(&text, "0x");
	hex_add(&text, bytes->byte, bytes->size);
	writer_string(writer, &label, TINT_NONE, buffer_text(&text));
	buffer_free(&text);
}

static bool same_bytes(const void *a, const void *b)
{
	const struct bytes *left = a;
	const struct bytes *right = b;

	return left->size == right->size && !memcmp(left->byte, right->byte, left->size);
}

static void keep_bytes(void *value, struct arena *arena)
{
	struct bytes *bytes = value;

	bytes->byte = arena_copy(arena, bytes->byte, bytes->size);
}

static const struct kind kind_bytes = {
	.syntax = "0xHEX",
	.size = sizeof(struct bytes),
	.parse = parse_bytes,
	.write = write_bytes,
	.same = same_bytes,
	.keep = keep_bytes,
};

static const struct field rows[] = {
	{.word = "attributes",
		.kind = &kind_bytes,
		.offset = offsetof(struct other, bytes),
		.flags = FIELD_POSITIONAL | FIELD_INFO | FIELD_JOINT,
		.help = "as the kernel tells them",
		.sample = "0x0800010001000000"},
};

static void put_other(struct nlmsghdr *message, const void *record)
{
	const struct bytes *bytes = &((const struct other *)record)->bytes;
	uint8_t *tail = mnl_nlmsg_get_payload_tail(message);

	if (!bytes->given)
		return;
	memset(tail, 0, MNL_ALIGN(bytes->size));
	memcpy(tail, bytes->byte, bytes->size);
	message->nlmsg_len += MNL_ALIGN(bytes->size);
}

static void other_got(struct message *message, void *record)
{
	struct bytes *bytes = &((struct other *)record)->bytes;
	const struct nlattr *nest = message->attribute[0];

	bytes->size = mnl_attr_get_payload_len(nest);
	bytes->byte = arena_copy(message->arena, mnl_attr_get_payload(nest), bytes->size);
	bytes->given = bytes->size > 0;
}

const struct object encap_other_object = {
	.name = "encap",
	.fields = rows,
	.count = sizeof rows / sizeof *rows,
	.size = sizeof(struct other),
	.put_header = put_other,
	.got = other_got,
	.once = true,
};
