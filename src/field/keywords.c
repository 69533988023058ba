/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Hashes the words of an object: a batch of a million lines looks up four million words. */
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
	const struct field *field; /* NULL: the word is skipped or asks for help */
	bool bare;
	bool abbreviates; /* it may be abbreviated */
	bool help;
};

struct keywords {
	const struct object *object;
	struct rows continued;    /* rows that may take further words once they are given */
	bool ordered;             /* search in order: the first entry that matches wins */
	const struct field *rest; /* the row that takes anything that is no keyword; NULL: none */
	struct {
		const struct field *field;
		struct keywords *keywords;
	} inner[INNER_MAX];
	int count;
	struct entry *entry; /* room for ENTRIES_MAX, most of it usually unused */
	uint8_t slot[SLOTS]; /* index of an entry, plus one; 0: free */
};

static struct keywords *keywords_empty(const struct object *object)
{
	struct keywords *keywords = memory_get(sizeof *keywords);

	keywords->object = object;
	keywords->entry = memory_resize(NULL, ENTRIES_MAX * sizeof *keywords->entry);
	return keywords;
}

static unsigned int word_hash(const char *word)
{
	unsigned int hash = 5381;

	while (*word)
		hash = hash * 33 + (unsigned char)*word++;
	return hash ^ hash >> 9;
}

static uint8_t *keywords_slot(struct keywords *keywords, const char *word)
{
	unsigned int at = word_hash(word) % SLOTS;

	while (keywords->slot[at] && strcmp(keywords->entry[keywords->slot[at] - 1].word, word))
		at = (at + 1) % SLOTS;
	return &keywords->slot[at];
}

/* If several rows have a word, the first gets it. */
static void keywords_add(struct keywords *keywords, const char *word, size_t length,
	const struct field *field, bool bare)
{
	struct entry *entry = &keywords->entry[keywords->count];
	uint8_t *slot;

	if (!length || length >= WORD_MAX || keywords->count == ENTRIES_MAX)
		return;
	*entry = (struct entry){.field = field, .bare = bare};
	memcpy(entry->word, word, length);
	slot = keywords_slot(keywords, entry->word);
	if (!*slot)
		*slot = (uint8_t)++keywords->count;
}

static void keywords_add_list(
	struct keywords *keywords, const char *list, const struct field *field, bool bare)
{
	while (list && *list) {
		size_t span = strcspn(list, " ");

		keywords_add(keywords, list, span, field, bare);
		list += span;
		list += strspn(list, " ");
	}
}

static void keywords_add_inner(
	struct keywords *keywords, const struct field *field, enum dialect dialect)
{
	const struct object *object = field->inner;
	int at = 0;

	while (at < INNER_MAX - 1 && keywords->inner[at].field)
		at++;
	keywords->inner[at].field = field;
	keywords->inner[at].keywords = dialect == DIALECT_IP && object->ip_order
	                                       ? keywords_ordered(object, object->ip_order)
	                                       : keywords_new(object, dialect);
}

struct keywords *keywords_new(const struct object *object, enum dialect dialect)
{
	struct keywords *keywords = keywords_empty(object);
	uint32_t foreign = dialect == DIALECT_OWN ? FIELD_IP : FIELD_OWN;
	const char *bare;

	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (field->flags & foreign || (field->kind && !field->kind->parse))
			continue;
		if (field->kind && field->kind->inner)
			keywords_add_inner(keywords, field, dialect);
		if (field->kind && field->kind->goes_on)
			rows_add(&keywords->continued, i);
		/* `type reject` means `reject`: a JSON key needs a word. */
		keywords_add_list(keywords, field->word, field, false);
		keywords_add_list(keywords, field->ip_word, field, false);
		keywords_add_list(keywords, field->synonyms, field, false);
		for (int j = 0; field->kind && field->kind->bare; j++) {
			bare = field->kind->bare(field, j, dialect);
			if (!bare)
				break;
			keywords_add(keywords, bare, strlen(bare), field, true);
		}
	}
	return keywords;
}

void keywords_free(struct keywords *keywords)
{
	if (!keywords)
		return;
	for (int i = 0; i < INNER_MAX; i++)
		keywords_free(keywords->inner[i].keywords);
	free(keywords->entry);
	free(keywords);
}

struct rows keywords_continued(const struct keywords *keywords)
{
	return keywords->continued;
}

const struct keywords *keywords_inner(const struct keywords *keywords, const struct field *field)
{
	for (int i = 0; i < INNER_MAX; i++)
		if (keywords->inner[i].field == field)
			return keywords->inner[i].keywords;
	return NULL;
}

const struct object *keywords_object(const struct keywords *keywords)
{
	return keywords->object;
}

bool word_abbreviates(const char *typed, const char *word)
{
	return *typed && !strncmp(typed, word, strlen(typed));
}

/* Adds the words of a row. */
static void add_bare_row(struct keywords *keywords, const struct field *field)
{
	const char *bare;

	for (int i = 0; (bare = field->kind->bare(field, i, DIALECT_IP)); i++) {
		struct entry *entry = &keywords->entry[keywords->count];

		keywords_add(keywords, bare, strlen(bare), field, true);
		entry->abbreviates = true;
	}
}

/* Returns where the marks of an item start: `map-to~` is a word with a dash and one mark. */
static size_t item_word_length(const char *item)
{
	size_t length = strcspn(item, "=");

	while (length && strchr("~?-", item[length - 1]))
		length--;
	return length;
}

/* One item of an order: a word and its marks. */
static void add_ordered(struct keywords *keywords, const struct keywords *whole, const char *item)
{
	struct entry *entry = &keywords->entry[keywords->count];
	size_t length = item_word_length(item);
	const char *marks = item + length;
	const char *row = strchr(marks, '=');
	char word[WORD_MAX];
	bool bare = false;

	snprintf(word, sizeof word, "%.*s", (int)length, item);
	entry->field =
		strpbrk(marks, "?-") ? NULL : keywords_find(whole, row ? row + 1 : word, &bare);
	/* In a filter, the word of a bare row comes before its value: `type blackhole`. */
	if (!entry->field && !strpbrk(marks, "?-"))
		entry->field = object_field(whole->object, word);
	if (!entry->field && !strpbrk(marks, "?-"))
		return;
	entry->bare = bare;
	entry->abbreviates = *marks == '~';
	entry->help = strchr(marks, '?');
	memcpy(entry->word, word, sizeof word);
	keywords->count++;
}

struct keywords *keywords_ordered(const struct object *object, const char *order)
{
	struct keywords *whole = keywords_new(object, DIALECT_IP);
	struct keywords *keywords = keywords_empty(object);
	char item[2 * WORD_MAX];

	keywords->continued = whole->continued;
	keywords->ordered = true;
	while (*order) {
		size_t span = strcspn(order, " ");

		snprintf(item, sizeof item, "%.*s", (int)span, order);
		if (*item == '@')
			add_bare_row(keywords, object_field(object, item + 1));
		else if (*item == '*')
			keywords->rest = object_field(object, item + 1);
		else
			add_ordered(keywords, whole, item);
		order += span;
		order += strspn(order, " ");
	}
	memcpy(keywords->inner, whole->inner, sizeof keywords->inner);
	memset(whole->inner, 0, sizeof whole->inner);
	keywords_free(whole);
	return keywords;
}

const struct field *keywords_rest(const struct keywords *keywords)
{
	return keywords->rest;
}

static const struct entry *find_ordered(const struct keywords *keywords, const char *word)
{
	for (int i = 0; i < keywords->count; i++) {
		const struct entry *entry = &keywords->entry[i];

		if (!strcmp(word, entry->word) ||
			(entry->abbreviates && word_abbreviates(word, entry->word)))
			return entry;
	}
	return NULL;
}

enum aside keywords_aside(const struct keywords *keywords, const char *word)
{
	const struct entry *entry = keywords->ordered ? find_ordered(keywords, word) : NULL;

	if (!entry || entry->field)
		return ASIDE_NONE;
	return entry->help ? ASIDE_HELP : ASIDE_SKIP;
}

static const struct entry *find_hashed(const struct keywords *keywords, const char *word)
{
	unsigned int at = word_hash(word) % SLOTS;

	for (; keywords->slot[at]; at = (at + 1) % SLOTS) {
		const struct entry *entry = &keywords->entry[keywords->slot[at] - 1];

		if (!strcmp(entry->word, word))
			return entry;
	}
	return NULL;
}

const struct field *keywords_find(const struct keywords *keywords, const char *word, bool *bare)
{
	const struct entry *entry =
		keywords->ordered ? find_ordered(keywords, word) : find_hashed(keywords, word);

	*bare = entry && entry->bare;
	return entry ? entry->field : NULL;
}

void keywords_nearest(const struct keywords *keywords, struct nearest *nearest, const char *typed)
{
	for (int i = 0; i < keywords->count; i++)
		nearest_try(nearest, typed, keywords->entry[i].word);
}

bool keywords_word(
	const struct keywords *keywords, int index, const char **word, const struct field **field)
{
	if (index >= keywords->count)
		return false;
	*word = keywords->entry[index].word;
	*field = keywords->entry[index].field;
	return true;
}
