/* What could come next: the same rows that parse a line say what may follow its beginning. */
#include "field/walk.h"

#include <string.h>

void completion_try(struct completion *completion, const char *word, const char *help)
{
	if (!strncmp(word, completion->typed, strlen(completion->typed)))
		completion->offer(completion, word, help);
}

/* What the words before the one that is typed have said. */
struct beginning {
	bool given[FIELDS_MAX];
	const struct field *open;    /* the row whose value is being typed; NULL: none */
	const struct lexicon *inner; /* of the record inside that may go on; NULL: none */
	int inner_at;                /* its first word */
	struct lexicon *made;        /* for `inner`, when it follows from a value */
};

/* The value of a row is there: it may say which words follow. */
static void close_value(struct beginning *beginning, const char *word, int next)
{
	const struct kind *kind = beginning->open->kind;
	const struct object *object = kind->inside ? kind->inside(word) : NULL;

	beginning->open = NULL;
	if (!object)
		return;
	lexicon_free(beginning->made);
	beginning->inner = beginning->made = lexicon_new(object, DIALECT_OWN);
	beginning->inner_at = next;
}

static void walk_words(const struct lexicon *lexicon, const char *const *words, int count,
	struct beginning *beginning)
{
	const struct field *rows = lexicon_object(lexicon)->fields;

	for (int i = 0; i < count - 1; i++) {
		const struct field *field;
		bool bare = false;

		if (beginning->open) {
			close_value(beginning, words[i], i + 1);
			continue;
		}
		field = beginning->inner ? lexicon_find(beginning->inner, words[i], &bare) : NULL;
		if (field) {
			i += !bare && field->kind && *field->kind->syntax;
			continue;
		}
		field = lexicon_find(lexicon, words[i], &bare);
		if (!field)
			continue;
		beginning->given[field - rows] = !field->kind || !field->kind->repeats;
		beginning->inner = lexicon_inner(lexicon, field);
		beginning->inner_at = bare ? i : i + 1;
		if (!bare && !beginning->inner && field->kind && *field->kind->syntax)
			beginning->open = field;
	}
}

/* Words that may follow; `given` are rows that have come. */
static void offer_words(
	struct completion *completion, const struct lexicon *lexicon, const bool *given)
{
	const struct field *rows = lexicon_object(lexicon)->fields;
	const struct field *field;
	const char *word;

	for (int i = 0; lexicon_word(lexicon, i, &word, &field); i++)
		if (!given[field - rows] && field->help && !(field->flags & FIELD_READ_ONLY))
			completion_try(completion, word, field->help);
	for (int i = 0; i < lexicon_object(lexicon)->count; i++)
		if (rows[i].flags & FIELD_POSITIONAL && !given[i] && rows[i].kind->complete)
			rows[i].kind->complete(completion, &rows[i]);
}

/* True: a value is being typed, so no word can follow. */
static bool offer_next(struct completion *completion, const struct lexicon *lexicon,
	const char *const *words, int count)
{
	struct beginning beginning = {.open = NULL};
	bool value;

	walk_words(lexicon, words, count, &beginning);
	value = beginning.inner && offer_next(completion, beginning.inner,
					   words + beginning.inner_at, count - beginning.inner_at);
	lexicon_free(beginning.made);
	if (value)
		return true;
	if (!beginning.open) {
		offer_words(completion, lexicon, beginning.given);
		return false;
	}
	if (beginning.open->kind->complete)
		beginning.open->kind->complete(completion, beginning.open);
	return true;
}

void fields_complete(struct completion *completion, const struct lexicon *lexicon,
	const char *const *words, int count)
{
	completion->typed = count ? words[count - 1] : "";
	offer_next(completion, lexicon, words, count);
}
