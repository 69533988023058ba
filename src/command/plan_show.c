/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows the differences of a plan: a line each, or an array in JSON. */
#include "command/plan.h"
#include "output/json.h"

static const char *verb_of(const struct records *records, size_t index)
{
	return records_item(records, index)->rule ? "addrule" : "add";
}

/* The name of a difference: a sign in text, a word in JSON. */
struct sort {
	const char *sign, *word;
};
static const struct sort removal = {"-", "remove"};
static const struct sort addition = {"+", "add"};
static const struct sort replacement = {"~", "replace"};

static void show_text(struct plan *plan, const struct sort *sort, const char *verb,
	const struct object *object, const void *record, const struct view *view)
{
	struct buffer *out = &plan->session->out;
	char prefix[32];

	snprintf(prefix, sizeof prefix, "%s %s ", sort->sign, verb);
	fields_line(out, object, record, view, prefix, session_colour(plan->session));
	buffer_char(out, '\n');
}

static void show_json(struct writer *writer, const struct sort *sort, const char *verb,
	const struct object *object, const void *record, const struct view *view)
{
	const struct label change = {"change", "change"};
	const struct label label = {verb, verb};

	writer_open(writer);
	writer_string(writer, &change, TINT_NONE, sort->word);
	writer_object_open(writer, &label);
	fields_write(writer, object, record, view, 0);
	writer_object_close(writer);
	writer_close(writer);
}

static void show(struct plan *plan, struct writer *writer, const struct sort *sort,
	const struct records *records, size_t index)
{
	const struct object *object = records_object(records, index);
	const char *verb = verb_of(records, index);
	void *record = arena_get(&plan->line, object->size);
	struct view view = session_view(plan->session);

	view.complete = true;
	view.family = AF_UNSPEC;
	records_read(records, index, &plan->line, record);
	/* Otherwise each line would end with the owner. */
	plan_disown(object, record);
	if (writer)
		show_json(writer, sort, verb, object, record, &view);
	else
		show_text(plan, sort, verb, object, record, &view);
	arena_reset(&plan->line);
}

/* Shows the wanted records of rules that stay and are repaired. */
static void show_repaired(struct plan *plan, struct writer *writer, const struct vector *repairs)
{
	for (size_t i = 0; i < repairs->count; i++)
		show(plan, writer, &replacement, &plan->want,
			((const struct record_pair *)vector_at(repairs, i))->want);
}

void plan_show_changes(struct plan *plan, struct writer *writer)
{
	const struct difference *difference = &plan->reconcile.difference;

	for (size_t i = 0; i < plan->have.items.count; i++)
		if (difference->have[i] == FATE_REMOVE || difference->have[i] == FATE_MAKE_PLACE)
			show(plan, writer, &removal, &plan->have, i);
	for (size_t i = 0; i < plan->want.items.count; i++)
		if (difference->want[i] != FATE_SAME)
			show(plan, writer,
				difference->want[i] == FATE_REPLACE ? &replacement : &addition,
				&plan->want, i);
	show_repaired(plan, writer, &difference->repairs);
	show_repaired(plan, writer, &difference->refills);
	show_repaired(plan, writer, &difference->rewords);
}

int plan_show(struct plan *plan, size_t *broken, struct error *error)
{
	int status = 0;
	struct writer *writer = plan->session->options.json ? json_writer(&plan->session->out,
								      plan->session->options.pretty)
	                                                    : NULL;

	if (writer)
		writer_begin(writer);
	plan_show_changes(plan, writer);
	if (plan_changes(plan) || plan->expectations.count)
		status = plan_show_meaning(plan, writer, broken, error);
	if (writer)
		writer_end(writer);
	writer_free(writer);
	return status;
}
