/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns a record into a message: rows in order, successive rows with the same nest in one nest. */
#include "field/walk.h"

#include <string.h>

#include <libmnl/libmnl.h>

static bool field_sent(const struct field *field, const void *record)
{
	if (!field->kind->put || field->flags & (FIELD_READ_ONLY | FIELD_JOINT))
		return false;
	return !field->sent || field->sent(field, record);
}

/* Clears the padding after short attributes, which libmnl does not. */
static void clear_ahead(struct nlmsghdr *message)
{
	enum { AHEAD = 64 };

	if (message->nlmsg_len + AHEAD <= MESSAGE_MAX)
		memset(mnl_nlmsg_get_payload_tail(message), 0, AHEAD);
}

static void put_rows(
	struct rows rows, struct nlmsghdr *message, const struct object *object, const void *record)
{
	struct nlattr *nest = NULL;
	uint16_t open = 0;
	int row;

	if (object->put_header)
		object->put_header(message, record);
	while ((row = rows_take(&rows)) >= 0) {
		const struct field *field = &object->fields[row];

		if (!field_sent(field, record))
			continue;
		if (nest && field->nest != open) {
			mnl_attr_nest_end(message, nest);
			nest = NULL;
		}
		if (field->nest && !nest) {
			open = field->nest;
			nest = mnl_attr_nest_start(message, open);
		}
		clear_ahead(message);
		field->kind->put(message, field, field_peek(field, record));
	}
	if (nest)
		mnl_attr_nest_end(message, nest);
}

void fields_put(struct nlmsghdr *message, const struct object *object, const void *record)
{
	put_rows(fields_given(object, record), message, object, record);
}

void rows_encode(struct rows given, const struct object *object, const void *record, uint16_t type,
	uint16_t flags, void *memory)
{
	struct nlmsghdr *message = mnl_nlmsg_put_header(memory);

	message->nlmsg_type = type;
	message->nlmsg_flags = flags | NLM_F_REQUEST;
	*(uint8_t *)mnl_nlmsg_put_extra_header(message, object->header_size) =
		((const struct record *)record)->family;
	put_rows(given, message, object, record);
}

void fields_encode(const struct object *object, const void *record, uint16_t type, uint16_t flags,
	void *memory)
{
	rows_encode(fields_given(object, record), object, record, type, flags, memory);
}
