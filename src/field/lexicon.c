/* The words of an object, hashed: a batch of a million lines looks up four million of them. */
#include "field/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/nearest.h"

enum {
	ENTRIES_MAX = 192,
	SLOTS = 512, /* a power of two, more than twice the entries */
	WORD_MAX = 32,
};

struct entry {
	char word[WORD_MAX];
	const struct field *field;
	bool bare;
};

struct lexicon {
	const struct object *object;
	int count;
	struct entry entry[ENTRIES_MAX];
	uint8_t slot[SLOTS]; /* index of an entry, plus one; 0: free */
};

static unsigned int word_hash(const char *word)
{
	unsigned int hash = 5381;

	while (*word)
		hash = hash * 33 + (unsigned char)*word++;
	return hash ^ hash >> 9;
}

static uint8_t *lexicon_slot(struct lexicon *lexicon, const char *word)
{
	unsigned int at = word_hash(word) % SLOTS;

	while (lexicon->slot[at] && strcmp(lexicon->entry[lexicon->slot[at] - 1].word, word))
		at = (at + 1) % SLOTS;
	return &lexicon->slot[at];
}

/* The first row that claims a word keeps it. */
static void lexicon_add(struct lexicon *lexicon, const char *word, size_t length,
	const struct field *field, bool bare)
{
	struct entry *entry = &lexicon->entry[lexicon->count];
	uint8_t *slot;

	if (!length || length >= WORD_MAX || lexicon->count == ENTRIES_MAX)
		return;
	memcpy(entry->word, word, length);
	entry->word[length] = '\0';
	entry->field = field;
	entry->bare = bare;
	slot = lexicon_slot(lexicon, entry->word);
	if (!*slot)
		*slot = (uint8_t)++lexicon->count;
}

static void lexicon_add_list(
	struct lexicon *lexicon, const char *list, const struct field *field, bool bare)
{
	while (list && *list) {
		size_t span = strcspn(list, " ");

		lexicon_add(lexicon, list, span, field, bare);
		list += span;
		list += strspn(list, " ");
	}
}

struct lexicon *lexicon_new(const struct object *object, enum dialect dialect)
{
	struct lexicon *lexicon = memory_get(sizeof *lexicon);
	uint32_t foreign = dialect == DIALECT_OWN ? FIELD_IP : FIELD_OWN;
	const char *bare;

	lexicon->object = object;
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (field->flags & (foreign | FIELD_READ_ONLY) ||
			(field->kind && !field->kind->parse))
			continue;
		if (!(field->flags & FIELD_BARE)) {
			lexicon_add_list(lexicon, field->word, field, false);
			lexicon_add_list(lexicon, field->ip_word, field, false);
			lexicon_add_list(lexicon, field->synonyms, field, false);
		}
		for (int j = 0; field->kind && field->kind->bare; j++) {
			bare = field->kind->bare(field, j, dialect);
			if (!bare)
				break;
			lexicon_add(lexicon, bare, strlen(bare), field, true);
		}
	}
	return lexicon;
}

void lexicon_free(struct lexicon *lexicon)
{
	free(lexicon);
}

const struct object *lexicon_object(const struct lexicon *lexicon)
{
	return lexicon->object;
}

const struct field *lexicon_find(const struct lexicon *lexicon, const char *word, bool *bare)
{
	unsigned int at = word_hash(word) % SLOTS;

	for (; lexicon->slot[at]; at = (at + 1) % SLOTS) {
		const struct entry *entry = &lexicon->entry[lexicon->slot[at] - 1];

		if (!strcmp(entry->word, word)) {
			*bare = entry->bare;
			return entry->field;
		}
	}
	return NULL;
}

void lexicon_nearest(const struct lexicon *lexicon, struct nearest *nearest, const char *typed)
{
	for (int i = 0; i < lexicon->count; i++)
		nearest_try(nearest, typed, lexicon->entry[i].word);
}

bool lexicon_word(
	const struct lexicon *lexicon, int index, const char **word, const struct field **field)
{
	if (index >= lexicon->count)
		return false;
	*word = lexicon->entry[index].word;
	*field = lexicon->entry[index].field;
	return true;
}
