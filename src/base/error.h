/* What went wrong. Whoever finds it fills it once; everyone else passes it on; main prints it. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

struct words;

/* Exit statuses of the program, and of every error. */
enum status {
	STATUS_DONE = 0,
	STATUS_NO = 1,      /* the answer is no: not there, differs */
	STATUS_REFUSED = 2, /* the kernel refused; nothing changed */
	STATUS_GUARDED = 3, /* refused by a guard of ours; nothing changed */
	STATUS_PARTLY = 4,  /* changed, and could not be undone completely */
	STATUS_WORDS = 255, /* wrong words or wrong file; nothing was sent */
};

struct error {
	enum status status;
	const struct words *words; /* the line at fault, or NULL; borrowed */
	int word;                  /* index of the word at fault; words->count: its end; -1: none */
	char message[512];         /* one sentence, without a full stop */
	char hint[2048];           /* what would be right, or empty; may hold several lines */
};

/* Both return -1, so that a caller can write `return error_set(...)`. */
int error_set(struct error *error, enum status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same for a word of a line: status STATUS_WORDS. */
int error_at(struct error *error, const struct words *words, int word, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
/* Adds what would be right to an error already set; returns -1. */
int error_hint(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
