/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Output without knowledge of the format: a writer turns the same calls into text, JSON or columns.
 *
 * The calls nest like this:
 *
 * *       begin { open VALUE... close }... end *  VALUE: string, number, literal, flag, aside, *
 * object_open VALUE... object_close, list_open VALUE... list_close
 *
 * open and close enclose a record. Labels and texts are only read during the call. Nothing here can
 * fail: output grows in a buffer, and whoever owns the buffer writes it out.
 */
#ifndef OUTPUT_WRITER_H
#define OUTPUT_WRITER_H

#include <stdbool.h>
#include <stdint.h>

struct buffer;
struct writer;

/* The name of a value: `word` in text (empty: the value is written without a name), `key` in JSON
 * and for columns. Keys must not need escaping in JSON. */
struct label {
	const char *word;
	const char *key;
};

/* The type of a value, which decides its colour. */
enum tint { TINT_NONE, TINT_DEVICE, TINT_INET, TINT_INET6 };

struct writer_ops {
	void (*begin)(struct writer *); /* once, before the first record */
	void (*end)(struct writer *);   /* once, after the last record */
	void (*open)(struct writer *);  /* starts a record */
	void (*close)(struct writer *); /* ends it */
	void (*string)(struct writer *, const struct label *, enum tint, const char *text);
	/* JSON writes the number, text writes `text` (NULL: the number in decimal). */
	void (*number)(struct writer *, const struct label *, uint64_t number, const char *text);
	/* JSON writes `json` verbatim (-5, false), text writes `text` as it stands,
	 * without quotes (NULL: only the word). */
	void (*literal)(struct writer *, const struct label *, const char *json, const char *text);
	/* A value without content: only the word in text, `true` in JSON. */
	void (*flag)(struct writer *, const struct label *);
	/* Only text writes this: verbatim, without a blank before it (a line break before a
	 * nexthop, a mark). */
	void (*aside)(struct writer *, const char *text);
	/* label NULL: the object is an item of a list */
	void (*object_open)(struct writer *, const struct label *);
	void (*object_close)(struct writer *);
	void (*list_open)(struct writer *, const struct label *);
	void (*list_close)(struct writer *);
	void (*free)(struct writer *);
};

struct writer {
	const struct writer_ops *ops;
	struct buffer *out; /* borrowed; its owner writes it out */
};

/* Each calls the function of that name in ops. writer_free() doesn't free the buffer and accepts
 * NULL. */
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
