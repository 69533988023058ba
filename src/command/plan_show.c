/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows the differences of a plan: a line each, or an array in JSON. */
#include <stdlib.h>

#include "base/memory.h"
#include "command/plan.h"
#include "command/rules.h"
#include "output/json.h"

enum { SEARCHES_MOST = 100 }; /* removed rules whose successors are searched */

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

/* A record of a list. */
struct listed {
	const struct records *records;
	size_t index;
};

static struct view view_of(const struct plan *plan)
{
	struct view view = session_view(plan->session);

	view.complete = true;
	view.family = AF_UNSPEC;
	return view;
}

/* Returns the record without its owner: otherwise each line would end with it. */
static void *read_record(struct plan *plan, const struct listed *listed)
{
	const struct object *object = records_object(listed->records, listed->index);
	void *record = arena_get(&plan->line, object->size);

	records_read(listed->records, listed->index, &plan->line, record);
	plan_disown(object, record);
	return record;
}

static void put_text(struct plan *plan, const char *sign, const struct listed *listed)
{
	struct buffer *out = &plan->session->out;
	struct view view = view_of(plan);
	char prefix[32];

	snprintf(prefix, sizeof prefix, "%s %s ", sign, verb_of(listed->records, listed->index));
	fields_line(out, records_object(listed->records, listed->index), read_record(plan, listed),
		&view, prefix, session_colour(plan->session));
	buffer_char(out, '\n');
}

static void put_json(struct plan *plan, struct writer *writer, const struct label *label,
	const struct listed *listed)
{
	struct view view = view_of(plan);

	writer_object_open(writer, label);
	fields_write(writer, records_object(listed->records, listed->index),
		read_record(plan, listed), &view, 0);
	writer_object_close(writer);
}

/* `was`: what the kernel has in its place; NULL: nothing. */
static void show(struct plan *plan, struct writer *writer, const struct sort *sort,
	const struct listed *listed, const struct listed *was)
{
	const struct label change = {"change", "change"};
	const struct label former = {"was", "was"};
	const char *verb = verb_of(listed->records, listed->index);

	if (writer) {
		writer_open(writer);
		writer_string(writer, &change, TINT_NONE, sort->word);
		put_json(plan, writer, &(struct label){verb, verb}, listed);
		if (was)
			put_json(plan, writer, &former, was);
		writer_close(writer);
	} else {
		put_text(plan, sort->sign, listed);
		if (was)
			put_text(plan, "    was:", was);
	}
	arena_reset(&plan->line);
}

/* Shows the wanted records of rules that stay and are repaired. */
static void show_repaired(struct plan *plan, struct writer *writer, const struct vector *repairs)
{
	for (size_t i = 0; i < repairs->count; i++) {
		const struct record_pair *pair = vector_at(repairs, i);

		show(plan, writer, &replacement, &(struct listed){&plan->want, pair->want},
			&(struct listed){&plan->have, pair->have});
	}
}

static bool is_removed(const struct plan *plan, size_t index)
{
	unsigned char fate = plan->reconcile.difference.have[index];

	return fate == FATE_REMOVE || fate == FATE_MAKE_PLACE;
}

static bool is_new_rule(const struct plan *plan, size_t index)
{
	unsigned char fate = plan->reconcile.difference.want[index];

	return records_item(&plan->want, index)->rule && (fate == FATE_ADD || fate == FATE_APPEND);
}

/* What has been shown. */
struct showing {
	struct plan *plan;
	struct writer *writer;
	bool *shown; /* for each wanted record */
	size_t searches;
};

/* Returns the index of a new rule that takes the place of a removed one, because it has the same
 * selector, or else the same preference; the number of wanted records if there is none. */
static size_t find_successor(struct showing *showing, size_t removed)
{
	struct plan *plan = showing->plan;
	const size_t count = plan->want.items.count;
	const struct rule *old = read_record(plan, &(struct listed){&plan->have, removed});
	size_t found = count;

	if (!records_item(&plan->have, removed)->rule || showing->searches++ >= SEARCHES_MOST)
		return count;
	for (size_t i = 0; i < count; i++) {
		const struct rule *new;

		if (!is_new_rule(plan, i) || showing->shown[i])
			continue;
		new = read_record(plan, &(struct listed){&plan->want, i});
		if (new->family != old->family)
			continue;
		if (rules_select_alike(new, old))
			return i;
		if (found == count && new->preference.value == old->preference.value)
			found = i;
	}
	return found;
}

static void show_wanted(struct showing *showing, size_t index)
{
	struct plan *plan = showing->plan;
	const struct difference *difference = &plan->reconcile.difference;
	bool replaces = difference->want[index] == FATE_REPLACE;

	if (showing->shown[index] || difference->want[index] == FATE_SAME)
		return;
	showing->shown[index] = true;
	show(plan, showing->writer, replaces ? &replacement : &addition,
		&(struct listed){&plan->want, index},
		replaces ? &(struct listed){&plan->have, difference->replaced[index]} : NULL);
}

/* A rule that takes the place of another follows it. */
static void show_removed(struct showing *showing, size_t index)
{
	struct plan *plan = showing->plan;
	size_t successor;

	show(plan, showing->writer, &removal, &(struct listed){&plan->have, index}, NULL);
	successor = find_successor(showing, index);
	arena_reset(&plan->line);
	if (successor < plan->want.items.count)
		show_wanted(showing, successor);
}

void plan_show_changes(struct plan *plan, struct writer *writer)
{
	const struct difference *difference = &plan->reconcile.difference;
	struct showing showing = {
		.plan = plan, .writer = writer, .shown = memory_get(plan->want.items.count + 1)};

	for (size_t i = 0; i < plan->have.items.count; i++)
		if (is_removed(plan, i))
			show_removed(&showing, i);
	for (size_t i = 0; i < plan->want.items.count; i++)
		show_wanted(&showing, i);
	free(showing.shown);
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
