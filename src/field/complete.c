/* What could come next: the same rows that parse a line say what may follow its beginning. */
#include "field/walk.h"

#include <string.h>

void completion_try(struct completion *completion, const char *word, const char *help)
{
	if (!strncmp(word, completion->typed, strlen(completion->typed)))
		completion->offer(completion, word, help);
}

/* Which rows the words before the last have given; *open: the row whose value is being typed. */
static void walk_words(const struct lexicon *lexicon, const char *const *words, int count,
	bool *given, const struct field **open)
{
	const struct field *rows = lexicon_object(lexicon)->fields;

	*open = NULL;
	for (int i = 0; i < count - 1; i++) {
		const struct field *field;
		bool bare = false;

		if (*open) {
			*open = NULL;
			continue;
		}
		field = lexicon_find(lexicon, words[i], &bare);
		if (!field)
			continue;
		given[field - rows] = true;
		if (!bare && field->kind && *field->kind->syntax)
			*open = field;
	}
}

void fields_complete(struct completion *completion, const struct lexicon *lexicon,
	const char *const *words, int count)
{
	const struct field *rows = lexicon_object(lexicon)->fields;
	bool given[FIELDS_MAX] = {false};
	const struct field *open;
	const struct field *field;
	const char *word;

	completion->typed = count ? words[count - 1] : "";
	walk_words(lexicon, words, count, given, &open);
	if (open) {
		if (open->kind->complete)
			open->kind->complete(completion, open);
		return;
	}
	for (int i = 0; lexicon_word(lexicon, i, &word, &field); i++)
		if (!given[field - rows] && field->help)
			completion_try(completion, word, field->help);
	for (int i = 0; i < lexicon_object(lexicon)->count; i++)
		if (rows[i].flags & FIELD_POSITIONAL && !given[i] && rows[i].kind->complete)
			rows[i].kind->complete(completion, &rows[i]);
}
