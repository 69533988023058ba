/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares records row by row: memcmp() would compare padding and pointers. */
#include "field/walk.h"

#include <string.h>

enum { VALUE_MAX = 128 };

static bool value_same(const struct kind *kind, const void *a, const void *b)
{
	if (kind->same)
		return kind->same(a, b);
	return !memcmp((const char *)a + sizeof(struct value),
		(const char *)b + sizeof(struct value), kind->size - sizeof(struct value));
}

/* kind->fits() is also called for a value that isn't given: `from default` selects it. */
static bool value_fits(const struct field *field, const void *record, const void *wanted)
{
	const void *value = field_peek(field, record);
	const void *selector = field_peek(field, wanted);

	if (field->kind->fits)
		return field->kind->fits(value, selector);
	return field_given(field, record) && value_same(field->kind, value, selector);
}

void selector_init(
	struct selector *selector, const struct object *object, const void *wanted, uint32_t only)
{
	*selector = (struct selector){.object = object, .wanted = wanted};
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (field->kind && (field->flags & only) == only && field_given(field, wanted))
			rows_add(&selector->rows, i);
	}
}

bool selector_fits(const struct selector *selector, const void *record)
{
	uint8_t family = ((const struct record *)selector->wanted)->family;
	struct rows rows = selector->rows;
	int row;

	if (family && ((const struct record *)record)->family != family)
		return false;
	while ((row = rows_take(&rows)) >= 0)
		if (!value_fits(&selector->object->fields[row], record, selector->wanted))
			return false;
	return true;
}

bool fields_fit(const struct object *object, const void *record, const void *wanted, uint32_t only)
{
	struct selector selector;

	selector_init(&selector, object, wanted, only);
	return selector_fits(&selector, record);
}

bool field_tells(const struct field *field, const void *record)
{
	static const union {
		struct value value;
		char room[VALUE_MAX];
	} none;

	if (!field->kind || !field_given(field, record))
		return false;
	return !field->kind->fits || field->kind->size > sizeof none ||
	       !field->kind->fits(&none, field_peek(field, record));
}

const struct field *field_lost(
	const struct field *field, const void *sent, const void *reported, uint8_t family)
{
	if (!field->kind || !field_tells(field, sent))
		return NULL;
	if (field_vanishes(field, family) && (!reported || !value_fits(field, reported, sent)))
		return field;
	if (!field->kind->lost)
		return NULL;
	return field->kind->lost(field, field_peek(field, sent),
		reported ? field_peek(field, reported) : NULL, family);
}

int fields_lost(const struct object *object, const void *sent, const void *reported, uint8_t family,
	int from)
{

	for (int i = from; i < object->count; i++)
		if (field_lost(&object->fields[i], sent, reported, family))
			return i;
	return -1;
}

bool fields_fragile(const struct object *object, const void *record)
{
	return fields_lost(object, record, NULL, ((const struct record *)record)->family, 0) >= 0;
}

bool fields_made(const struct object *object, const void *record, const void *sent)
{
	uint8_t family = ((const struct record *)sent)->family;
	struct selector selector;

	selector_init(&selector, object, sent, 0);
	for (int i = 0; i < object->count; i++)
		if (field_lost(&object->fields[i], sent, NULL, family))
			rows_remove(&selector.rows, i);
	return selector_fits(&selector, record);
}

/* Only one record gives it: `tos 0` is the same as no tos, `metric 0` as no metric. */
static bool absent_same(const struct field *field, const void *a, const void *b)
{
	const void *absent = field_peek(field, field_given(field, a) ? b : a);
	const void *present = field_peek(field, field_given(field, a) ? a : b);

	return field->kind->fits && field->kind->fits(absent, present);
}

bool fields_same(const struct object *object, const void *a, const void *b, uint32_t only)
{
	if (((const struct record *)a)->family != ((const struct record *)b)->family)
		return false;
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (!field->kind || (field->flags & only) != only || field->flags & FIELD_READ_ONLY)
			continue;
		if (field_given(field, a) != field_given(field, b)) {
			if (!absent_same(field, a, b))
				return false;
			continue;
		}
		if (field_given(field, a) &&
			!value_same(field->kind, field_peek(field, a), field_peek(field, b)))
			return false;
	}
	return true;
}
