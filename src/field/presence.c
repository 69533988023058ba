/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds the rows that a record gives. */
#include "field/walk.h"

#include <string.h>

struct rows fields_given(const struct object *object, const void *record)
{
	struct rows given = {{0, 0}};

	for (int i = 0; i < object->count; i++)
		if (object->fields[i].kind && field_given(&object->fields[i], record))
			rows_add(&given, i);
	return given;
}

/* Returns the place of a value in the list; rows that share a value share its place. */
static int place_of(struct presence *presence, uint16_t offset)
{
	int place = 0;

	while (place < presence->count && presence->offset[place] != offset)
		place++;
	if (place == presence->count)
		presence->offset[presence->count++] = offset;
	return place;
}

void presence_init(struct presence *presence, const struct object *object)
{
	*presence = (struct presence){.object = object};
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (!field->kind)
			continue;
		rows_add(&presence->rows[place_of(presence, field->offset)], i);
		if (field->vanishes || field->kind->lost)
			rows_add(&presence->fragile, i);
	}
}

/* Runs for every record of a batch, so it reads each value once even if rows share it. */
struct rows presence_rows(const struct presence *presence, const void *record)
{
	const char *bytes = record;
	struct rows rows = {{0, 0}};

	for (int i = 0; i < presence->count; i++) {
		if (bytes[presence->offset[i]]) {
			rows.word[0] |= presence->rows[i].word[0];
			rows.word[1] |= presence->rows[i].word[1];
		}
	}
	return rows;
}

bool presence_fragile(const struct presence *presence, struct rows given, const void *record)
{
	uint8_t family = ((const struct record *)record)->family;
	int row;

	for (int i = 0; i < 2; i++)
		given.word[i] &= presence->fragile.word[i];
	while ((row = rows_take(&given)) >= 0)
		if (field_lost(&presence->object->fields[row], record, NULL, family))
			return true;
	return false;
}
