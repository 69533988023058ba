/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Completes words with the same rows that parse them. */
#include "field/walk.h"

#include <string.h>

void completion_try(struct completion *completion, const char *word, const char *help)
{
	if (!strncmp(word, completion->typed, strlen(completion->typed)))
		completion->offer(completion, word, help);
}

/* The state after the words before the last one. */
struct beginning {
	bool given[FIELDS_MAX];
	const struct field *open; /* the row whose value is being completed; NULL: none */
	const struct keywords
		*inner;        /* keywords of the inner record that may continue; NULL: none */
	int inner_at;          /* its first word */
	struct keywords *made; /* owned keywords behind `inner`, if a value decides them */
};

/* The value of a row is complete: it may decide which words follow. */
static void close_value(struct beginning *beginning, const char *word, int next)
{
	const struct kind *kind = beginning->open->kind;
	const struct object *object = kind->inside ? kind->inside(word) : NULL;

	beginning->open = NULL;
	if (!object)
		return;
	keywords_free(beginning->made);
	beginning->inner = beginning->made = keywords_new(object, DIALECT_OWN);
	beginning->inner_at = next;
}

static void walk_words(const struct keywords *keywords, const char *const *words, int count,
	struct beginning *beginning)
{
	const struct field *rows = keywords_object(keywords)->fields;

	for (int i = 0; i < count - 1; i++) {
		const struct field *field;
		bool bare = false;

		if (beginning->open) {
			close_value(beginning, words[i], i + 1);
			continue;
		}
		field = beginning->inner ? keywords_find(beginning->inner, words[i], &bare) : NULL;
		if (field) {
			i += !bare && field->kind && *field->kind->syntax;
			continue;
		}
		field = keywords_find(keywords, words[i], &bare);
		if (!field)
			continue;
		beginning->given[field - rows] = !field->kind || !field->kind->repeats;
		beginning->inner = keywords_inner(keywords, field);
		beginning->inner_at = bare ? i : i + 1;
		if (!bare && !beginning->inner && field->kind && *field->kind->syntax)
			beginning->open = field;
	}
}

static void offer_values(struct completion *completion, const struct field *field)
{
	if (field->kind->complete)
		field->kind->complete(completion, field);
	if (completion->value)
		completion->value(completion, field);
}

/* Ranks the words of a rule: selectors first, then the action. */
static bool has_rank(const struct field *field, int rank)
{
	if (field->flags & FIELD_SELECTOR)
		return rank == 0;
	return rank == (field->flags & FIELD_ACTION ? 1 : 2);
}

/* Offers synonyms only after their start is typed. */
static bool is_offered(
	const struct completion *completion, const struct field *field, const char *word)
{
	return field->help && !(field->flags & FIELD_READ_ONLY) &&
	       (*completion->typed || field->flags & FIELD_BARE || !strcmp(word, field->word));
}

/* Offers words that may follow; `given`: rows that were already given. */
static void offer_words(
	struct completion *completion, const struct keywords *keywords, const bool *given)
{
	const struct field *rows = keywords_object(keywords)->fields;
	const struct field *field;
	const char *word;

	for (int i = 0; i < keywords_object(keywords)->count; i++)
		if (rows[i].flags & FIELD_POSITIONAL && !given[i])
			offer_values(completion, &rows[i]);
	for (int rank = 0; rank < 3; rank++)
		for (int i = 0; keywords_word(keywords, i, &word, &field); i++)
			if (has_rank(field, rank) && !given[field - rows] &&
				is_offered(completion, field, word))
				completion_try(completion, word, field->help);
}

/* Returns true if a value is being completed, so that no keyword can follow. */
static bool offer_next(struct completion *completion, const struct keywords *keywords,
	const char *const *words, int count)
{
	struct beginning beginning = {.open = NULL};
	bool value;

	walk_words(keywords, words, count, &beginning);
	value = beginning.inner && offer_next(completion, beginning.inner,
					   words + beginning.inner_at, count - beginning.inner_at);
	keywords_free(beginning.made);
	if (value)
		return true;
	if (!beginning.open) {
		offer_words(completion, keywords, beginning.given);
		return false;
	}
	offer_values(completion, beginning.open);
	return true;
}

void fields_complete(struct completion *completion, const struct keywords *keywords,
	const char *const *words, int count)
{
	completion->typed = count ? words[count - 1] : "";
	offer_next(completion, keywords, words, count);
}
