/* Records shown row by row, whatever the format. */
#include "field/walk.h"

static bool field_shown(
	const struct field *field, int index, const void *record, const struct view *view)
{
	uint32_t foreign = view->dialect == DIALECT_OWN ? FIELD_IP : FIELD_OWN;

	if (!field->kind || !field->kind->write || field->flags & foreign)
		return false;
	if (rows_have(&view->hidden, index))
		return false;
	return field->shown ? field->shown(field, record, view) : field_given(field, record);
}

void fields_write(struct writer *writer, const struct object *object, const void *record,
	const struct view *view, uint32_t only)
{
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if ((field->flags & only) == only && field_shown(field, i, record, view))
			field->kind->write(writer, field, field_peek(field, record), view);
	}
}

void fields_render(struct writer *writer, const struct object *object, const void *record,
	const struct view *view)
{
	writer_open(writer);
	fields_write(writer, object, record, view, 0);
	writer_close(writer);
}
