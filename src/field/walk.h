/* The walkers: what can be done with a record by its rows alone. */
#ifndef FIELD_WALK_H
#define FIELD_WALK_H

#include "field/field.h"

struct buffer;
struct nearest;

/* ---- words ---- */

/* All words of an object in a dialect, for quick look-up. */
struct lexicon *lexicon_new(const struct object *object, enum dialect dialect);
/*
 * The words of one of ip's commands, in the order in which ip tries them; the first that fits is
 * it. `order`: items parted by blanks. `word`: taken whole. `word~`: from any beginning of it.
 * `word=other`: of the row with the word `other`. `word-`: stands before another, for nothing.
 * `word?`: asks for help; `word~-` and `word~?` also from a beginning. `@row`: the words of a bare
 * row. `*row`: what is no word at all is a value of that row. Words of which the object has no row
 * are left out.
 */
struct lexicon *lexicon_ordered(const struct object *object, const char *order);
void lexicon_free(struct lexicon *lexicon);
const struct object *lexicon_object(const struct lexicon *lexicon);
/* The words of the records inside a row's value (kind->inner); NULL: it has none. */
const struct lexicon *lexicon_inner(const struct lexicon *lexicon, const struct field *field);
/* The rows that may claim a word once they are given (kind->claims). */
struct rows lexicon_claimants(const struct lexicon *lexicon);
/* The row that a word belongs to; *bare: the word is itself the value. NULL: no such word. */
const struct field *lexicon_find(const struct lexicon *lexicon, const char *word, bool *bare);
/* The row of `*row`; NULL: none. */
const struct field *lexicon_rest(const struct lexicon *lexicon);
/* Does a word stand for no row: before another word, or for help? */
enum aside { ASIDE_NONE, ASIDE_SKIP, ASIDE_HELP };
enum aside lexicon_aside(const struct lexicon *lexicon, const char *word);
/* Is what is typed a beginning of the word? An empty one is of none. */
bool word_abbreviates(const char *typed, const char *word);
/* Tries every word against a misspelt one. */
void lexicon_nearest(const struct lexicon *lexicon, struct nearest *nearest, const char *typed);
/* Walks all words: index from 0; false at the end. */
bool lexicon_word(
	const struct lexicon *lexicon, int index, const char **word, const struct field **field);

/*
 * Reads words up to the end into a zeroed record; object->finish() is left to the caller. `only`:
 * rows must have all these flags (0: any), and reading stops, without error, at the first word that
 * is none of theirs. `origin` (cleared by the caller through origin_clear()) learns which word gave
 * what.
 */
int fields_parse(struct parser *parser, const struct lexicon *lexicon, uint32_t only, void *record,
	struct origin *origin, struct error *error);
/* The same for the next row alone; at the end of the words it reads nothing. */
int fields_parse_next(struct parser *parser, const struct lexicon *lexicon, void *record,
	struct origin *origin, struct error *error);
void origin_clear(struct origin *origin, const struct object *object);

/* One line for each row that words can set, without those that have any flag of `without`. */
void fields_usage(
	struct buffer *out, const struct object *object, enum dialect dialect, uint32_t without);
/* The same as manual page source (mdoc list items). */
void fields_manual(struct buffer *out, const struct object *object, uint32_t without);

/* What could come next. */
struct completion {
	struct names *names;
	const char *typed; /* the beginning of the word, maybe empty */
	void *context;
	void (*offer)(struct completion *completion, const char *word, const char *help);
};
/* Offers a word if it begins with what is typed. */
void completion_try(struct completion *completion, const char *word, const char *help);
/* Offers what may follow `words` (the last of them is being typed) in a record of this object. */
void fields_complete(struct completion *completion, const struct lexicon *lexicon,
	const char *const *words, int count);

/* ---- what is there ---- */

/* The rows that a record gives. */
struct rows fields_given(const struct object *object, const void *record);
/* The same for many records: where to look is found out once. */
struct presence {
	const struct object *object; /* NULL: not made yet */
	struct rows fragile;         /* rows that some kernel drops without a word */
	uint64_t mask[RECORD_MAX / sizeof(uint64_t) + 1]; /* where it says what is given */
	uint8_t row[RECORD_MAX];                          /* of the value that begins at a byte */
	uint8_t next[FIELDS_MAX]; /* another row of the same value, plus one; 0: none */
};
void presence_init(struct presence *presence, const struct object *object);
struct rows presence_rows(const struct presence *presence, const void *record);
/* fields_fragile(), of a record that gives these rows. */
bool presence_fragile(const struct presence *presence, struct rows given, const void *record);

/* ---- messages ---- */

/* Writes the message of a record into memory with room for MESSAGE_MAX bytes. Sequence is 0. */
void fields_encode(const struct object *object, const void *record, uint16_t type, uint16_t flags,
	void *memory);
/* The same of a record that gives these rows. */
void rows_encode(struct rows given, const struct object *object, const void *record, uint16_t type,
	uint16_t flags, void *memory);
/* Only the attributes of a record, behind what the message holds: a record inside an attribute. */
void fields_put(struct nlmsghdr *message, const struct object *object, const void *record);
/* Fills a zeroed record from a message; arena keeps what varies in length. -1: not of this object.
 */
int fields_decode(const struct object *object, const struct nlmsghdr *header, struct arena *arena,
	void *record);
/* The same for many messages: which rows an attribute concerns is found out once. */
struct decoder {
	const struct object *object;
	size_t sorted;      /* bytes of message.attribute */
	struct rows always; /* asked of every message */
	struct rows marks;  /* asked when the header word has a bit of mask */
	uint16_t word;
	uint32_t mask;
	struct rows behind[ATTRIBUTES_MAX]; /* asked when the attribute or nest is there */
	struct rows beyond;                 /* asked when an attribute of a higher type is there */
	struct rows kept;                   /* that vary in length: see fields_keep() */
	struct rows apart;                  /* not asked: others know their values */
};
void decoder_init(struct decoder *decoder, const struct object *object);
int decoder_read(const struct decoder *decoder, const struct nlmsghdr *header, struct arena *arena,
	void *record);
/* The same; *maybe: rows, among them all that the record gives. */
int decoder_read_rows(const struct decoder *decoder, const struct nlmsghdr *header,
	struct arena *arena, void *record, struct rows *maybe);
/* Makes a record independent of the arena it was read into: it may outlive it. */
void fields_keep(const struct object *object, void *record, struct arena *arena);
void decoder_keep(const struct decoder *decoder, void *record, struct arena *arena);
/* Fills a zeroed record, without its family, from the attributes inside `nest`, which its got()
 * finds as attribute 0. */
void fields_take(
	const struct object *object, const struct nlattr *nest, struct arena *arena, void *record);
/*
 * The word of a line that a refusal speaks of: the row at a byte offset of the message sent
 * (NLMSGERR_ATTR_OFFS; 0: not said), or else the one whose `blame` has the longest piece of the
 * kernel's sentence (or the name of the errno, when there is no sentence). -1: unknown.
 */
int fields_blame(const struct origin *origin, const struct nlmsghdr *message, uint32_t offset,
	const char *sentence, int number);

/* ---- showing and comparing ---- */

/* One record: writer_open(), rows, writer_close(). */
void fields_render(struct writer *writer, const struct object *object, const void *record,
	const struct view *view);
/* Only the rows with all the flags `only` (0: every row), inside a record already open. */
void fields_write(struct writer *writer, const struct object *object, const void *record,
	const struct view *view, uint32_t only);
/* The same for many records: which rows the view can show at all is found out once. */
struct renderer {
	const struct object *object;
	const struct view *view; /* borrowed */
	struct rows possible;    /* the view can show them */
	struct rows always;      /* shown() decides, also of what is not given */
	struct rows grouped;     /* they stand in a list of ip's JSON */
	struct rows last;        /* behind the rest */
	struct presence presence;
};
void renderer_init(struct renderer *renderer, const struct object *object, const struct view *view,
	uint32_t only);
void renderer_record(const struct renderer *renderer, struct writer *writer, const void *record);
/* The same; `maybe` has all rows that the record gives. */
void renderer_record_rows(const struct renderer *renderer, struct writer *writer,
	const void *record, struct rows maybe);
void renderer_write(const struct renderer *renderer, struct writer *writer, const void *record);
/* True when each row (with all flags of `only`; 0: any) that `wanted` gives is given by `record`
 * and fits. */
bool fields_fit(const struct object *object, const void *record, const void *wanted, uint32_t only);
/* The same for many records and one `wanted`, which is borrowed. */
struct selector {
	const struct object *object;
	const void *wanted;
	struct rows rows; /* that `wanted` gives */
};
void selector_init(
	struct selector *selector, const struct object *object, const void *wanted, uint32_t only);
bool selector_fits(const struct selector *selector, const void *record);
/* Is the field given, and not what its absence means anyway (`tos 0`)? */
bool field_tells(const struct field *field, const void *record);
/* Can it be what the kernel made of `sent`? As fields_fit(), but for what may vanish. */
bool fields_made(const struct object *object, const void *record, const void *sent);
/*
 * Is the field of what was sent lost in `told`, what the kernel made of it? The field itself, or
 * the row inside of its value. `told` NULL: may some kernel drop it? NULL: no.
 */
const struct field *field_lost(
	const struct field *field, const void *sent, const void *told, uint8_t family);
/* The first row from index `from` on that is lost; -1: none. */
int fields_lost(
	const struct object *object, const void *sent, const void *told, uint8_t family, int from);
/* May some kernel drop one of the rows that the record gives? */
bool fields_fragile(const struct object *object, const void *record);
/* True when both give the same rows with the same values; of the rows with all flags of `only` (0:
 * all). What the kernel only tells (FIELD_READ_ONLY) does not count. */
bool fields_same(const struct object *object, const void *a, const void *b, uint32_t only);

#endif
