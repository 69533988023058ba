/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Puts the words of described sets together: `from 10.1.0.0/16 to 10.3.0.0/16, but not fwmark 1`.
 */
#ifndef COMMAND_WORDING_H
#define COMMAND_WORDING_H

#include "base/buffer.h"
#include "command/described_sets.h"

struct wording {
	struct diagrams *diagrams;
	const struct described_sets *described;
	uint8_t family;
	const struct described *first;       /* the set that was taken first; NULL: none */
	uint32_t packets;                    /* those of the words */
	struct rows rows;                    /* that the words give */
	struct buffer selectors, to, except; /* the words, in this order */
};

/* Starts with the words of a set; NULL: with none, for all packets. Freed with wording_free(). */
void wording_begin(struct wording *wording, struct diagrams *diagrams, uint8_t family,
	const struct described_sets *described, const struct described *first);
void wording_free(struct wording *wording);
/* Adds the selectors of rules that contain all packets of `part`. */
void wording_narrow(struct wording *wording, uint32_t part);
/* Adds the longest prefix of a route that contains all packets of `part`, if it does not contain
 * all of *rest; removes the others from *rest. */
void wording_narrow_destination(struct wording *wording, uint32_t part, uint32_t *rest);
/* Without words so far: uses those of a rule with `not` that contain all packets of `part`. */
void wording_invert(struct wording *wording, uint32_t part);
/*
 * Adds exceptions that contain all packets of `rest` and none of `part`. Returns false if there are
 * none, or too many, or diagram_steps() exceeds `steps_end`.
 */
bool wording_except(struct wording *wording, uint32_t part, uint32_t rest, size_t steps_end);
/* Appends the words. */
void wording_put(const struct wording *wording, struct buffer *out);
/* Returns true if there are none. */
bool wording_is_empty(const struct wording *wording);

#endif
