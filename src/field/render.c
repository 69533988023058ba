/* Records shown row by row, whatever the format. */
#include "field/walk.h"

#include <string.h>

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

/* Could the view show this row of any record at all? */
static bool row_possible(
	const struct field *field, int index, const struct view *view, uint32_t only)
{
	uint32_t foreign = view->dialect == DIALECT_OWN ? FIELD_IP : FIELD_OWN;

	return field->kind && field->kind->write && !(field->flags & foreign) &&
	       (field->flags & only) == only && !rows_have(&view->hidden, index);
}

void renderer_init(struct renderer *renderer, const struct object *object, const struct view *view,
	uint32_t only)
{
	renderer->object = object;
	renderer->view = view;
	renderer->count = 0;
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];
		const char *group = view->dialect == DIALECT_IP ? field->ip_group : NULL;
		bool possible = row_possible(field, i, view, only);

		if (possible || group)
			renderer->step[renderer->count++] = (struct render_step){
				.field = field,
				.group = group,
				.offset = field->offset,
				.possible = possible,
				.always = group || field->shown,
			};
	}
}

void renderer_write(const struct renderer *renderer, struct writer *writer, const void *record)
{
	struct group group = {NULL, false};

	for (const struct render_step *step = renderer->step;
		step < renderer->step + renderer->count; step++) {
		const struct field *field = step->field;
		bool shown = ((const char *)record)[step->offset];

		if (!shown && !step->always)
			continue;
		if (field->shown)
			shown = field->shown(field, record, renderer->view);
		shown &= step->possible;
		if (!group_is(&group, step->group))
			group_close(&group, writer);
		if (step->group && !group.name && (shown || !strcmp(step->group, "flags")))
			group_open(&group, writer, step->group);
		if (shown)
			field->kind->write(
				writer, field, field_peek(field, record), renderer->view);
	}
	group_close(&group, writer);
}

void renderer_record(const struct renderer *renderer, struct writer *writer, const void *record)
{
	writer_open(writer);
	renderer_write(renderer, writer, record);
	writer_close(writer);
}

void fields_write(struct writer *writer, const struct object *object, const void *record,
	const struct view *view, uint32_t only)
{
	struct renderer renderer;

	renderer_init(&renderer, object, view, only);
	renderer_write(&renderer, writer, record);
}

void fields_render(struct writer *writer, const struct object *object, const void *record,
	const struct view *view)
{
	struct renderer renderer;

	renderer_init(&renderer, object, view, 0);
	renderer_record(&renderer, writer, record);
}
