/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the word that a refusal by the kernel concerns. */
#include "field/walk.h"

#include <string.h>

#include <libmnl/libmnl.h>

/* Returns the type of the attribute at an offset of the message; sets *nest to the type of the nest
 * around it, or 0. */
static uint16_t attribute_at(
	const struct nlmsghdr *message, size_t header_size, uint32_t offset, uint16_t *nest)
{
	const char *place = (const char *)message + offset;
	const struct nlattr *attribute;
	const struct nlattr *inner;

	mnl_attr_for_each(attribute, message, header_size)
	{
		const char *start = (const char *)attribute;

		if (place < start || place >= start + attribute->nla_len)
			continue;
		*nest = 0;
		if (place == start)
			return mnl_attr_get_type(attribute);
		mnl_attr_for_each_nested(inner, attribute)
		{
			start = (const char *)inner;
			if (place >= start && place < start + inner->nla_len) {
				*nest = mnl_attr_get_type(attribute);
				return mnl_attr_get_type(inner);
			}
		}
		return mnl_attr_get_type(attribute);
	}
	return 0;
}

/* Returns the length of the longest part of `blame` that the text contains; 0 if it contains
 * none. */
static size_t blame_weight(const char *blame, const char *sentence)
{
	size_t best = 0;
	char piece[64];

	while (blame && *blame) {
		size_t span = strcspn(blame, "|");

		if (span < sizeof piece && span > best) {
			memcpy(piece, blame, span);
			piece[span] = '\0';
			if (strcasestr(sentence, piece))
				best = span;
		}
		blame += span;
		blame += *blame == '|';
	}
	return best;
}

int fields_blame(const struct origin *origin, const struct nlmsghdr *message, uint32_t offset,
	const char *sentence, int number)
{
	const struct object *object = origin->object;
	const char *name = strerrorname_np(number);
	size_t best = 0;
	int word = -1;
	uint16_t nest = 0;
	uint16_t type = offset ? attribute_at(message, object->header_size, offset, &nest) : 0;

	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];
		size_t weight;

		if (origin->word[i] < 0)
			continue;
		if (type && (field->attribute == type || field->also == type) &&
			field->nest == nest)
			return origin->value[i];
		weight = blame_weight(field->blame, *sentence ? sentence : name ? name : "");
		if (weight > best) {
			best = weight;
			word = origin->value[i];
		}
	}
	return word;
}
