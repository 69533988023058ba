/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One run of the program: its options, its socket to the kernel, its output. */
#ifndef COMMAND_SESSION_H
#define COMMAND_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/words.h"
#include "field/field.h"
#include "field/walk.h"
#include "netlink/links.h"
#include "netlink/netlink.h"
#include "output/columns.h"
#include "change/transaction.h"

enum colour { COLOUR_NEVER, COLOUR_AUTO, COLOUR_ALWAYS };

struct options {
	uint8_t family; /* -4, -6; AF_UNSPEC: the words decide */
	bool json, pretty, details, statistics, numeric, force, nexthops, dry_run, ensure,
		timestamp, adopt, partial, metrics;
	enum colour colour;
	unsigned int confirm;  /* -confirm, in seconds; 0: changes need no confirmation */
	int fib_model;         /* -m, IPROUTE_FIB_MODEL: 0, 1, 2 */
	const char *guard;     /* -guard; NULL: guard the connection of the ssh session, if any */
	const char *namespace; /* -n; NULL: the namespace in which the program was started */
	const char *last_good; /* -last-good: file for the copy of the policy; NULL: keep none */
	char list;             /* list to print without a verb: 'r', 'l', 'c'; 0: the simple list */
	bool help, version;
};

struct session {
	struct options options;
	struct names *names;
	struct netlink *netlink; /* NULL until session_open() */
	struct links *links;
	struct lock *lock; /* NULL: not held */
	struct buffer out;
	int output;         /* descriptor to which `out` is written */
	int output_error;   /* errno of the first failed write, after which nothing is written */
	enum status answer; /* of a verb that succeeds: STATUS_DONE, or STATUS_NO */
	bool changed;       /* the kernel has made a requested change */
	bool settled;       /* no change of another command waits (command/pending.h) */
	bool waits;         /* a change of this command waits to be confirmed */
	struct vector *undoing; /* runs lines of command/inverse.h, each of which concerns one
	                           record; gets the numbers (int) of those that may be made when a
	                           device is up; NULL: no */
	struct arena arena; /* memory of the command's records; reset after each line of a batch */
	struct arena line;  /* memory of the words of the command line; never reset */
	struct keywords *keyword_sets[4]; /* see session_words() */
	struct policy judged;             /* routes for explaining refusals */
	size_t judgements;                /* number of refusals explained with them */
	/* Prints a warning to standard error. Set by main. */
	void (*report)(const struct error *error);
	/* Writes text to standard error verbatim (ip's usage). Set by main. */
	void (*notify)(const char *text);
};

/* Opens the netlink socket unless it is open. Returns 0, or -1 with the error. */
int session_open(struct session *session, struct error *error);
void session_close(struct session *session);

/* Returns a parser of the remaining words, with the family and fib_model of the options. */
struct parser session_parser(struct session *session, struct words *words);
/* Returns the keywords of an object, owned by the session; NULL if it has none. */
const struct keywords *session_words(struct session *session, const struct object *object);
/* Returns the view for listings according to the options. */
struct view session_view(const struct session *session);

/* Returns true if the output should be coloured. */
bool session_colour(const struct session *session);

/*
 * Returns a writer of one line for each record, or of JSON with -j; freed with writer_free().
 * `prefix`: as in text_writer().
 */
struct writer *session_writer(struct session *session, const char *prefix);
/* As session_writer(), for columns; `title` and `columns` as in columns_writer(). */
struct writer *session_columns(
	struct session *session, const char *title, const struct column *columns);
/* Writes the buffered output if there is much of it, or if `now`. Returns 0, or -1 if it can't be
 * written: end the listing then; session_finish() has the error. */
int session_flush(struct session *session, bool now);
/* Checks that the output can be written, for verbs that wait before they write. Returns 0, or -1
 * with the error. */
int session_check_output(const struct session *session, struct error *error);
/* Checks that all sources of names were read. Returns 0, or -1 with the error: then what was done
 * or refused with names may be wrong. */
int session_check_names(const struct session *session, struct error *error);
/*
 * Writes the rest and closes the output. Returns 0, or -1 with the error (status 2) if anything was
 * not written; its message is empty if nobody reads the output any more (EPIPE).
 */
int session_finish(struct session *session, struct error *error);

/*
 * Takes the lock of this network namespace, waiting for its holder, until session_unlock() or
 * session_close(). Call it before reading anything on which a change depends. A dry run takes no
 * lock. May be called again. Returns 0, or -1 with the error.
 */
int session_lock(struct session *session, struct error *error);
void session_unlock(struct session *session);

/*
 * Initialises *transaction with this session's socket and its participants: the nftables part, and
 * shared nexthop objects. The transaction must not move in memory; free with transaction_free().
 */
void session_begin(struct session *session, struct transaction *transaction);

/* Commits as transaction_commit(); with -dry-run, prints the changes in words instead. Returns 0,
 * or -1 with the error. */
int session_commit(struct session *session, struct transaction *transaction,
	const struct commit_hooks *hooks, struct error *error);

/* Copies the error's words, so that they outlive their file. */
void session_keep_error(struct session *session, struct error *error);

/* Prints one line on standard output; nothing with -j. */
void session_say(struct session *session, const char *text);

/* Warns that a listing of routes or rules may be incomplete, because they changed while they were
 * read. */
void session_warn_interrupted(struct session *session, const struct object *object);

/*
 * Adds at most ten of `count` records (pointers to struct route or struct rule) to the error's
 * hint, one line each, after the line `lead`. Returns -1.
 */
int session_hint_records(struct session *session, struct error *error, const char *lead,
	const struct object *object, const void *const *records, size_t count);

#endif
