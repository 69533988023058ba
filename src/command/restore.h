/* What the parts of restore share: reading the file, and making the scope equal to it. */
#ifndef COMMAND_RESTORE_H
#define COMMAND_RESTORE_H

#include "command/script.h"
#include "command/snapshot.h"
#include "policy/difference.h"

/* Items of a rule that may be the same in both but for its part in nftables. */
struct mend {
	size_t have, want;
};

struct restore {
	struct session *session;
	struct script script;
	struct words words; /* of the line being read, or refused */
	struct snapshot_scope scope;
	struct inventory have, want;
	struct vector rules; /* of `have`: its last items */
	struct arena line;   /* of one line's record */
	struct difference difference;
	struct vector mends; /* struct mend */
	struct transaction transaction;
	/* Of a line that is read again. */
	char *text;
	const char *word[SCRIPT_WORDS_MAX];
};

/* Words behind a verb, of a line of the file or of an inventory, into a zeroed record, which stays
 * until restore->line is reset. 0, or -1. */
int restore_parse(struct restore *restore, struct words *words, const struct object *object,
	void *record, struct error *error);
/* Fills `scope` and `want` from the file. 0, or -1. */
int restore_read(struct restore *restore, struct error *error);
/* Fills `have`, and changes what is different, in one transaction. 0, or -1. */
int restore_equalize(struct restore *restore, struct error *error);

#endif
