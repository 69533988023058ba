/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The verbs. A new verb is a file with its function, and a row of table.c. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include "command/session.h"

struct command {
	const char *verb;
	const char *synonym; /* or NULL */
	const char
		*group; /* heading in `iproute -h`; NULL: the same as the row before; "": hidden */
	const char *syntax; /* syntax of the words after the verb */
	const char
		*leading; /* the verb's own words, separated by blanks; they may only come first */
	const char *help; /* one line */
	/*
	 * Runs the verb; `words` start after it. Returns 0, or -1 with the error. If NULL, the
	 * words are prepared and committed (change_run()).
	 */
	int (*run)(struct session *, const struct command *, struct words *, struct error *);
	/*
	 * For a verb that changes something: adds the changes to the transaction, judged by its
	 * policy, and sends nothing: a batch prepares all lines first. session->arena is reset
	 * after each line. Returns 0, or -1 with the error.
	 */
	int (*prepare)(struct session *, const struct command *, struct words *,
		struct transaction *, struct error *);
	const struct object *object; /* the object whose rows the words set; NULL: none */
	uint32_t without;            /* flags of rows that are not allowed */
	int variant;                 /* for verbs that share a function: enum operation */
	uint8_t files;               /* for completion: number of file names that come first */
	bool exceptions;             /* its rows come only after `off except` */
	bool offline;                /* works without a kernel */
	bool verbatim;               /* takes options after it as its own words */
	bool changes;                /* `run` changes something; `prepare` always does */
	const char *examples;        /* two command lines, without "iproute", separated by '\n' */
	const char *see; /* verbs whose words select in the same way; usage refers to them */
};

/* All commands, ended by one whose verb is NULL. */
extern const struct command commands[];
/* Returns the command with this verb or synonym; NULL if there is none. */
const struct command *command_find(const char *verb);
/* Reads the verb. Returns NULL with the error if it is none. */
const struct command *command_read(struct words *words, struct error *error);

/* An option, before or after the verb. */
struct option {
	const char *word;  /* without dashes */
	const char *also;  /* a longer form, in small or capital letters, or NULL */
	const char *value; /* name of its value, or NULL; in brackets if the value is part of the
	                      same word */
	const char *help;
	size_t argument; /* the member that it sets: see options.c */
	int kind;        /* how it sets it: see options.c */
	bool line;       /* allowed in a line of a batch */
};
extern const struct option options[];
/*
 * Reads IPROUTE_FIB_MODEL, NO_COLOR and the options at the start of the words, up to the first word
 * without a dash. Returns 0, or -1 with the error.
 */
int options_read(struct options *read, struct words *words, struct error *error);
/* As options_read(), for a line of a batch, which takes only options that affect how its words are
 * read. */
int options_read_line(struct options *read, struct words *words, struct error *error);
/*
 * Reads the options after the verb, which was taken last, and moves them before it: `words` then
 * borrow from the arena. A word with a dash is left to the verb if it is the value of one of its
 * `keywords` (NULL: it has none) or if there is no such option. `line`: it is a line of a batch.
 * Returns 0, or -1 with the error.
 */
int options_read_behind(struct options *read, struct words *words, const struct keywords *keywords,
	bool line, struct arena *arena, struct error *error);

/* Append the overview of the program, and the usage of one command. */
void usage_overview(struct buffer *out);
void usage_command(struct buffer *out, const struct command *command);

int prepare_add(struct session *, const struct command *, struct words *, struct transaction *,
	struct error *);
int prepare_del(struct session *, const struct command *, struct words *, struct transaction *,
	struct error *);
int prepare_addrule(struct session *, const struct command *, struct words *, struct transaction *,
	struct error *);
int prepare_replacerule(struct session *, const struct command *, struct words *,
	struct transaction *, struct error *);
int prepare_delrule(struct session *, const struct command *, struct words *, struct transaction *,
	struct error *);
int prepare_local_policy(struct session *, const struct command *, struct words *,
	struct transaction *, struct error *);
int prepare_flush(struct session *, const struct command *, struct words *, struct transaction *,
	struct error *);
int prepare_flushrules(struct session *, const struct command *, struct words *,
	struct transaction *, struct error *);
int command_flush(struct session *, const struct command *, struct words *, struct error *);
int command_batch(struct session *, const struct command *, struct words *, struct error *);
int command_save(struct session *, const struct command *, struct words *, struct error *);
int command_plan(struct session *, const struct command *, struct words *, struct error *);
int command_apply(struct session *, const struct command *, struct words *, struct error *);
int command_rehearse(struct session *, const struct command *, struct words *, struct error *);
int command_status(struct session *, const struct command *, struct words *, struct error *);
int command_confirm(struct session *, const struct command *, struct words *, struct error *);
int command_rollback(struct session *, const struct command *, struct words *, struct error *);
int command_restore(struct session *, const struct command *, struct words *, struct error *);
int command_show(struct session *, const struct command *, struct words *, struct error *);
int command_showrules(struct session *, const struct command *, struct words *, struct error *);
int command_get(struct session *, const struct command *, struct words *, struct error *);
int command_explain(struct session *, const struct command *, struct words *, struct error *);
int command_check(struct session *, const struct command *, struct words *, struct error *);
int command_diff(struct session *, const struct command *, struct words *, struct error *);
int command_graph(struct session *, const struct command *, struct words *, struct error *);
int command_test(struct session *, const struct command *, struct words *, struct error *);
int command_classes(struct session *, const struct command *, struct words *, struct error *);
int command_local_policy(struct session *, const struct command *, struct words *, struct error *);
int command_monitor(struct session *, const struct command *, struct words *, struct error *);
int command_complete(struct session *, const struct command *, struct words *, struct error *);
int command_manual(struct session *, const struct command *, struct words *, struct error *);
int command_version(struct session *, const struct command *, struct words *, struct error *);
int command_help(struct session *, const struct command *, struct words *, struct error *);

/* Prints flows until the output is closed. Returns 0, or -1 with the error. */
int monitor_flows(struct session *session, struct error *error);

/* Print the listings in columns: list_routes() without a verb and for -l and -c; list_rules() for
 * -r. Return 0, or -1 with the error. */
int list_routes(struct session *session, struct error *error);
int list_rules(struct session *session, struct error *error);

#endif
