/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Describes the changes of one comparison, set by set: for covers.c and covers_whole.c. */
#ifndef COMMAND_COVERING_H
#define COMMAND_COVERING_H

#include "command/comparing.h"
#include "command/described_sets.h"
#include "command/wording.h"

/* A change among the described packets that is not reported yet. */
struct unreported {
	uint32_t pair;
	struct packet witness;
};

struct covering {
	struct comparing *comparing;
	struct described_sets described;
	struct vector occurrences; /* struct occurrence */
	struct vector unreported;  /* struct unreported */
	uint32_t packets;          /* described packets that are possible */
	uint32_t inside;           /* the unreported pairs among the described packets */
	uint32_t number;           /* number of the current pair */
	size_t steps_end;          /* value of diagram_steps() at which to stop */
};

/* Returns true if it is not worth going on, or the caller wants no more. */
bool covering_is_ended(const struct covering *covering);
/* Finds the unreported changes among the described packets. Returns false if there are none. */
bool covering_look_inside(struct covering *covering, const struct described *described);
/* Returns the words of a set (NULL: none), to which others can be added. Freed by the caller. */
struct wording covering_words(const struct covering *covering, const struct described *first);
void covering_report(struct covering *covering, const struct wording *wording,
	const struct unreported *unreported);
/* Returns the packets with the current pair in a diagram of pairs. */
uint32_t covering_part(struct covering *covering, uint32_t pairs);
uint32_t covering_possible(const struct comparing *comparing, uint32_t part);
/* Finds words that mean the packets of `part`, and none with another change of the same outcome.
 * Returns false if there are none. */
bool covering_find_words(struct covering *covering, struct wording *wording, uint32_t part);
void covering_mark_reported(struct comparing *comparing, uint32_t part);
/* Says in one line each what the selectors of rules contain as a whole (covers_whole.c). */
void covers_whole(struct covering *covering);

#endif
