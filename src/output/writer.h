/*
 * What a command says, without knowing the format: a writer turns the same calls into text, JSON or
 * columns. Records follow one another; a record holds values, lists and objects.
 */
#ifndef OUTPUT_WRITER_H
#define OUTPUT_WRITER_H

#include <stdbool.h>
#include <stdint.h>

struct buffer;
struct writer;

/* What a value is called: in text, and in JSON, where it needs no escaping. An empty word: the
 * value stands alone in text. */
struct label {
	const char *word;
	const char *key;
};

/* What a value is, for colour. */
enum tint { TINT_NONE, TINT_DEVICE, TINT_INET, TINT_INET6 };

struct writer_ops {
	void (*begin)(struct writer *); /* before the first record */
	void (*end)(struct writer *);   /* after the last */
	void (*open)(struct writer *);  /* a record begins */
	void (*close)(struct writer *); /* and ends */
	void (*string)(struct writer *, const struct label *, enum tint, const char *text);
	/* JSON shows the number, text the string that stands for it (NULL: decimal). */
	void (*number)(struct writer *, const struct label *, uint64_t number, const char *text);
	/* JSON shows `json` as it stands (-5, false), text the string (NULL: the word alone). */
	void (*literal)(struct writer *, const struct label *, const char *json, const char *text);
	/* Something that is either there or not: the word alone, `true` in JSON. */
	void (*flag)(struct writer *, const struct label *);
	/* Something that only text says (a break before a nexthop, a mark); JSON leaves it out. */
	void (*aside)(struct writer *, const char *text);
	void (*object_open)(
		struct writer *, const struct label *); /* label NULL: an item of a list */
	void (*object_close)(struct writer *);
	void (*list_open)(struct writer *, const struct label *);
	void (*list_close)(struct writer *);
	void (*free)(struct writer *);
};

struct writer {
	const struct writer_ops *ops;
	struct buffer
		*out; /* borrowed; whoever owns it writes it out when it is full and at the end */
};

/* Calls through ops, so that content reads writer_string(writer, ...). */
void writer_begin(struct writer *writer);
void writer_end(struct writer *writer);
void writer_open(struct writer *writer);
void writer_close(struct writer *writer);
void writer_string(
	struct writer *writer, const struct label *label, enum tint tint, const char *text);
void writer_number(
	struct writer *writer, const struct label *label, uint64_t number, const char *text);
void writer_literal(
	struct writer *writer, const struct label *label, const char *json, const char *text);
void writer_flag(struct writer *writer, const struct label *label);
void writer_aside(struct writer *writer, const char *text);
void writer_object_open(struct writer *writer, const struct label *label);
void writer_object_close(struct writer *writer);
void writer_list_open(struct writer *writer, const struct label *label);
void writer_list_close(struct writer *writer);
void writer_free(struct writer *writer);

#endif
