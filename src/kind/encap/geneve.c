/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Options of Geneve headers. */
#include "kind/encap/geneve.h"

#include <arpa/inet.h>
#include <string.h>

#include <libmnl/libmnl.h>
#include <linux/lwtunnel.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/hex.h"
#include "field/received.h"
#include "kind/encap/tunnel.h"

/* Returns NULL, or a sentence about the fault. */
static const char *read_hex(const char *text, struct geneve_option *option)
{
	size_t length = strlen(text);

	if (!length || length % 8)
		return "the data of an option is whole words: a multiple of 8 hexadecimal digits";
	if (length / 2 > GENEVE_DATA_MAX)
		return "the data of an option is at most 124 bytes";
	option->size = (uint8_t)(length / 2);
	if (!hex_read(text, option->size, option->data))
		return "the data of an option is hexadecimal";
	return NULL;
}

static const char *read_geneve(
	const struct parser *parser, const char *text, struct geneve_option *option)
{
	uint32_t class;
	uint32_t type;

	if (!option_number(&text, parser, UINT16_MAX, &class))
		return "the class of an option is a number of 16 bits";
	if (!option_number(&text, parser, UINT8_MAX, &type))
		return "the type of an option is a number of 8 bits";
	option->class = (uint16_t) class;
	option->type = (uint8_t)type;
	return read_hex(text, option);
}

static int parse_geneve(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct geneve *geneve = value;
	const char *word = parser_value(parser, field, error);
	struct geneve_option option[GENEVE_OPTIONS_MAX];

	if (!word)
		return -1;
	for (const char *at = word;; at++) {
		size_t length = strcspn(at, ",");
		char text[16 + 2 * GENEVE_DATA_MAX + 2];
		const char *reason = "the option is too long";

		if (geneve->count == GENEVE_OPTIONS_MAX)
			return parser_refuse(parser, error, "too many options");
		if (length < sizeof text) {
			memcpy(text, at, length);
			text[length] = '\0';
			reason = read_geneve(parser, text, &option[geneve->count]);
		}
		if (reason) {
			parser_refuse(parser, error, "\"%.*s\": %s", (int)length, at, reason);
			return error_hint(error, "as in 0x102:128:00000001");
		}
		geneve->count++;
		at += length;
		if (!*at)
			break;
	}
	geneve->given = true;
	geneve->option = arena_copy(parser->arena, option, sizeof *option * (size_t)geneve->count);
	return 0;
}

static void put_geneve(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct geneve *geneve = value;

	for (int i = 0; i < geneve->count; i++) {
		const struct geneve_option *option = &geneve->option[i];
		struct nlattr *nest = mnl_attr_nest_start(message, field->attribute);

		mnl_attr_put_u16(message, LWTUNNEL_IP_OPT_GENEVE_CLASS, htons(option->class));
		mnl_attr_put_u8(message, LWTUNNEL_IP_OPT_GENEVE_TYPE, option->type);
		mnl_attr_put(message, LWTUNNEL_IP_OPT_GENEVE_DATA, option->size, option->data);
		mnl_attr_nest_end(message, nest);
	}
}

/* The kernel reports class, type and data of each option in turn; the data ends an option. */
static void take_options(const struct nlattr *nest, struct geneve *geneve)
{
	struct geneve_option option = {0};
	const struct nlattr *attribute;

	mnl_attr_for_each_nested(attribute, nest)
	{
		const void *payload = mnl_attr_get_payload(attribute);
		uint16_t size = mnl_attr_get_payload_len(attribute);
		uint16_t type = mnl_attr_get_type(attribute);

		if (type == LWTUNNEL_IP_OPT_GENEVE_CLASS && size >= 2)
			option.class = ntohs(mnl_attr_get_u16(attribute));
		else if (type == LWTUNNEL_IP_OPT_GENEVE_TYPE && size)
			option.type = mnl_attr_get_u8(attribute);
		if (type != LWTUNNEL_IP_OPT_GENEVE_DATA || !size || size > GENEVE_DATA_MAX ||
			size % 4 || geneve->count == GENEVE_OPTIONS_MAX)
			continue;
		option.size = (uint8_t)size;
		memcpy(option.data, payload, size);
		geneve->option[geneve->count++] = option;
	}
}

/* The kernel reports all options in one nest, but expects one nest for each. */
static void get_geneve(struct message *message, const struct field *field, void *value)
{
	struct geneve *geneve = value;
	const struct nlattr *options = message->attribute[field->nest];
	const struct nlattr *attribute;
	struct geneve_option room[GENEVE_OPTIONS_MAX];

	if (!options)
		return;
	geneve->option = room;
	mnl_attr_for_each_nested(attribute, options)
	{
		if (mnl_attr_get_type(attribute) == field->attribute)
			take_options(attribute, geneve);
	}
	geneve->given = geneve->count > 0;
	geneve->option = arena_copy(message->arena, room, sizeof *room * (size_t)geneve->count);
}

static void option_add(struct buffer *text, const struct geneve_option *option)
{
	buffer_format(text, "%s%u:%u:", text->length ? "," : "", option->class, option->type);
	hex_add(text, option->data, option->size);
}

static void write_items(struct writer *writer, const struct field *field,
	const struct geneve *geneve, struct buffer *text)
{
	struct label data = {.key = "data"};

	option_items(writer, field);
	for (int i = 0; i < geneve->count; i++) {
		writer_object_open(writer, NULL);
		option_item(writer, "class", geneve->option[i].class);
		option_item(writer, "type", geneve->option[i].type);
		buffer_reset(text);
		hex_add(text, geneve->option[i].data, geneve->option[i].size);
		writer_string(writer, &data, TINT_NONE, buffer_text(text));
		writer_object_close(writer);
	}
	writer_list_close(writer);
}

static void write_geneve(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct geneve *geneve = value;
	struct label label = field_label(field, view->dialect);
	struct buffer text = {0};

	for (int i = 0; i < geneve->count; i++)
		option_add(&text, &geneve->option[i]);
	if (view->dialect == DIALECT_OWN) {
		writer_string(writer, &label, TINT_NONE, buffer_text(&text));
	} else {
		option_line(writer, field, buffer_text(&text), view);
		write_items(writer, field, geneve, &text);
	}
	buffer_free(&text);
}

static bool same_geneve(const void *a, const void *b)
{
	const struct geneve *left = a;
	const struct geneve *right = b;

	if (left->count != right->count)
		return false;
	for (int i = 0; i < left->count; i++) {
		const struct geneve_option *one = &left->option[i];
		const struct geneve_option *other = &right->option[i];

		if (one->class != other->class || one->type != other->type ||
			one->size != other->size || memcmp(one->data, other->data, one->size) != 0)
			return false;
	}
	return true;
}

static void keep_geneve(void *value, struct arena *arena)
{
	struct geneve *geneve = value;

	geneve->option =
		arena_copy(arena, geneve->option, sizeof *geneve->option * (size_t)geneve->count);
}

const struct kind kind_geneve = {
	.syntax = "CLASS:TYPE:HEX[,...]",
	.size = sizeof(struct geneve),
	.parse = parse_geneve,
	.put = put_geneve,
	.get = get_geneve,
	.write = write_geneve,
	.same = same_geneve,
	.keep = keep_geneve,
};
