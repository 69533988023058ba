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
};

static void walk_words(const struct lexicon *lexicon, const char *const *words, int count,
	struct beginning *beginning)
{
	const struct field *rows = lexicon_object(lexicon)->fields;

	for (int i = 0; i < count - 1; i++) {
		const struct field *field;
		bool bare = false;

		if (beginning->open) {
			beginning->open = NULL;
			continue;
		}
		if (beginning->inner && lexicon_find(beginning->inner, words[i], &bare))
			continue;
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

/* True: a value is being typed, so no word can follow. */
static bool offer_next(struct completion *completion, const struct lexicon *lexicon,
	const char *const *words, int count)
{
	const struct field *rows = lexicon_object(lexicon)->fields;
	struct beginning beginning = {.open = NULL};
	const struct field *field;
	const char *word;

	walk_words(lexicon, words, count, &beginning);
	if (beginning.inner && offer_next(completion, beginning.inner, words + beginning.inner_at,
				       count - beginning.inner_at))
		return true;
	if (beginning.open) {
		if (beginning.open->kind->complete)
			beginning.open->kind->complete(completion, beginning.open);
		return true;
	}
	for (int i = 0; lexicon_word(lexicon, i, &word, &field); i++)
		if (!beginning.given[field - rows] && field->help)
			completion_try(completion, word, field->help);
	for (int i = 0; i < lexicon_object(lexicon)->count; i++)
		if (rows[i].flags & FIELD_POSITIONAL && !beginning.given[i] &&
			rows[i].kind->complete)
			rows[i].kind->complete(completion, &rows[i]);
	return false;
}

void fields_complete(struct completion *completion, const struct lexicon *lexicon,
	const char *const *words, int count)
{
	completion->typed = count ? words[count - 1] : "";
	offer_next(completion, lexicon, words, count);
}
