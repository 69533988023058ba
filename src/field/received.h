/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A message of the kernel, sorted by decode.c, from which kinds read their attributes. */
#ifndef FIELD_RECEIVED_H
#define FIELD_RECEIVED_H

#include <linux/netlink.h>

#include "field/field.h"

struct decoder;

/* A message whose attributes are sorted, so that rows can find theirs. */
struct message {
	const struct decoder *decoder; /* maps attributes to rows */
	const struct nlmsghdr *header;
	const uint8_t *family_header; /* struct rtmsg, struct fib_rule_hdr, … */
	const struct nlattr *attribute[ATTRIBUTES_MAX];
	uint16_t nest; /* the type of the nest in nested[]; 0: none yet */
	const struct nlattr *nested[ATTRIBUTES_MAX];
	uint16_t highest;    /* object_highest() of the nest of the row with nest_rest */
	struct arena *arena; /* memory of values of variable length */
};

/* Returns the attribute of a field inside its nest; NULL if it is absent. */
const struct nlattr *message_nested(struct message *message, const struct field *field);
/* Returns the attribute of a field, inside its nest if it has one; NULL if it is absent or its
 * payload is shorter than `size` bytes. */
static inline const struct nlattr *message_attribute(
	struct message *message, const struct field *field, size_t size)
{
	const struct nlattr *attribute =
		field->nest ? message_nested(message, field) : message->attribute[field->attribute];

	return attribute && attribute->nla_len >= NLA_HDRLEN + size ? attribute : NULL;
}
/* Returns the second attribute of the field's value, with at least `size` bytes, or NULL. */
static inline const struct nlattr *message_also(
	const struct message *message, const struct field *field, size_t size)
{
	const struct nlattr *attribute = message->attribute[field->also];

	return attribute && attribute->nla_len >= NLA_HDRLEN + size ? attribute : NULL;
}
/* Returns the field's byte of the family header. */
static inline uint8_t message_header(const struct message *message, const struct field *field)
{
	return message->family_header[field->header];
}

#endif
