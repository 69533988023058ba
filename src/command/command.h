/* The verbs. A new one is a file with its function, and a row of table.c. */
#ifndef COMMAND_COMMAND_H
#define COMMAND_COMMAND_H

#include "command/session.h"

struct command {
	const char *verb;
	const char *synonym; /* or NULL */
	const char *group;   /* heading in the overview; NULL: as the row before; "": not shown */
	const char *syntax;  /* of the words behind it */
	const char *leading; /* words of the verb's own that may stand first, parted by blanks */
	const char *help;    /* one line */
	/* The words stand behind the verb. 0, or -1 with the error. NULL: prepared and committed.
	 */
	int (*run)(struct session *, const struct command *, struct words *, struct error *);
	/*
	 * Of a verb that changes: the words become changes of the transaction,
	 * judged by its policy. Nothing is changed yet: a batch prepares many lines before that.
	 * What must outlive the call is not in session->arena, which is reset after each line.
	 */
	int (*prepare)(struct session *, const struct command *, struct words *,
		struct transaction *, struct error *);
	const struct object *object; /* whose rows it takes; NULL: none */
	uint32_t without;            /* flags of rows that it does not take */
	int variant;                 /* which of several that share a function: enum operation */
	bool offline;                /* needs no kernel */
};

/* All commands, up to verb NULL. */
extern const struct command commands[];
const struct command *command_find(const char *verb);
/* Takes the verb from the words. NULL with the error: there is no such verb. */
const struct command *command_read(struct words *words, struct error *error);

/* An option before the verb. */
struct option {
	const char *word;  /* without dashes */
	const char *also;  /* a longer one, or NULL */
	const char *value; /* what follows it, or NULL; in brackets: joined to it */
	const char *help;
	size_t argument; /* to what it does something */
	int kind;        /* and what: see options.c */
	bool line;       /* may stand in a line of a batch */
};
extern const struct option options[];
/*
 * Reads the options at the beginning of the words, and IPROUTE_FIB_MODEL. Stops at the first word
 * without a dash. 0, or -1 with the error.
 */
int options_read(struct options *read, struct words *words, struct error *error);
/* The same at the beginning of a line of a batch: only options that say how its words are read. */
int options_read_line(struct options *read, struct words *words, struct error *error);

/* The overview of the program, and the usage of one command. */
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
int prepare_flush(struct session *, const struct command *, struct words *, struct transaction *,
	struct error *);
int prepare_flushrules(struct session *, const struct command *, struct words *,
	struct transaction *, struct error *);
int command_flush(struct session *, const struct command *, struct words *, struct error *);
int command_batch(struct session *, const struct command *, struct words *, struct error *);
int command_save(struct session *, const struct command *, struct words *, struct error *);
int command_restore(struct session *, const struct command *, struct words *, struct error *);
int command_show(struct session *, const struct command *, struct words *, struct error *);
int command_showrules(struct session *, const struct command *, struct words *, struct error *);
int command_get(struct session *, const struct command *, struct words *, struct error *);
int command_classes(struct session *, const struct command *, struct words *, struct error *);
int command_monitor(struct session *, const struct command *, struct words *, struct error *);
int command_complete(struct session *, const struct command *, struct words *, struct error *);
int command_manual(struct session *, const struct command *, struct words *, struct error *);
int command_help(struct session *, const struct command *, struct words *, struct error *);

/* Tells of flows until it is ended. 0 when nobody reads any more, or -1. */
int monitor_flows(struct session *session, struct error *error);

/* The listings in columns: without a verb, -l, -c; and -r. */
int list_routes(struct session *session, struct error *error);
int list_rules(struct session *session, struct error *error);

#endif
