/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Unknown attributes as bytes. */
#include "kind/attributes.h"

#include <string.h>

#include <libmnl/libmnl.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "field/walk.h"
#include "base/hex.h"
#include "field/received.h"
#include "kind/number.h"

enum {
	BYTES_MAX = 2048, /* bytes of the attributes of one record read from words */
};

static void add_item(struct attributes *list, struct arena *arena, uint16_t type,
	const uint8_t *data, size_t length)
{
	struct attributes_item *item = arena_get(arena, sizeof *item);

	item->type = type;
	item->length = (uint16_t)length;
	item->data = arena_copy(arena, data, length);
	if (list->last)
		list->last->next = item;
	else
		list->first = item;
	list->last = item;
	list->given = true;
	list->count++;
	list->bytes += (uint32_t)MNL_ALIGN(sizeof(struct nlattr) + length);
}

/* ---- messages ---- */

static void put_attributes(struct nlmsghdr *message, const struct field *field, const void *value)
{
	const struct attributes *list = value;

	(void)field;
	/* Words never give more than a message can contain, so these came from the kernel. */
	if (message->nlmsg_len + list->bytes > MESSAGE_MAX)
		return;
	for (const struct attributes_item *item = list->first; item; item = item->next)
		mnl_attr_put(message, item->type, item->length, item->data);
}

static bool means_nothing(const struct field *field, uint16_t type)
{
	for (const uint16_t *padding = field->padding; padding && *padding; padding++)
		if (*padding == type)
			return true;
	return false;
}

static void get_attributes(struct message *message, const struct field *field, void *value)
{
	const struct object *object = message->decoder->object;
	const struct nlattr *attribute;

	mnl_attr_for_each(attribute, message->header, object->header_size)
	{
		uint16_t type = mnl_attr_get_type(attribute);

		if (type < ATTRIBUTES_MAX &&
			!rows_have(&message->decoder->behind[type], (int)(field - object->fields)))
			continue;
		if (!means_nothing(field, type))
			add_item(value, message->arena, attribute->nla_type,
				mnl_attr_get_payload(attribute),
				mnl_attr_get_payload_len(attribute));
	}
}

static void get_nest_attributes(struct message *message, const struct field *field, void *value)
{
	const struct nlattr *nest = message->attribute[field->nest];
	const struct nlattr *attribute;

	if (!nest)
		return;
	mnl_attr_for_each_nested(attribute, nest)
	{
		if (mnl_attr_get_type(attribute) > message->highest)
			add_item(value, message->arena, attribute->nla_type,
				mnl_attr_get_payload(attribute),
				mnl_attr_get_payload_len(attribute));
	}
}

/* ---- words ---- */

/* Reads N=0x…; returns -1 if the word has another form. */
static int read_bytes(const char *text, uint8_t *data)
{
	size_t digits = strlen(text);

	if (digits % 2 || digits / 2 > BYTES_MAX || !hex_read(text, digits / 2, data))
		return -1;
	return (int)(digits / 2);
}

static int read_attribute(
	struct parser *parser, const char *word, uint32_t *type, uint8_t *data, struct error *error)
{
	const char *equal = strchr(word, '=');
	int length = -1;
	char number[16];

	if (equal && equal - word < (long)sizeof number && !strncmp(equal, "=0x", 3)) {
		snprintf(number, sizeof number, "%.*s", (int)(equal - word), word);
		if (number_read(number, DIALECT_OWN, type) && *type <= UINT16_MAX &&
			*type & NLA_TYPE_MASK)
			length = read_bytes(equal + 3, data);
	}
	if (length >= 0)
		return length;
	parser_refuse(parser, error, "\"%s\" is not an attribute", word);
	return error_hint(
		error, "N=0x and an even number of hexadecimal digits, as in 99=0x0a000001");
}

/* Refuses an attribute that has a row. */
static const struct field *known_row(
	const struct parser *parser, const struct field *field, uint16_t type)
{
	const struct object *object = keywords_object(parser->keywords);

	for (int i = 0; i < object->count; i++) {
		const struct field *row = &object->fields[i];
		bool own = row->nest == field->nest && row->attribute == type;
		bool nest = !field->nest && row->nest == type;

		if (row->kind && (own || nest || (row->also == type && !field->nest)))
			return row;
	}
	return NULL;
}

static int parse_attributes(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct attributes *list = value;
	const char *word = parser_value(parser, field, error);
	const struct field *row;
	uint8_t data[BYTES_MAX];
	uint32_t type = 0;
	int length;

	if (!word)
		return -1;
	length = read_attribute(parser, word, &type, data, error);
	if (length < 0)
		return -1;
	row = known_row(parser, field, type & NLA_TYPE_MASK);
	if (row)
		return parser_refuse(parser, error, "attribute %u is \"%s\": use that word",
			type & NLA_TYPE_MASK, row->word);
	if (means_nothing(field, type & NLA_TYPE_MASK) ||
		(field->kind->nest_rest &&
			(type & NLA_TYPE_MASK) <=
				object_highest(keywords_object(parser->keywords), field->nest)))
		return parser_refuse(
			parser, error, "attribute %u has no meaning", type & NLA_TYPE_MASK);
	add_item(list, parser->arena, (uint16_t)type, data, (size_t)length);
	if (list->bytes > BYTES_MAX)
		return parser_refuse(parser, error, "the attributes do not fit into one message");
	return 0;
}

static void write_attributes(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct attributes *list = value;
	struct label label = field_label(field, view->dialect);
	struct label word = {.word = label.word};
	struct buffer text = {0};

	label.word = "";
	writer_list_open(writer, &label);
	for (const struct attributes_item *item = list->first; item; item = item->next) {
		buffer_reset(&text);
		buffer_format(&text, item->type & NLA_F_NESTED ? "0x%x=0x" : "%u=0x", item->type);
		hex_add(&text, item->data, item->length);
		writer_string(writer, &word, TINT_NONE, NULL);
		writer_string(writer, NULL, TINT_NONE, buffer_text(&text));
	}
	writer_list_close(writer);
	buffer_free(&text);
}

static bool same_attributes(const void *a, const void *b)
{
	const struct attributes *left = a;
	const struct attributes *right = b;
	const struct attributes_item *other = right->first;

	if (left->count != right->count)
		return false;
	for (const struct attributes_item *item = left->first; item; item = item->next) {
		if (item->type != other->type || item->length != other->length ||
			memcmp(item->data, other->data, item->length) != 0)
			return false;
		other = other->next;
	}
	return true;
}

static void keep_attributes(void *value, struct arena *arena)
{
	struct attributes *list = value;
	struct attributes kept = {.given = true};

	for (const struct attributes_item *item = list->first; item; item = item->next)
		add_item(&kept, arena, item->type, item->data, item->length);
	*list = kept;
}

const struct kind kind_attributes = {
	.syntax = "N=0xBYTES",
	.size = sizeof(struct attributes),
	.takes = MEMBER_PADDING,
	.parse = parse_attributes,
	.put = put_attributes,
	.get = get_attributes,
	.rest = true,
	.write = write_attributes,
	.same = same_attributes,
	.repeats = true,
	.keep = keep_attributes,
};

const struct kind kind_nest_attributes = {
	.syntax = "N=0xBYTES",
	.size = sizeof(struct attributes),
	.parse = parse_attributes,
	.put = put_attributes,
	.get = get_nest_attributes,
	.nest_rest = true,
	.write = write_attributes,
	.same = same_attributes,
	.repeats = true,
	.keep = keep_attributes,
};
