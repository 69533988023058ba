/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The walkers: all operations on a record that need only its rows. */
#ifndef FIELD_WALK_H
#define FIELD_WALK_H

#include "field/field.h"

struct buffer;
struct nearest;

/* ---- words ---- */

/* Returns all words of an object in a dialect, hashed; freed with keywords_free(). */
struct keywords *keywords_new(const struct object *object, enum dialect dialect);
/*
 * As keywords_new(), for the words of one of ip's commands in the order in which ip tries them; the
 * first match wins. `order` has items separated by blanks: `word` must be written in full; `word~`
 * may be abbreviated; `word=other` belongs to the row with the word `other`; `word-` is skipped
 * before another word; `word?` asks for help; `word~-` and `word~?` may be abbreviated, too; `@row`
 * stands for the words of a bare row; `*row` takes anything that is no keyword as the value of that
 * row. Leaves out words without a row.
 */
struct keywords *keywords_ordered(const struct object *object, const char *order);
void keywords_free(struct keywords *keywords);
const struct object *keywords_object(const struct keywords *keywords);
/* Returns the words of the records inside a row's value (kind->inner); NULL if there are none. */
const struct keywords *keywords_inner(const struct keywords *keywords, const struct field *field);
/* Returns the rows that may take further words once they are given (kind->goes_on). */
struct rows keywords_continued(const struct keywords *keywords);
/* Returns the row that a word belongs to; NULL if there is no such word. Sets *bare to whether the
 * word itself is the value. */
const struct field *keywords_find(const struct keywords *keywords, const char *word, bool *bare);
/* Returns the row of `*row`; NULL if there is none. */
const struct field *keywords_rest(const struct keywords *keywords);
/* The meaning of a word without a row: skip it, or show help. */
enum aside { ASIDE_NONE, ASIDE_SKIP, ASIDE_HELP };
enum aside keywords_aside(const struct keywords *keywords, const char *word);
/* Returns true if `typed` is not empty and the word starts with it. */
bool word_abbreviates(const char *typed, const char *word);
/* Calls nearest_try() for every word. */
void keywords_nearest(const struct keywords *keywords, struct nearest *nearest, const char *typed);
/* Stores the word with this index, from 0, and its row. Returns false after the last. */
bool keywords_word(
	const struct keywords *keywords, int index, const char **word, const struct field **field);

/*
 * Reads words into a zeroed record, up to the last. The caller calls object->finish(). If `only`
 * isn't 0, only accepts rows with all these flags, and stops without an error at the first word of
 * another row. Values of variable length are in parser->arena. `origin`, cleared with
 * origin_clear(), gets the index of the word that gave each row. Returns 0, or -1 with the error at
 * the word at fault; the record is then undefined.
 */
int fields_parse(struct parser *parser, const struct keywords *keywords, uint32_t only,
	void *record, struct origin *origin, struct error *error);
/* As fields_parse(), for the next row only; reads nothing at the end of the words. */
int fields_parse_next(struct parser *parser, const struct keywords *keywords, void *record,
	struct origin *origin, struct error *error);
void origin_clear(struct origin *origin, const struct object *object);
/* Return the index of the word that gave the row, or of the first word of its value; -1 if there is
 * none. */
int origin_word(const struct origin *origin, const char *row);
int origin_value(const struct origin *origin, const char *row);
/* The purpose of a line's words. */
enum purpose {
	PURPOSE_SELECT, /* to select records: no defaults, no checks */
	PURPOSE_MAKE,   /* to make a record: object->finish() adds defaults and checks */
	PURPOSE_DELETE, /* to delete one: object->finish() with `del` */
};
/* Reads all remaining words into a zeroed record of the object of `keywords`, and finishes it.
 * `origin` may be NULL. Returns 0, or -1 with the error. */
int record_read(struct parser *parser, const struct keywords *keywords, enum purpose purpose,
	void *record, struct origin *origin, struct error *error);

/* Appends the usage of each row that words can set: of rows with all flags of `only` and none of
 * `without`. */
void fields_usage(struct buffer *out, const struct object *object, enum dialect dialect,
	uint32_t only, uint32_t without);
/* As fields_usage(), as mdoc source with one list item per row. */
void fields_manual(struct buffer *out, const struct object *object, uint32_t without);

/* A word to complete. */
struct completion {
	struct names *names;
	const char *typed; /* the start of the word, may be empty */
	void *context;
	void (*offer)(struct completion *completion, const char *word, const char *help);
	/* Offers more values of a row than its kind knows; NULL: there are none. */
	void (*value)(struct completion *completion, const struct field *field);
};
/* Offers a word if it starts with the typed text. */
void completion_try(struct completion *completion, const char *word, const char *help);
/* Offers completions of the last of `words`, in a record of the object of `keywords`. */
void fields_complete(struct completion *completion, const struct keywords *keywords,
	const char *const *words, int count);

/* ---- presence ---- */

/* Returns the rows that a record gives. */
struct rows fields_given(const struct object *object, const void *record);
/* As fields_given(), for many records: the offsets are prepared once. */
struct presence {
	const struct object *object;  /* NULL: not made yet */
	struct rows fragile;          /* rows that some kernel ignores without an error */
	int count;                    /* number of the record's values */
	uint16_t offset[FIELDS_MAX];  /* offset of each value, whose first byte is `given` */
	struct rows rows[FIELDS_MAX]; /* the rows of each value */
};
void presence_init(struct presence *presence, const struct object *object);
struct rows presence_rows(const struct presence *presence, const void *record);
/* Like fields_fragile(), for a record that gives these rows. */
bool presence_fragile(const struct presence *presence, struct rows given, const void *record);

/* ---- messages ---- */

/* Writes the message of a record into memory with room for MESSAGE_MAX bytes. The sequence number
 * is 0. */
void fields_encode(const struct object *object, const void *record, uint16_t type, uint16_t flags,
	void *memory);
/* As fields_encode(), for a record that gives these rows. */
void rows_encode(struct rows given, const struct object *object, const void *record, uint16_t type,
	uint16_t flags, void *memory);
/* Appends only the attributes of a record to the message: for a record inside an attribute. */
void fields_put(struct nlmsghdr *message, const struct object *object, const void *record);
/* Fills a zeroed record from a message. Values of variable length are copied into the arena or
 * point into the message: see fields_keep(). Returns 0, or -1 if the message isn't of this
 * object. */
int fields_decode(const struct object *object, const struct nlmsghdr *header, struct arena *arena,
	void *record);
/* As fields_decode(), for many messages: the map from attributes to rows is prepared once. */
struct decoder {
	const struct object *object;
	size_t sorted;      /* bytes of message.attribute */
	struct rows always; /* rows that are called for every message */
	struct rows marks;  /* rows that are called if the header word has a bit of `mask` */
	uint16_t word;
	uint32_t mask;
	struct rows behind[ATTRIBUTES_MAX]; /* rows that are called if the message has the attribute
	                                       or nest */
	struct rows beyond; /* rows that are called if the message has an attribute with a higher
	                       type */
	uint16_t highest;   /* object_highest() of the row with nest_rest */
	struct rows kept;   /* rows with values of variable length: see fields_keep() */
	struct rows apart;  /* rows that are never called: other rows fill their values */
};
void decoder_init(struct decoder *decoder, const struct object *object);
int decoder_read(const struct decoder *decoder, const struct nlmsghdr *header, struct arena *arena,
	void *record);
/* As decoder_read(). Sets *maybe to a superset of the rows that the record gives. */
int decoder_read_rows(const struct decoder *decoder, const struct nlmsghdr *header,
	struct arena *arena, void *record, struct rows *maybe);
/* Copies everything that a record points to into `arena`, so that it may outlive its message and
 * the arena it was read into. */
void fields_keep(const struct object *object, void *record, struct arena *arena);
void decoder_keep(const struct decoder *decoder, void *record, struct arena *arena);
/* Fills a zeroed record, except its family, from the attributes inside `nest`; got() finds the nest
 * as attribute 0. */
void fields_take(
	const struct object *object, const struct nlattr *nest, struct arena *arena, void *record);
/*
 * Returns the index of the word that a refusal concerns; -1 if it is unknown. That is the word of
 * the row whose attribute is at byte `offset` of the message sent (NLMSGERR_ATTR_OFFS; 0: not
 * reported), otherwise of the row whose `blame` has the longest part of the kernel's text, or of
 * the errno's name if there is no text.
 */
int fields_blame(const struct origin *origin, const struct nlmsghdr *message, uint32_t offset,
	const char *sentence, int number);

/* ---- showing and comparing ---- */

/* Writes one record: writer_open(), the rows, writer_close(). */
void fields_render(struct writer *writer, const struct object *object, const void *record,
	const struct view *view);
/* Appends `prefix` and a record as one line of text, without a line break. */
void fields_line(struct buffer *out, const struct object *object, const void *record,
	const struct view *view, const char *prefix, bool colour);
/* Writes only the rows with all flags of `only` (0: every row), inside an open record. */
void fields_write(struct writer *writer, const struct object *object, const void *record,
	const struct view *view, uint32_t only);
/* As fields_render() and fields_write(), for many records: the rows that the view can show are
 * found once. */
struct renderer {
	const struct object *object;
	const struct view *view; /* borrowed */
	struct rows possible;    /* rows that the view can show */
	struct rows always;      /* rows whose shown() decides, even if they aren't given */
	struct rows grouped;     /* rows that are in a list of ip's JSON */
	struct rows last;        /* rows that are shown last */
	struct rows maybe_last;  /* rows whose value decides it: kind->takes_after */
	struct presence presence;
};
void renderer_init(struct renderer *renderer, const struct object *object, const struct view *view,
	uint32_t only);
void renderer_record(const struct renderer *renderer, struct writer *writer, const void *record);
/* As renderer_record(); `maybe` is a superset of the rows that the record gives. */
void renderer_record_rows(const struct renderer *renderer, struct writer *writer,
	const void *record, struct rows maybe);
/* Returns true if the record matches each row that `wanted` gives. Compares only rows with all
 * flags of `only` (0: every row). */
bool fields_fit(const struct object *object, const void *record, const void *wanted, uint32_t only);
/* As fields_fit(), for many records and one `wanted` (borrowed). */
struct selector {
	const struct object *object;
	const void *wanted;
	struct rows rows; /* that `wanted` gives */
};
void selector_init(
	struct selector *selector, const struct object *object, const void *wanted, uint32_t only);
bool selector_fits(const struct selector *selector, const void *record);
/* Returns true if the field is given and its value differs from its absence (unlike `tos 0`). */
bool field_tells(const struct field *field, const void *record);
/* Returns true if the record can be what the kernel made of `sent`: like fields_fit(), except for
 * rows that a kernel may ignore. */
bool fields_made(const struct object *object, const void *record, const void *sent);
/*
 * Returns the field, or the row inside of its value, that was sent but is missing in `reported`,
 * the record that the kernel reported; NULL: nothing is missing. `reported` NULL: returns what some
 * kernel may ignore.
 */
const struct field *field_lost(
	const struct field *field, const void *sent, const void *reported, uint8_t family);
/* Returns the first row from index `from` on that is missing; -1: none. */
int fields_lost(const struct object *object, const void *sent, const void *reported, uint8_t family,
	int from);
/* Returns true if some kernel may ignore one of the rows that the record gives. */
bool fields_fragile(const struct object *object, const void *record);
/* Returns true if both records give the same rows with the same values. Only looks at rows with all
 * flags of `only` (0: every row), and never at FIELD_READ_ONLY rows. */
bool fields_same(const struct object *object, const void *a, const void *b, uint32_t only);

#endif
