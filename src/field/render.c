/* Records shown row by row, whatever the format. */
#include "field/walk.h"

#include <string.h>

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

/* The list that is open in ip's JSON: neighbours share one. */
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

void fields_write(struct writer *writer, const struct object *object, const void *record,
	const struct view *view, uint32_t only)
{
	struct group group = {NULL, false};

	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];
		const char *name = view->dialect == DIALECT_IP ? field->ip_group : NULL;
		bool shown = (field->flags & only) == only && field_shown(field, i, record, view);

		if (!group_is(&group, name))
			group_close(&group, writer);
		if (name && !group.name && (shown || !strcmp(name, "flags")))
			group_open(&group, writer, name);
		if (shown)
			field->kind->write(writer, field, field_peek(field, record), view);
	}
	group_close(&group, writer);
}

void fields_render(struct writer *writer, const struct object *object, const void *record,
	const struct view *view)
{
	writer_open(writer);
	fields_write(writer, object, record, view, 0);
	writer_close(writer);
}
