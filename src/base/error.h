/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An error. The function that finds it fills it once, with a sentence in our own words and the
 * facts, from which ip/ makes the sentence of `ip`. All others pass it on; main prints it.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

struct field;
struct words;

/* Exit statuses of the program, and of every error. */
enum status {
	STATUS_DONE = 0,
	STATUS_NO = 1,      /* the answer is no: does not exist, differs */
	STATUS_REFUSED = 2, /* the kernel refused; nothing changed */
	STATUS_GUARDED = 3, /* refused by a guard of ours; nothing changed */
	STATUS_PARTLY = 4,  /* changed, and could not be undone completely */
	STATUS_WORDS = 255, /* wrong words or wrong file; nothing was sent */
};

/* The kind of fault, for faults that ip/ reports in other words. */
enum fault {
	FAULT_OTHER,     /* only the message describes it */
	FAULT_HELP,      /* a word asked for help; nothing is wrong */
	FAULT_MISSING,   /* the line lacks `what`, or the value of the row if that is NULL */
	FAULT_TWICE,     /* `what` is repeated, with `value` */
	FAULT_TRAILING,  /* no more words of this sort are allowed here */
	FAULT_NO_DEVICE, /* the word names a device that does not exist */
};

struct error {
	enum status status;
	const struct words *words; /* the line at fault, or NULL; borrowed */
	int word;                  /* index of the word at fault; words->count: its end; -1: none */
	enum fault fault;
	const struct field *field; /* the row that the word belongs to; NULL: none, or unknown */
	const char *what;          /* see enum fault; borrowed like `words`; NULL: none */
	const char *value;         /* the same */
	char message[512];         /* one sentence, without a full stop */
	char hint[2048];           /* what would be right, or empty; may have several lines */
};

/*
 * Fills `error` without a word, facts or hint. Truncates a message that is too long. Returns -1, as
 * all functions here do, so that a caller can write `return error_set(...)`.
 */
int error_set(struct error *error, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* As error_set(), for the word at index `word` of a line, which is borrowed; the status is
 * STATUS_WORDS. */
int error_at(struct error *error, const struct words *words, int word, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Sets the hint of an error that is set. */
int error_hint(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Adds the facts to an error that is set; `what` and `value` may be NULL and are borrowed. */
int error_fault(struct error *error, enum fault fault, const char *what, const char *value);
/* Adds the row to an error that is set, unless it has one already. */
int error_field(struct error *error, const struct field *field);

#endif
