/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Turns words into a record: looks up each word and lets its kind read the value. */
#include "field/walk.h"

#include <string.h>

#include "base/error.h"
#include "base/nearest.h"
#include "base/words.h"

struct reading {
	struct parser *parser;
	const struct keywords *keywords;
	const struct object *object;
	void *record;
	struct origin *origin;
};

static void origin_note(struct origin *origin, int row, int word, int value)
{
	if (origin->word[row] >= 0)
		return;
	origin->word[row] = (int16_t)word;
	origin->value[row] = (int16_t)value;
}

static int refuse_twice(struct reading *reading, int index, struct error *error)
{
	const struct words *words = reading->parser->words;
	const char *first = words->word[reading->origin->word[index]];
	const char *second = words->word[words->next];
	const struct field *field = &reading->object->fields[index];
	const char *value = words->next + 1 < words->count && field->kind && *field->kind->syntax
	                            ? words->word[words->next + 1]
	                            : second;

	if (reading->parser->dialect == DIALECT_IP) {
		words_take(reading->parser->words);
		return parser_refuse_again(reading->parser, error, second, value);
	}
	if (strcmp(first, second))
		return error_at(error, words, words->next, "\"%s\" and \"%s\" exclude each other",
			first, second);
	return error_at(error, words, words->next, "\"%s\" is given twice", second);
}

/* Returns true if the word looks like a value of the positional row. */
static bool looks_positional(const struct parser *parser, const char *word)
{
	if (parser->filter &&
		(!strcmp(word, "root") || !strcmp(word, "match") || !strcmp(word, "exact")))
		return true;
	return (*word >= '0' && *word <= '9') || strpbrk(word, ":/") || !strcmp(word, "default") ||
	       !strcmp(word, "all") || !strcmp(word, "any");
}

static const struct field *positional_row(const struct object *object)
{
	for (int i = 0; i < object->count; i++)
		if (object->fields[i].flags & FIELD_POSITIONAL)
			return &object->fields[i];
	return NULL;
}

static int refuse_unknown(struct reading *reading, struct error *error)
{
	struct words *words = reading->parser->words;
	const char *word = words_peek(words);
	const struct field *positional = positional_row(reading->object);
	struct nearest nearest = {0};

	if (positional && looks_positional(reading->parser, word)) {
		error_at(error, words, words->next, "\"%s\": the destination is given already",
			word);
		return object_field(reading->object, "gw") && !strchr(word, '/') &&
		                       strpbrk(word, ".:")
		               ? error_hint(error, "did you mean gw %s?", word)
		               : -1;
	}
	error_at(error, words, words->next, "\"%s\" is not a word of a %s", word,
		reading->object->name);
	/* A prefix in an object without a positional row. */
	if (!positional && looks_positional(reading->parser, word) &&
		object_field(reading->object, "from"))
		return error_hint(error, "did you mean from %s, or to %s?", word, word);
	keywords_nearest(reading->keywords, &nearest, word);
	if (nearest.word)
		return error_hint(error, "did you mean \"%s\"?", nearest.word);
	return -1;
}

/* In a selector, returns true if the words from this one on may add to a given value. */
static bool adds_to(const struct reading *reading, const struct field *field, const char *word)
{
	return reading->parser->filter && field->kind && field->kind->adds && word &&
	       field->kind->adds(field_peek(field, reading->record), word);
}

/* Returns the word after the next one; NULL if there is none. */
static const char *second_word(const struct words *words)
{
	return words->next + 1 < words->count ? words->word[words->next + 1] : NULL;
}

/* Returns the row that the next word belongs to; NULL if there is none. A row that may continue
 * (INFO) comes first. */
static const struct field *next_row(struct reading *reading, bool *bare)
{
	const char *word = words_peek(reading->parser->words);
	struct rows continued = keywords_continued(reading->keywords);
	const struct field *field;
	int row;

	*bare = false;
	while ((row = rows_take(&continued)) >= 0) {
		field = &reading->object->fields[row];
		if (reading->origin->word[row] >= 0 &&
			field->kind->goes_on(reading->parser, field, word)) {
			*bare = true;
			return field;
		}
	}
	field = keywords_find(reading->keywords, word, bare);
	if (field)
		return field;
	*bare = true;
	if (keywords_rest(reading->keywords))
		return keywords_rest(reading->keywords);
	field = positional_row(reading->object);
	if (field && looks_positional(reading->parser, word) &&
		(reading->origin->word[field - reading->object->fields] < 0 ||
			adds_to(reading, field, word)))
		return field;
	return NULL;
}

static int read_shorthand(struct reading *reading, const struct field *field, struct error *error);

/* State from a listing may be given again and is ignored; a value is refused, because it would have
 * no effect. */
static int skip_reported(struct reading *reading, const struct field *field, struct error *error)
{
	struct words *words = reading->parser->words;
	uint64_t unwanted[8] = {0};

	if (!*field->kind->syntax && field->kind->size <= sizeof unwanted) {
		words_take(words);
		return field->kind->parse(reading->parser, field, unwanted, error);
	}
	error_at(error, words, words->next, "\"%s\" is reported by the kernel; no word sets it",
		words_peek(words));
	return field->help ? error_hint(error, "%s: %s", field->word, field->help) : -1;
}

/* Lets the kind read the value; it may set the word to blame for it. */
static int parse_value(
	struct reading *reading, const struct field *field, int index, struct error *error)
{
	struct parser *parser = reading->parser;
	int outer = parser->value;
	int status;

	parser->value = -1;
	status = field->kind->parse(parser, field, field_value(field, reading->record), error);
	if (parser->value >= 0)
		reading->origin->value[index] = (int16_t)parser->value;
	parser->value = outer;
	return status;
}

/* Returns true if the row may stand in the line once more. */
static bool may_repeat(const struct reading *reading, const struct field *field, bool bare)
{
	const struct words *words = reading->parser->words;

	return (field->kind && (field->kind->goes_on || field->kind->repeats)) ||
	       adds_to(reading, field, bare ? words_peek(words) : second_word(words)) ||
	       (reading->parser->dialect != DIALECT_OWN && !reading->object->once);
}

static int read_value(
	struct reading *reading, const struct field *field, bool bare, struct error *error)
{
	struct words *words = reading->parser->words;
	int index = (int)(field - reading->object->fields);

	if (field->kind && field->flags & FIELD_READ_ONLY && !reading->parser->filter)
		return skip_reported(reading, field, error);
	if (reading->origin->word[index] >= 0 && !may_repeat(reading, field, bare))
		return refuse_twice(reading, index, error);
	if (!field->kind)
		return read_shorthand(reading, field, error);
	/* If a row may be repeated, the word at fault is unknown. */
	origin_note(reading->origin, index, words->next,
		words->next + (!bare && *field->kind->syntax && !field->kind->inner));
	if (!bare)
		words_take(words);
	return parse_value(reading, field, index, error);
}

static int read_row(
	struct reading *reading, const struct field *field, bool bare, struct error *error)
{
	return read_value(reading, field, bare, error) ? error_field(error, field) : 0;
}

/* `ip` lets a repeated word replace the value, but refuses a second destination. */
static int read_rest(struct reading *reading, const struct field *field, struct error *error)
{
	struct words *words = reading->parser->words;

	if (!words_peek(words)) {
		error_at(error, words, words->count, "\"%s\" is missing", field->word);
		return error_field(error, field);
	}
	if (reading->parser->filter || !(field->flags & FIELD_POSITIONAL) ||
		reading->origin->word[field - reading->object->fields] < 0)
		return read_row(reading, field, true, error);
	words_take(words);
	parser_refuse_again(reading->parser, error, field_word(field, DIALECT_IP),
		words->word[words->next - 1]);
	return error_field(error, field);
}

/* In ip's dialect the destination must follow a route's type. */
static int read_ip_row(
	struct reading *reading, const struct field *field, bool bare, struct error *error)
{
	const struct field *rest = keywords_rest(reading->keywords);

	if (bare && field == rest)
		return read_rest(reading, rest, error);
	if (read_row(reading, field, bare, error))
		return -1;
	if (bare && rest && field->flags & FIELD_BARE)
		return read_rest(reading, rest, error);
	return 0;
}

/* Handles words without a row. */
static int read_asides(struct reading *reading, struct error *error)
{
	struct words *words = reading->parser->words;
	enum aside aside;

	while (words_peek(words)) {
		aside = keywords_aside(reading->keywords, words_peek(words));
		if (aside == ASIDE_NONE)
			return 0;
		words_take(words);
		if (aside == ASIDE_HELP) {
			parser_refuse(reading->parser, error, "help is asked for");
			return error_fault(error, FAULT_HELP, NULL, NULL);
		}
	}
	return error_at(error, words, words->count, "a word is missing");
}

/* Reads the words that a shorthand stands for; errors point to the shorthand. */
static int read_shorthand(struct reading *reading, const struct field *field, struct error *error)
{
	struct words *words = reading->parser->words;
	const char *word[8];
	char line[64];
	const char *reason;
	struct words stand_in = {.word = word};
	struct origin origin;
	int status;

	if (!field->stands_for)
		return error_at(error, words, words->next, "\"%s\": %s", field->word, field->help);
	snprintf(line, sizeof line, "%s", field->stands_for);
	stand_in.count = words_cut(line, word, 8, &reason);
	origin_clear(&origin, reading->object);
	reading->parser->words = &stand_in;
	struct reading inner = *reading;
	inner.origin = &origin;
	status = 0;
	while (!status && words_peek(&stand_in)) {
		bool bare;
		const struct field *row = next_row(&inner, &bare);

		status = read_row(&inner, row, bare, error);
	}
	reading->parser->words = words;
	origin_note(
		reading->origin, (int)(field - reading->object->fields), words->next, words->next);
	for (int i = 0; !status && i < reading->object->count; i++) {
		if (origin.word[i] < 0)
			continue;
		if (reading->origin->word[i] >= 0)
			return refuse_twice(reading, i, error);
		origin_note(reading->origin, i, words->next, words->next);
	}
	words_take(words);
	return status;
}

/* Reads one word and its value; in ip's dialect also words that are skipped before it. */
static int read_next(struct reading *reading, struct error *error)
{
	const struct field *field;
	bool bare;

	if (read_asides(reading, error))
		return -1;
	field = next_row(reading, &bare);
	if (!field)
		return refuse_unknown(reading, error);
	if (reading->parser->dialect == DIALECT_IP)
		return read_ip_row(reading, field, bare, error);
	return read_row(reading, field, bare, error);
}

int fields_parse_next(struct parser *parser, const struct keywords *keywords, void *record,
	struct origin *origin, struct error *error)
{
	const struct keywords *outer = parser->keywords;
	struct reading reading = {
		.parser = parser,
		.keywords = keywords,
		.object = keywords_object(keywords),
		.record = record,
		.origin = origin,
	};
	int status = 0;

	parser->keywords = keywords;
	if (words_peek(parser->words))
		status = read_next(&reading, error);
	parser->keywords = outer;
	return status;
}

static int read_rows(struct reading *reading, uint32_t only, struct error *error)
{
	while (words_peek(reading->parser->words)) {
		const struct field *field;
		bool bare;

		if (!only) {
			if (read_next(reading, error))
				return -1;
			continue;
		}
		field = next_row(reading, &bare);
		if (!field || (field->flags & only) != only)
			return 0;
		if (read_row(reading, field, bare, error))
			return -1;
	}
	return 0;
}

int fields_parse(struct parser *parser, const struct keywords *keywords, uint32_t only,
	void *record, struct origin *origin, struct error *error)
{
	const struct keywords *outer = parser->keywords;
	struct reading reading = {
		.parser = parser,
		.keywords = keywords,
		.object = keywords_object(keywords),
		.record = record,
		.origin = origin,
	};
	int status;

	parser->keywords = keywords;
	status = read_rows(&reading, only, error);
	parser->keywords = outer;
	return status;
}

int record_read(struct parser *parser, const struct keywords *keywords, enum purpose purpose,
	void *record, struct origin *origin, struct error *error)
{
	const struct object *object = keywords_object(keywords);
	struct origin unwanted;

	if (!origin)
		origin = &unwanted;
	origin_clear(origin, object);
	if (fields_parse(parser, keywords, 0, record, origin, error))
		return -1;
	if (purpose == PURPOSE_SELECT || !object->finish)
		return 0;
	return object->finish(parser, record, origin, purpose == PURPOSE_DELETE, error);
}
