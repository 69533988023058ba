/* One run of the program: its options, its conversation with the kernel, its output. */
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
#include "policy/transaction.h"

enum colour { COLOUR_NEVER, COLOUR_AUTO, COLOUR_ALWAYS };

struct options {
	uint8_t family; /* -4, -6; AF_UNSPEC: the words say */
	bool json, pretty, details, statistics, numeric, force, nexthops, dry_run, ensure,
		timestamp;
	enum colour colour;
	int fib_model;         /* -m, IPROUTE_FIB_MODEL: 0, 1, 2 */
	const char *namespace; /* -n; NULL: where the program was started */
	char list; /* 'r', 'l', 'c': what to list when there is no verb; 0: the simple list */
	bool help, version;
};

struct session {
	struct options options;
	struct names *names;
	struct netlink *netlink; /* NULL until session_open() */
	struct links *links;
	struct buffer out;
	struct arena arena;          /* of the command's records */
	struct lexicon *lexicons[4]; /* see session_words() */
	struct policy judged;        /* routes by which refusals are judged */
	size_t judgements;           /* how many */
	/* Tells something beside the result (a warning): main prints it. */
	void (*report)(const struct error *error);
	/* Writes text to standard error as it stands (ip's usage). */
	void (*tell)(const char *text);
};

/* The session's end of the kernel and its words; cheap to call again. 0, or -1 with the error. */
int session_open(struct session *session, struct error *error);
void session_close(struct session *session);

/* A parser of the rest of the words, with the options' family and fib_model. */
struct parser session_parser(struct session *session, struct words *words);
/* The words of an object; NULL: it has none. */
const struct lexicon *session_words(struct session *session, const struct object *object);
/* What a listing shows under the options. */
struct view session_view(const struct session *session);

/* Is the output coloured? */
bool session_colour(const struct session *session);

/* A writer of one line for each record, or of JSON when asked. `prefix` as in text_writer(). */
struct writer *session_writer(struct session *session, const char *prefix);
/* A writer of columns, or of JSON when asked. */
struct writer *session_columns(
	struct session *session, const char *title, const struct column *columns);
/* Hands what is written so far to standard output when it is much, or `now`. -1: nobody reads it.
 */
int session_flush(struct session *session, bool now);

/* Makes the changes as transaction_commit(), or with -dry-run prints them in words. */
int session_commit(struct session *session, struct transaction *transaction,
	const struct referee *referee, struct error *error);

/* The error's words outlive the file that they are from. */
void session_keep_error(struct session *session, struct error *error);

/* One line on standard output, unless JSON is asked for. */
void session_say(struct session *session, const char *text);

/* Adds `count` records (struct route or rule pointers), one line each, ten at most, to the error's
 * hint. */
int session_hint_records(struct session *session, struct error *error, const char *lead,
	const struct object *object, const void *const *records, size_t count);

#endif
