/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The extent of a save: the records that save writes and restore compares with. */
#ifndef COMMAND_EXTENT_H
#define COMMAND_EXTENT_H

#include "command/session.h"
#include "model/route.h"
#include "model/rule.h"

struct extent {
	uint8_t family; /* AF_UNSPEC: both */
	bool routes, rules;
	struct route route; /* the words that select */
	struct rule rule;
	/* A save wrote the file: it contains everything that a save of these words includes.
	 * Otherwise it was written by hand. */
	bool whole;
};

/*
 * Reads `[routes [SELECTOR] | rules [SELECTOR] | SELECTOR]`: no words mean everything, a selector
 * alone means routes. Excludes what the kernel made itself and private classes. Returns 0, or -1
 * with the error.
 */
int extent_read(
	struct session *session, struct words *words, struct extent *extent, struct error *error);

/*
 * Reads the first line of a file, or the value of "save" in JSON: `# iproute -4 save whole class
 * 250` as save writes it; written by hand also `# save`, `# rules` or `# routes class 250`. Sets
 * *named if it names the program, so that a last line `# end` must follow. `name`: that of the
 * file. Returns 0, or -1 with the error.
 */
int extent_read_head(struct session *session, const char *head, const char *name,
	struct extent *extent, bool *named, struct error *error);
/* Appends the line that extent_read_head() reads; `words` from index `first` on are those after
 * `save`. */
void extent_write_head(struct buffer *head, uint8_t family, const struct words *words, int first);

/*
 * Returns true if a save leaves out a record that the words may select: it belongs to another
 * program (record_is_foreign()), and the words do not name its protocol.
 */
bool extent_leaves_out(
	const struct extent *extent, const struct object *object, const void *record);

/* Receives the records of an extent. */
struct extent_visitor {
	/* Called before the first route, and again when a dump is repeated: forget the records
	 * received before. */
	void (*begin)(void *context);
	/* Receives a route or rule, valid during the call. */
	void (*record)(void *context, const struct object *object, const void *record);
	void *context;
};

/*
 * Calls the visitor with the routes and then the rules of the extent, in the kernel's order, rules
 * with their own records. Returns 0, or -1 with the error.
 */
int extent_visit(struct session *session, const struct extent *extent,
	const struct extent_visitor *visitor, struct error *error);

/* Return true if the extent includes a record of a file. */
bool extent_has_route(const struct extent *extent, const struct route *route);
bool extent_has_rule(const struct extent *extent, const struct rule *rule);

#endif
