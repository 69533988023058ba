/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Detects attributes that the kernel ignored without an error. */
#include "change/loss.h"

#include <string.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "output/text.h"

static uint8_t family_of(const struct loss *loss)
{
	return ((const struct record *)loss->sent)->family;
}

bool loss_next(struct loss *loss)
{
	loss->row = fields_lost(
		loss->object, loss->sent, loss->reported, family_of(loss), loss->row + 1);
	return loss->row >= 0;
}

bool loss_find(struct loss *loss, const struct object *object, const struct nlmsghdr *sent,
	const struct nlmsghdr *reported, struct arena *arena)
{
	*loss = (struct loss){
		.object = object,
		.sent = arena_get(arena, object->size),
		.reported = arena_get(arena, object->size),
		.row = -1,
	};
	if (fields_decode(object, sent, arena, loss->sent) ||
		fields_decode(object, reported, arena, loss->reported))
		return false;
	return loss_next(loss);
}

/* Writes one row of a record as a list shows it. */
static void row_text(
	const struct loss *loss, const void *record, const struct view *view, struct buffer *text)
{
	struct view alone = {
		.names = view->names,
		.dialect = view->dialect,
		.complete = true,
		.numeric = true,
	};
	struct writer *writer = text_writer(text, SPACING_BETWEEN, false, "");

	for (int i = 0; i < loss->object->count; i++)
		if (i != loss->row)
			rows_add(&alone.hidden, i);
	writer_open(writer);
	fields_write(writer, loss->object, record, &alone, 0);
	writer_free(writer);
	buffer_text(text);
}

/* Returns the index of the word that gave the row, or -1. The word of a row inside a value follows
 * the word of the value. */
static int find_word(const struct loss *loss, const struct field *field, const struct words *words,
	const struct origin *origin)
{
	const struct field *outer = &loss->object->fields[loss->row];
	int word = words && origin ? origin->word[loss->row] : -1;

	if (field == outer || word < 0)
		return word;
	for (int i = word + 1; i < words->count; i++)
		if (field_has_word(field, words->word[i]))
			return i;
	return word;
}

static void explain_change(const struct loss *loss, const struct view *view, struct error *error)
{
	struct buffer sent = {0};
	struct buffer reported = {0};

	row_text(loss, loss->sent, view, &sent);
	row_text(loss, loss->reported, view, &reported);
	error_set(error, STATUS_REFUSED, "this kernel makes \"%s\" of \"%s\"", reported.data,
		sent.data);
	buffer_free(&sent);
	buffer_free(&reported);
}

int loss_explain(const struct loss *loss, const struct view *view, const struct words *words,
	const struct origin *origin, struct error *error)
{
	const struct field *outer = &loss->object->fields[loss->row];
	const struct field *field = field_lost(outer, loss->sent, loss->reported, family_of(loss));
	int word = find_word(loss, field, words, origin);
	char message[sizeof error->message];

	if (field == outer && field_tells(outer, loss->reported))
		explain_change(loss, view, error);
	else
		error_set(error, STATUS_REFUSED, "this kernel ignores \"%s\"",
			word >= 0 ? words->word[word] : field_word(field, view->dialect));
	if (word >= 0) {
		snprintf(message, sizeof message, "%s", error->message);
		error_at(error, words, word, "%s", message);
	}
	error->status = STATUS_REFUSED;
	return error_hint(error, "-force lets that pass, with a warning");
}
