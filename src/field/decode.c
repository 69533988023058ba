/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns a message into a record: sorts the attributes by type once, then each row reads its own. */
#include "field/walk.h"

#include <string.h>

#include <libmnl/libmnl.h>

#include "field/received.h"

/* Returns true for bits of a header word, most of which are usually not set. */
static bool is_mark(const struct field *field)
{
	return field->header && field->bits && !field->attribute && !field->also;
}

/* Unknown attributes go to the row that takes the rest. */
static void add_rest(struct decoder *decoder, int rest)
{
	const struct object *object = decoder->object;
	bool known[ATTRIBUTES_MAX] = {false};

	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];
		uint16_t attribute = field->nest ? field->nest : field->attribute;

		if (!field->kind || !field->kind->get)
			continue;
		known[attribute % ATTRIBUTES_MAX] = true;
		known[field->also % ATTRIBUTES_MAX] = true;
	}
	for (int i = 0; i < ATTRIBUTES_MAX; i++)
		if (!known[i])
			rows_add(&decoder->behind[i], rest);
	rows_add(&decoder->beyond, rest);
}

void decoder_init(struct decoder *decoder, const struct object *object)
{
	*decoder = (struct decoder){
		.object = object,
		.sorted = sizeof((struct message *)NULL)->attribute,
	};
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];
		uint16_t attribute = field->nest ? field->nest : field->attribute;

		if (field->kind && field->kind->nest_rest)
			decoder->highest = object_highest(object, field->nest);
		if (field->kind && field->kind->keep)
			rows_add(&decoder->kept, i);
		if (field->kind && (!field->kind->get || field->flags & FIELD_JOINT))
			rows_add(&decoder->apart, i);
		if (!field->kind || !field->kind->get || field->flags & FIELD_JOINT)
			continue;
		if (field->kind->rest) {
			add_rest(decoder, i);
			continue;
		}
		if (is_mark(field) && (!decoder->mask || decoder->word == field->header)) {
			decoder->word = field->header;
			decoder->mask |= field->bits;
			rows_add(&decoder->marks, i);
		} else if (field->header || !attribute || attribute >= ATTRIBUTES_MAX)
			rows_add(&decoder->always, i);
		else
			rows_add(&decoder->behind[attribute], i);
		if (field->also && field->also < ATTRIBUTES_MAX)
			rows_add(&decoder->behind[field->also], i);
	}
}

static struct rows rows_both(struct rows a, struct rows b)
{
	return (struct rows){{a.word[0] | b.word[0], a.word[1] | b.word[1]}};
}

/* Sorts the attributes of a message, and adds their rows to `rows`. libmnl's loop would cost four
 * library calls for each attribute, a third of the time of a listing. */
static void sort_attributes(
	const struct decoder *decoder, struct message *message, struct rows *rows)
{
	const struct nlmsghdr *header = message->header;
	size_t at = NLMSG_HDRLEN + NLMSG_ALIGN(decoder->object->header_size);

	while (at + sizeof(struct nlattr) <= header->nlmsg_len) {
		const struct nlattr *attribute = (const struct nlattr *)((const char *)header + at);
		uint16_t type = attribute->nla_type & NLA_TYPE_MASK;

		if (attribute->nla_len < sizeof *attribute ||
			attribute->nla_len > header->nlmsg_len - at)
			break;
		if (type < ATTRIBUTES_MAX) {
			message->attribute[type] = attribute;
			*rows = rows_both(*rows, decoder->behind[type]);
		} else {
			*rows = rows_both(*rows, decoder->beyond);
		}
		at += NLA_ALIGN(attribute->nla_len);
	}
}

/* Returns the rows that the header has values for. */
static struct rows header_rows(const struct decoder *decoder, const uint8_t *family_header)
{
	uint32_t word;

	memcpy(&word, family_header + decoder->word, sizeof word);
	return word & decoder->mask ? rows_both(decoder->always, decoder->marks) : decoder->always;
}

int decoder_read_rows(const struct decoder *decoder, const struct nlmsghdr *header,
	struct arena *arena, void *record, struct rows *maybe)
{
	const struct object *object = decoder->object;
	struct message message;
	struct rows rows;
	int row;

	if ((header->nlmsg_type != object->type_new && header->nlmsg_type != object->type_del) ||
		header->nlmsg_len < NLMSG_HDRLEN + object->header_size)
		return -1;
	message.decoder = decoder;
	message.header = header;
	message.family_header = (const uint8_t *)header + NLMSG_HDRLEN;
	message.nest = 0;
	message.highest = decoder->highest;
	message.arena = arena;
	rows = header_rows(decoder, message.family_header);
	/* The size must not be a constant: the compiler would use `rep stos`, which takes as long
	 * as the rest of the sorting. */
	memset(message.attribute, 0, decoder->sorted);
	sort_attributes(decoder, &message, &rows);
	*maybe = rows_both(rows, decoder->apart);
	((struct record *)record)->family = message.family_header[0];
	while ((row = rows_take(&rows)) >= 0) {
		const struct field *field = &object->fields[row];

		field->kind->get(&message, field, field_value(field, record));
	}
	if (object->got)
		object->got(&message, record);
	return 0;
}

int decoder_read(const struct decoder *decoder, const struct nlmsghdr *header, struct arena *arena,
	void *record)
{
	struct rows ignored;

	return decoder_read_rows(decoder, header, arena, record, &ignored);
}

int fields_decode(const struct object *object, const struct nlmsghdr *header, struct arena *arena,
	void *record)
{
	struct decoder decoder;

	decoder_init(&decoder, object);
	return decoder_read(&decoder, header, arena, record);
}

void decoder_keep(const struct decoder *decoder, void *record, struct arena *arena)
{
	struct rows rows = decoder->kept;
	int row;

	while ((row = rows_take(&rows)) >= 0) {
		const struct field *field = &decoder->object->fields[row];

		if (field_given(field, record))
			field->kind->keep(field_value(field, record), arena);
	}
}

void fields_keep(const struct object *object, void *record, struct arena *arena)
{
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (field->kind && field->kind->keep && field_given(field, record))
			field->kind->keep(field_value(field, record), arena);
	}
}

void fields_take(
	const struct object *object, const struct nlattr *nest, struct arena *arena, void *record)
{
	static const uint8_t no_header[8];
	struct message message = {.family_header = no_header, .arena = arena};
	const struct nlattr *attribute;

	mnl_attr_for_each_nested(attribute, nest)
	{
		if (mnl_attr_get_type(attribute) < ATTRIBUTES_MAX)
			message.attribute[mnl_attr_get_type(attribute)] = attribute;
	}
	message.attribute[0] = nest;
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (!field->kind || !field->kind->get || field->flags & FIELD_JOINT)
			continue;
		if (field->kind->nest_rest)
			message.highest = object_highest(object, field->nest);
		field->kind->get(&message, field, field_value(field, record));
	}
	if (object->got)
		object->got(&message, record);
}

/* Sorts the attributes of a nest when its first row is read. */
static void message_open_nest(struct message *message, uint16_t nest)
{
	const struct nlattr *attribute;

	message->nest = nest;
	memset(message->nested, 0, sizeof message->nested);
	if (nest >= ATTRIBUTES_MAX || !message->attribute[nest])
		return;
	mnl_attr_for_each_nested(attribute, message->attribute[nest])
	{
		if (mnl_attr_get_type(attribute) < ATTRIBUTES_MAX)
			message->nested[mnl_attr_get_type(attribute)] = attribute;
	}
}

const struct nlattr *message_nested(struct message *message, const struct field *field)
{
	if (message->nest != field->nest)
		message_open_nest(message, field->nest);
	return message->nested[field->attribute];
}
