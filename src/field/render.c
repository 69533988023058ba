/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writes records row by row, in any format. */
#include "field/walk.h"

#include <string.h>

/* The open list in ip's JSON, shared by successive rows. */
struct group {
	const char *name;
	bool item; /* its only item is open */
};

static bool group_is(const struct group *group, const char *name)
{
	return group->name == name || (group->name && name && !strcmp(group->name, name));
}

static void group_close(struct group *group, struct writer *writer)
{
	if (group->item)
		writer_object_close(writer);
	if (group->name)
		writer_list_close(writer);
	*group = (struct group){NULL, false};
}

static void group_open(struct group *group, struct writer *writer, const char *name)
{
	struct label label = {.word = "", .key = name};

	group->name = name;
	writer_list_open(writer, &label);
	group->item = strcmp(name, "flags") != 0;
	if (group->item)
		writer_object_open(writer, NULL);
}

/* Returns true if the view can show this row of some record. */
static bool row_possible(
	const struct field *field, int index, const struct view *view, uint32_t only)
{
	uint32_t foreign = view->dialect == DIALECT_OWN ? FIELD_IP : FIELD_OWN;

	return field->kind && field->kind->write && !(field->flags & foreign) &&
	       (field->flags & only) == only && !rows_have(&view->hidden, index);
}

/* Sets all but the presence, which is worth its while for many records only. */
static void renderer_find_rows(struct renderer *renderer, const struct object *object,
	const struct view *view, uint32_t only)
{
	renderer->object = object;
	renderer->view = view;
	renderer->possible = renderer->always = renderer->grouped = (struct rows){{0, 0}};
	renderer->last = renderer->maybe_last = (struct rows){{0, 0}};
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];
		bool possible = row_possible(field, i, view, only);

		if (possible)
			rows_add(&renderer->possible, i);
		if (possible && field->shown && !(field->flags & FIELD_READ_ONLY))
			rows_add(&renderer->always, i);
		if (view->dialect == DIALECT_IP && field->ip_group)
			rows_add(&renderer->grouped, i);
		if (view->dialect == DIALECT_OWN && field->flags & FIELD_LAST)
			rows_add(&renderer->last, i);
		if (view->dialect == DIALECT_OWN && field->kind && field->kind->takes_after)
			rows_add(&renderer->maybe_last, i);
	}
}

void renderer_init(struct renderer *renderer, const struct object *object, const struct view *view,
	uint32_t only)
{
	renderer_find_rows(renderer, object, view, only);
	presence_init(&renderer->presence, object);
}

/* Returns the rows that may be shown, out of those that may be given. */
static struct rows renderer_rows(const struct renderer *renderer, struct rows maybe)
{
	for (int i = 0; i < 2; i++)
		maybe.word[i] =
			(maybe.word[i] & renderer->possible.word[i]) | renderer->always.word[i];
	return maybe;
}

static bool row_shown(
	const struct renderer *renderer, const struct field *field, const void *record)
{
	if (field->shown)
		return field->shown(field, record, renderer->view);
	return field_given(field, record);
}

static void write_row(const struct renderer *renderer, const struct field *field,
	struct writer *writer, const void *record)
{
	field->kind->write(writer, field, field_peek(field, record), renderer->view);
}

/* Opens and closes the list of a group; "flags" is written even if it is empty. */
static void write_grouped(const struct renderer *renderer, struct rows rows, struct writer *writer,
	const void *record)
{
	struct group group = {NULL, false};

	for (int i = 0; i < renderer->object->count; i++) {
		const struct field *field = &renderer->object->fields[i];
		const char *name = rows_have(&renderer->grouped, i) ? field->ip_group : NULL;
		bool shown = rows_have(&rows, i) && row_shown(renderer, field, record);

		if (!group_is(&group, name))
			group_close(&group, writer);
		if (name && !group.name && (shown || !strcmp(name, "flags")))
			group_open(&group, writer, name);
		if (shown)
			write_row(renderer, field, writer, record);
	}
	group_close(&group, writer);
}

static void write_rows(const struct renderer *renderer, struct rows rows, struct writer *writer,
	const void *record)
{
	int row;

	while ((row = rows_take(&rows)) >= 0) {
		const struct field *field = &renderer->object->fields[row];

		if (row_shown(renderer, field, record))
			write_row(renderer, field, writer, record);
	}
}

/* Returns those of the rows that are shown behind the others. */
static struct rows last_rows(const struct renderer *renderer, const void *record, struct rows rows)
{
	struct rows last, maybe;
	int row;

	for (int i = 0; i < 2; i++) {
		last.word[i] = rows.word[i] & renderer->last.word[i];
		maybe.word[i] = rows.word[i] & renderer->maybe_last.word[i];
	}
	while ((row = rows_take(&maybe)) >= 0) {
		const struct field *field = &renderer->object->fields[row];

		if (field_given(field, record) &&
			field->kind->takes_after(field, field_peek(field, record)))
			rows_add(&last, row);
	}
	return last;
}

static void write_maybe(const struct renderer *renderer, struct writer *writer, const void *record,
	struct rows maybe)
{
	struct rows rows = renderer_rows(renderer, maybe);
	struct rows last = last_rows(renderer, record, rows);

	if (renderer->grouped.word[0] | renderer->grouped.word[1]) {
		write_grouped(renderer, rows, writer, record);
		return;
	}
	for (int i = 0; i < 2; i++) {
		rows.word[i] &= ~last.word[i];
	}
	write_rows(renderer, rows, writer, record);
	write_rows(renderer, last, writer, record);
}

void renderer_record_rows(const struct renderer *renderer, struct writer *writer,
	const void *record, struct rows maybe)
{
	writer_open(writer);
	write_maybe(renderer, writer, record, maybe);
	writer_close(writer);
}

void renderer_record(const struct renderer *renderer, struct writer *writer, const void *record)
{
	renderer_record_rows(renderer, writer, record, presence_rows(&renderer->presence, record));
}

void fields_write(struct writer *writer, const struct object *object, const void *record,
	const struct view *view, uint32_t only)
{
	struct renderer renderer;

	renderer_find_rows(&renderer, object, view, only);
	write_maybe(&renderer, writer, record, fields_given(object, record));
}

void fields_render(struct writer *writer, const struct object *object, const void *record,
	const struct view *view)
{
	struct renderer renderer;

	renderer_find_rows(&renderer, object, view, 0);
	renderer_record_rows(&renderer, writer, record, fields_given(object, record));
}
