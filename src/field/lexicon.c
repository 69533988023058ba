/* The words of an object, hashed: a batch of a million lines looks up four million of them. */
#include "field/walk.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/nearest.h"

enum {
	ENTRIES_MAX = 250,
	SLOTS = 512, /* a power of two, more than twice the entries */
	WORD_MAX = 32,
	INNER_MAX = 4, /* rows of one object that hold records */
};

struct entry {
	char word[WORD_MAX];
	const struct field *field; /* NULL: the word only stands before another, or asks for help */
	bool bare;
	bool abbreviates; /* any beginning of it stands for it */
	bool help;
};

struct lexicon {
	const struct object *object;
	struct rows claimants;    /* rows that may claim a word once they are given */
	bool ordered;             /* the first entry that fits, in order */
	const struct field *rest; /* whose value what is no word is; NULL: nothing's */
	struct {
		const struct field *field;
		struct lexicon *lexicon;
	} inner[INNER_MAX];
	int count;
	struct entry *entry; /* room for ENTRIES_MAX, which is seldom used up */
	uint8_t slot[SLOTS]; /* index of an entry, plus one; 0: free */
};

static struct lexicon *lexicon_empty(const struct object *object)
{
	struct lexicon *lexicon = memory_get(sizeof *lexicon);

	lexicon->object = object;
	lexicon->entry = memory_resize(NULL, ENTRIES_MAX * sizeof *lexicon->entry);
	return lexicon;
}

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
	*entry = (struct entry){.field = field, .bare = bare};
	memcpy(entry->word, word, length);
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

static void lexicon_add_inner(
	struct lexicon *lexicon, const struct field *field, enum dialect dialect)
{
	const struct object *object = field->extra;
	int at = 0;

	while (at < INNER_MAX - 1 && lexicon->inner[at].field)
		at++;
	lexicon->inner[at].field = field;
	lexicon->inner[at].lexicon = dialect == DIALECT_IP && object->ip_order
	                                     ? lexicon_ordered(object, object->ip_order)
	                                     : lexicon_new(object, dialect);
}

struct lexicon *lexicon_new(const struct object *object, enum dialect dialect)
{
	struct lexicon *lexicon = lexicon_empty(object);
	uint32_t foreign = dialect == DIALECT_OWN ? FIELD_IP : FIELD_OWN;
	const char *bare;

	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (field->flags & foreign || (field->kind && !field->kind->parse))
			continue;
		if (field->kind && field->kind->inner)
			lexicon_add_inner(lexicon, field, dialect);
		if (field->kind && field->kind->claims)
			rows_add(&lexicon->claimants, i);
		/* `type reject` is `reject`: JSON has no keys without a word. */
		lexicon_add_list(lexicon, field->word, field, false);
		lexicon_add_list(lexicon, field->ip_word, field, false);
		lexicon_add_list(lexicon, field->synonyms, field, false);
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
	if (!lexicon)
		return;
	for (int i = 0; i < INNER_MAX; i++)
		lexicon_free(lexicon->inner[i].lexicon);
	free(lexicon->entry);
	free(lexicon);
}

struct rows lexicon_claimants(const struct lexicon *lexicon)
{
	return lexicon->claimants;
}

const struct lexicon *lexicon_inner(const struct lexicon *lexicon, const struct field *field)
{
	for (int i = 0; i < INNER_MAX; i++)
		if (lexicon->inner[i].field == field)
			return lexicon->inner[i].lexicon;
	return NULL;
}

const struct object *lexicon_object(const struct lexicon *lexicon)
{
	return lexicon->object;
}

bool word_abbreviates(const char *typed, const char *word)
{
	return *typed && !strncmp(typed, word, strlen(typed));
}

/* The words that a row puts among the keywords. */
static void add_bare_row(struct lexicon *lexicon, const struct field *field)
{
	const char *bare;

	for (int i = 0; (bare = field->kind->bare(field, i, DIALECT_IP)); i++) {
		struct entry *entry = &lexicon->entry[lexicon->count];

		lexicon_add(lexicon, bare, strlen(bare), field, true);
		entry->abbreviates = true;
	}
}

/* Where the marks of an item begin: `map-to~` is a word with a dash and one mark. */
static size_t item_word_length(const char *item)
{
	size_t length = strcspn(item, "=");

	while (length && strchr("~?-", item[length - 1]))
		length--;
	return length;
}

/* One item of an order: a word and its marks. */
static void add_ordered(struct lexicon *lexicon, const struct lexicon *whole, const char *item)
{
	struct entry *entry = &lexicon->entry[lexicon->count];
	size_t length = item_word_length(item);
	const char *marks = item + length;
	const char *row = strchr(marks, '=');
	char word[WORD_MAX];
	bool bare = false;

	snprintf(word, sizeof word, "%.*s", (int)length, item);
	entry->field =
		strpbrk(marks, "?-") ? NULL : lexicon_find(whole, row ? row + 1 : word, &bare);
	/* The word of a bare row stands before its values in a filter: `type blackhole`. */
	if (!entry->field && !strpbrk(marks, "?-"))
		entry->field = object_field(whole->object, word);
	if (!entry->field && !strpbrk(marks, "?-"))
		return;
	entry->bare = bare;
	entry->abbreviates = *marks == '~';
	entry->help = strchr(marks, '?');
	memcpy(entry->word, word, sizeof word);
	lexicon->count++;
}

struct lexicon *lexicon_ordered(const struct object *object, const char *order)
{
	struct lexicon *whole = lexicon_new(object, DIALECT_IP);
	struct lexicon *lexicon = lexicon_empty(object);
	char item[2 * WORD_MAX];

	lexicon->claimants = whole->claimants;
	lexicon->ordered = true;
	while (*order) {
		size_t span = strcspn(order, " ");

		snprintf(item, sizeof item, "%.*s", (int)span, order);
		if (*item == '@')
			add_bare_row(lexicon, object_field(object, item + 1));
		else if (*item == '*')
			lexicon->rest = object_field(object, item + 1);
		else
			add_ordered(lexicon, whole, item);
		order += span;
		order += strspn(order, " ");
	}
	memcpy(lexicon->inner, whole->inner, sizeof lexicon->inner);
	memset(whole->inner, 0, sizeof whole->inner);
	lexicon_free(whole);
	return lexicon;
}

const struct field *lexicon_rest(const struct lexicon *lexicon)
{
	return lexicon->rest;
}

static const struct entry *find_ordered(const struct lexicon *lexicon, const char *word)
{
	for (int i = 0; i < lexicon->count; i++) {
		const struct entry *entry = &lexicon->entry[i];

		if (!strcmp(word, entry->word) ||
			(entry->abbreviates && word_abbreviates(word, entry->word)))
			return entry;
	}
	return NULL;
}

enum aside lexicon_aside(const struct lexicon *lexicon, const char *word)
{
	const struct entry *entry = lexicon->ordered ? find_ordered(lexicon, word) : NULL;

	if (!entry || entry->field)
		return ASIDE_NONE;
	return entry->help ? ASIDE_HELP : ASIDE_SKIP;
}

static const struct entry *find_hashed(const struct lexicon *lexicon, const char *word)
{
	unsigned int at = word_hash(word) % SLOTS;

	for (; lexicon->slot[at]; at = (at + 1) % SLOTS) {
		const struct entry *entry = &lexicon->entry[lexicon->slot[at] - 1];

		if (!strcmp(entry->word, word))
			return entry;
	}
	return NULL;
}

const struct field *lexicon_find(const struct lexicon *lexicon, const char *word, bool *bare)
{
	const struct entry *entry =
		lexicon->ordered ? find_ordered(lexicon, word) : find_hashed(lexicon, word);

	*bare = entry && entry->bare;
	return entry ? entry->field : NULL;
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
