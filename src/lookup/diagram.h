/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reduced ordered decision diagrams with many outcomes: functions from packets, as bits, to
 * numbers. Two diagrams of one store are the same function exactly when their references are equal.
 * A condition is a diagram with the outcomes DIAGRAM_NO and DIAGRAM_YES.
 *
 * Why not BuDDy: it has no more than two outcomes, so that each number takes a diagram of its own;
 * it keeps its state in globals and ends the program when it fails. A million random prefixes with
 * 64 outcomes take it 7 s; here they take less than a second, because a class is built from its
 * sorted prefixes and not by operations.
 */
#ifndef LOOKUP_DIAGRAM_H
#define LOOKUP_DIAGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diagrams; /* a store; freed with diagrams_free() */

/* A diagram is a reference, uint32_t: an outcome with this bit, or a node of the store. */
#define DIAGRAM_OUTCOME 0x80000000U

enum {
	DIAGRAM_NO = 0, /* as outcomes: see diagram_outcome() */
	DIAGRAM_YES = 1,
	DIAGRAM_VARIABLES = 512, /* at most */
};

struct diagrams *diagrams_new(void);
void diagrams_free(struct diagrams *diagrams);

/* The constant function of an outcome, below 2^31. */
static inline uint32_t diagram_outcome(uint32_t outcome)
{
	return outcome | DIAGRAM_OUTCOME;
}
static inline bool diagram_is_outcome(uint32_t diagram)
{
	return diagram & DIAGRAM_OUTCOME;
}
static inline uint32_t diagram_number(uint32_t diagram)
{
	return diagram & ~DIAGRAM_OUTCOME;
}

/* `low` where the variable is 0, `high` where it is 1; both depend on higher variables only. */
uint32_t diagram_node(struct diagrams *diagrams, uint16_t variable, uint32_t low, uint32_t high);
/* What a node asks, and where it leads. */
uint16_t diagram_variable(const struct diagrams *diagrams, uint32_t diagram);
uint32_t diagram_branch(const struct diagrams *diagrams, uint32_t diagram, bool high);

/* `yes` where the condition holds, else `no`. */
uint32_t diagram_choose(struct diagrams *diagrams, uint32_t condition, uint32_t yes, uint32_t no);
/* `over`, but `under` where the outcome of `over` is `hole`. */
uint32_t diagram_overlay(struct diagrams *diagrams, uint32_t over, uint32_t under, uint32_t hole);
/* Each outcome replaced by what `map` makes of it; `map` must answer the same within one call. */
uint32_t diagram_map(struct diagrams *diagrams, uint32_t diagram,
	uint32_t (*map)(uint32_t outcome, void *context), void *context);
/* The condition that two diagrams have different outcomes. */
uint32_t diagram_differ(struct diagrams *diagrams, uint32_t a, uint32_t b);

/* The outcomes of two diagrams joined into one; `join` must answer the same within one call. */
uint32_t diagram_join(struct diagrams *diagrams, uint32_t a, uint32_t b,
	uint32_t (*join)(uint32_t a, uint32_t b, void *context), void *context);

static inline uint32_t diagram_and(struct diagrams *diagrams, uint32_t a, uint32_t b)
{
	return diagram_choose(diagrams, a, b, diagram_outcome(DIAGRAM_NO));
}
static inline uint32_t diagram_or(struct diagrams *diagrams, uint32_t a, uint32_t b)
{
	return diagram_choose(diagrams, a, diagram_outcome(DIAGRAM_YES), b);
}
static inline uint32_t diagram_not(struct diagrams *diagrams, uint32_t a)
{
	return diagram_choose(
		diagrams, a, diagram_outcome(DIAGRAM_NO), diagram_outcome(DIAGRAM_YES));
}

/*
 * The conditions that `width` variables from `first` on, the highest bit first, are equal to a
 * value in the bits of a mask, or lie between two values.
 */
uint32_t diagram_bits(
	struct diagrams *diagrams, uint16_t first, unsigned width, uint64_t value, uint64_t mask);
uint32_t diagram_range(
	struct diagrams *diagrams, uint16_t first, unsigned width, uint64_t least, uint64_t most);
/* The same of the first `length` bits of an address. */
uint32_t diagram_prefix(
	struct diagrams *diagrams, uint16_t first, const uint8_t *bytes, unsigned length);

/* Values of all variables on one way: 0, 1, or -1 where both are possible. */
struct diagram_path {
	int8_t bit[DIAGRAM_VARIABLES];
};
/*
 * Calls `each` for every way to an outcome that is not `skip`; false ends it. Returns false if it
 * was ended.
 */
bool diagram_each_path(const struct diagrams *diagrams, uint32_t diagram, uint32_t skip,
	bool (*each)(const struct diagram_path *path, uint32_t outcome, void *context),
	void *context);

/*
 * Calls `each` once for every outcome of a diagram, with one way to it, if possible one that goes
 * as `prefer` says (NULL: where the bits are 0); false ends it. Every node is looked at once.
 * `each` must not add nodes.
 */
void diagram_each_outcome(struct diagrams *diagrams, uint32_t diagram,
	const struct diagram_path *prefer,
	bool (*each)(const struct diagram_path *path, uint32_t outcome, void *context),
	void *context);
/* Finds one way on which a condition holds, `prefer` as above; false: it never holds. */
bool diagram_find_path(struct diagrams *diagrams, uint32_t condition,
	const struct diagram_path *prefer, struct diagram_path *path);

/* The nodes that operations and visits have looked at so far: what they cost, on any machine. */
size_t diagram_steps(const struct diagrams *diagrams);

/* ---- for diagram_walk.c ---- */

/* Begins a visit; no node may be added while it lasts. */
void diagram_visit_begin(struct diagrams *diagrams);
/* Is this the first time that this visit gets to the node? */
bool diagram_visit(struct diagrams *diagrams, uint32_t diagram);

#endif
