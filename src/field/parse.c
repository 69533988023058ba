/* Words become a record: each word is looked up among the rows, and its kind reads what follows. */
#include "field/walk.h"

#include <string.h>

#include "base/error.h"
#include "base/nearest.h"
#include "base/words.h"

struct reading {
	struct parser *parser;
	const struct lexicon *lexicon;
	const struct object *object;
	void *record;
	struct origin *origin;
};

void origin_clear(struct origin *origin, const struct object *object)
{
	origin->object = object;
	memset(origin->word, -1, sizeof origin->word);
	memset(origin->value, -1, sizeof origin->value);
}

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

/* A word that looks as if it were meant for the row that has no word of its own. */
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

	if (positional && looks_positional(reading->parser, word))
		return error_at(error, words, words->next,
			"\"%s\": the destination is given already", word);
	error_at(error, words, words->next, "\"%s\" is not a word of a %s", word,
		reading->object->name);
	lexicon_nearest(reading->lexicon, &nearest, word);
	if (nearest.word)
		return error_hint(error, "did you mean \"%s\"?", nearest.word);
	return -1;
}

/* The row the next word belongs to; NULL: none. A row that goes on (INFO) is asked first. */
static const struct field *next_row(struct reading *reading, bool *bare)
{
	const char *word = words_peek(reading->parser->words);
	struct rows claimants = lexicon_claimants(reading->lexicon);
	const struct field *field;
	int row;

	*bare = false;
	while ((row = rows_take(&claimants)) >= 0) {
		field = &reading->object->fields[row];
		if (reading->origin->word[row] >= 0 &&
			field->kind->claims(reading->parser, field, word)) {
			*bare = true;
			return field;
		}
	}
	field = lexicon_find(reading->lexicon, word, bare);
	if (field)
		return field;
	*bare = true;
	if (lexicon_rest(reading->lexicon))
		return lexicon_rest(reading->lexicon);
	field = positional_row(reading->object);
	if (field && looks_positional(reading->parser, word) &&
		reading->origin->word[field - reading->object->fields] < 0)
		return field;
	return NULL;
}

static int read_shorthand(struct reading *reading, const struct field *field, struct error *error);

/* What a listing says of the moment may be given back to the program; a value would set nothing. */
static int read_told(struct reading *reading, const struct field *field, struct error *error)
{
	struct words *words = reading->parser->words;
	uint64_t unwanted[8] = {0};

	if (!*field->kind->syntax && field->kind->size <= sizeof unwanted) {
		words_take(words);
		return field->kind->parse(reading->parser, field, unwanted, error);
	}
	error_at(error, words, words->next, "\"%s\" is what the kernel tells: no word sets it",
		words_peek(words));
	return field->help ? error_hint(error, "%s: %s", field->word, field->help) : -1;
}

static int read_row(
	struct reading *reading, const struct field *field, bool bare, struct error *error)
{
	struct words *words = reading->parser->words;
	int index = (int)(field - reading->object->fields);
	bool goes_on = field->kind && (field->kind->claims || field->kind->repeats);

	if (field->kind && field->flags & FIELD_READ_ONLY && !reading->parser->filter)
		return read_told(reading, field, error);
	if (reading->origin->word[index] >= 0 && !goes_on &&
		(reading->parser->dialect == DIALECT_OWN || reading->object->once))
		return refuse_twice(reading, index, error);
	reading->parser->field = field;
	if (!field->kind)
		return read_shorthand(reading, field, error);
	/* Of what may come again, it is not known which was meant. */
	origin_note(reading->origin, index, words->next,
		words->next + (!bare && *field->kind->syntax && !field->kind->inner));
	if (!bare)
		words_take(words);
	return field->kind->parse(
		reading->parser, field, field_value(field, reading->record), error);
}

/* `ip` takes a repeated word for another value, but not a second destination. */
static int read_rest(struct reading *reading, const struct field *field, struct error *error)
{
	struct words *words = reading->parser->words;

	reading->parser->field = field;
	if (!words_peek(words))
		return error_at(error, words, words->count, "\"%s\" is missing", field->word);
	if (reading->parser->filter || !(field->flags & FIELD_POSITIONAL) ||
		reading->origin->word[field - reading->object->fields] < 0)
		return read_row(reading, field, true, error);
	words_take(words);
	return parser_refuse_again(reading->parser, error, field_word(field, DIALECT_IP),
		words->word[words->next - 1]);
}

/* A route's type in ip's order of words: the destination must follow. */
static int read_ip_row(
	struct reading *reading, const struct field *field, bool bare, struct error *error)
{
	const struct field *rest = lexicon_rest(reading->lexicon);

	if (bare && field == rest)
		return read_rest(reading, rest, error);
	if (read_row(reading, field, bare, error))
		return -1;
	if (bare && rest && field->flags & FIELD_BARE)
		return read_rest(reading, rest, error);
	return 0;
}

/* Words that stand for no row. */
static int read_asides(struct reading *reading, struct error *error)
{
	struct words *words = reading->parser->words;
	enum aside aside;

	while (words_peek(words)) {
		aside = lexicon_aside(reading->lexicon, words_peek(words));
		if (aside == ASIDE_NONE)
			return 0;
		words_take(words);
		if (aside == ASIDE_HELP) {
			reading->parser->help = true;
			return parser_refuse(reading->parser, error, "help is asked for");
		}
	}
	return error_at(error, words, words->count, "a word is missing");
}

/* The words that the row stands for are read in its place, and blamed on it. */
static int read_shorthand(struct reading *reading, const struct field *field, struct error *error)
{
	struct words *words = reading->parser->words;
	const char *word[8];
	char line[64];
	const char *reason;
	struct words stand_in = {.word = word};
	struct origin origin;
	int status;

	if (!field->extra)
		return error_at(error, words, words->next, "\"%s\": %s", field->word, field->help);
	snprintf(line, sizeof line, "%s", (const char *)field->extra);
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

/* One word and its value; in ip's dialect, with what may stand before it. */
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

int fields_parse_next(struct parser *parser, const struct lexicon *lexicon, void *record,
	struct origin *origin, struct error *error)
{
	const struct lexicon *outer = parser->lexicon;
	struct reading reading = {
		.parser = parser,
		.lexicon = lexicon,
		.object = lexicon_object(lexicon),
		.record = record,
		.origin = origin,
	};
	int status = 0;

	parser->field = NULL;
	parser->lexicon = lexicon;
	if (words_peek(parser->words))
		status = read_next(&reading, error);
	parser->lexicon = outer;
	return status;
}

static int read_rows(struct reading *reading, uint32_t only, struct error *error)
{
	while (words_peek(reading->parser->words)) {
		const struct field *field;
		bool bare;

		if (!only) {
			reading->parser->field = NULL;
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

int fields_parse(struct parser *parser, const struct lexicon *lexicon, uint32_t only, void *record,
	struct origin *origin, struct error *error)
{
	const struct lexicon *outer = parser->lexicon;
	struct reading reading = {
		.parser = parser,
		.lexicon = lexicon,
		.object = lexicon_object(lexicon),
		.record = record,
		.origin = origin,
	};
	int status;

	parser->lexicon = lexicon;
	status = read_rows(&reading, only, error);
	parser->lexicon = outer;
	return status;
}
