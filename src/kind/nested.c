/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records inside records. */
#include "kind/nested.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "field/walk.h"

static int parse_nested(
	struct parser *parser, const struct field *field, void *value, struct error *error)
{
	struct nested *nested = value;

	if (!nested->given) {
		nested->given = true;
		nested->object = field->inner;
		nested->record = arena_get(parser->arena, nested->object->size);
		nested->origin = arena_get(parser->arena, sizeof *nested->origin);
		origin_clear(nested->origin, nested->object);
	}
	return fields_parse(parser, keywords_inner(parser->keywords, field), FIELD_INFO,
		nested->record, nested->origin, error);
}

static bool goes_on_nested(const struct parser *parser, const struct field *field, const char *word)
{
	bool bare;
	const struct field *row =
		keywords_find(keywords_inner(parser->keywords, field), word, &bare);

	return row && row->flags & FIELD_INFO;
}

static void write_nested(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct nested *nested = value;
	struct label label = {.word = field->word, .key = "own"};
	struct view inside = *view;

	inside.hidden = (struct rows){0};
	writer_object_open(writer, &label);
	fields_write(writer, nested->object, nested->record, &inside, FIELD_INFO);
	writer_object_close(writer);
}

static void keep_nested(void *value, struct arena *arena)
{
	struct nested *nested = value;

	nested->record = arena_copy(arena, nested->record, nested->object->size);
	fields_keep(nested->object, nested->record, arena);
	if (nested->origin)
		nested->origin = arena_copy(arena, nested->origin, sizeof *nested->origin);
}

static bool same_nested(const void *a, const void *b)
{
	const struct nested *left = a;
	const struct nested *right = b;

	/* Words may leave out what the kernel fills in (the device of a gateway). */
	return fields_fit(left->object, left->record, right->record, FIELD_INFO) ||
	       fields_fit(right->object, right->record, left->record, FIELD_INFO);
}

static bool fits_nested(const void *value, const void *wanted)
{
	const struct nested *nested = value;
	const struct nested *selector = wanted;

	return nested->given &&
	       fields_fit(nested->object, nested->record, selector->record, FIELD_INFO);
}

/* The words that start the record without `route`; words that the outer object has itself don't. */
static const char *bare_nested(const struct field *field, int index, enum dialect dialect)
{
	const struct object *object = field->inner;

	for (int i = 0; i < object->count; i++) {
		const struct field *row = &object->fields[i];

		if (!(row->flags & FIELD_INFO) || row->flags & FIELD_BARE)
			continue;
		if (!index--)
			return field_word(row, dialect);
		if (row->synonyms && !strchr(row->synonyms, ' ') && !index--)
			return row->synonyms;
	}
	return NULL;
}

static bool takes_after_nested(const struct field *field, const void *value)
{
	const struct object *inner = field->inner;

	for (int i = 0; i < inner->count; i++)
		if (inner->fields[i].flags & FIELD_LAST &&
			field_given(&inner->fields[i], ((const struct nested *)value)->record))
			return true;
	return false;
}

const struct kind kind_nested = {
	.syntax = "INFO",
	.inner = true,
	.size = sizeof(struct nested),
	.needs = MEMBER_INNER,
	.parse = parse_nested,
	.write = write_nested,
	.keep = keep_nested,
	.same = same_nested,
	.fits = fits_nested,
	.bare = bare_nested,
	.goes_on = goes_on_nested,
	.takes_after = takes_after_nested,
};

/* ---- beside ---- */

static void write_beside(struct writer *writer, const struct field *field, const void *value,
	const struct view *view)
{
	const struct nested *nested = value;
	struct label label = field_label(field, view->dialect);
	struct view inside = *view;

	inside.hidden = (struct rows){{0}};
	writer_aside(writer, "\n\t");
	writer_object_open(writer, &label);
	fields_write(writer, nested->object, nested->record, &inside, 0);
	writer_object_close(writer);
}

const struct kind kind_beside = {
	.syntax = "",
	.size = sizeof(struct nested),
	.write = write_beside,
};
