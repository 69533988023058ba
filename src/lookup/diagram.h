/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reduced ordered multi-terminal decision diagrams: functions from the bits of a packet to numbers,
 * the outcomes. Two diagrams of one store are the same function if and only if their references are
 * equal. A condition is a diagram with the outcomes DIAGRAM_NO and DIAGRAM_YES.
 *
 * Why not BuDDy: its diagrams have only two outcomes, so each outcome needs a diagram of its own;
 * it keeps its state in globals and ends the program when it fails. It needs 7 s for a million
 * random prefixes with 64 outcomes; this code needs less than a second, because it builds a class
 * from its sorted prefixes and not by operations.
 */
#ifndef LOOKUP_DIAGRAM_H
#define LOOKUP_DIAGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct diagrams; /* a store of nodes; freed with diagrams_free() */

/* A diagram is a reference (uint32_t): an outcome with this bit set, or the index of a node. It is
 * valid until diagrams_free(). */
#define DIAGRAM_OUTCOME 0x80000000U

enum {
	DIAGRAM_NO = 0, /* outcomes of a condition */
	DIAGRAM_YES = 1,
	DIAGRAM_VARIABLES = 512, /* variables are numbered below this */
};

/* Returns an empty store. */
struct diagrams *diagrams_new(void);
void diagrams_free(struct diagrams *diagrams);

/* Returns the diagram that maps every packet to this outcome (below 2^31). */
static inline uint32_t diagram_outcome(uint32_t outcome)
{
	return outcome | DIAGRAM_OUTCOME;
}
/* Returns true if the diagram is a single outcome. */
static inline bool diagram_is_outcome(uint32_t diagram)
{
	return diagram & DIAGRAM_OUTCOME;
}
/* Returns the outcome of such a diagram. */
static inline uint32_t diagram_number(uint32_t diagram)
{
	return diagram & ~DIAGRAM_OUTCOME;
}

/* Returns the diagram that equals `low` where the variable is 0 and `high` where it is 1. Both may
 * depend on higher variables only. */
uint32_t diagram_node(struct diagrams *diagrams, uint16_t variable, uint32_t low, uint32_t high);
/* Returns the variable of a node; UINT16_MAX for an outcome. */
uint16_t diagram_variable(const struct diagrams *diagrams, uint32_t diagram);
/* Returns the branch of a node for a variable of 0, or of 1 if `high`. */
uint32_t diagram_branch(const struct diagrams *diagrams, uint32_t diagram, bool high);

/* Returns the diagram that equals `yes` where the condition is true and `no` elsewhere. */
uint32_t diagram_choose(struct diagrams *diagrams, uint32_t condition, uint32_t yes, uint32_t no);
/* Returns the diagram that equals `over`, except where its outcome is `hole`: there it equals
 * `under`. */
uint32_t diagram_overlay(struct diagrams *diagrams, uint32_t over, uint32_t under, uint32_t hole);
/* Returns the diagram with each outcome replaced by map(outcome). Results are cached for one call:
 * `map` must be a function of its arguments. */
uint32_t diagram_map(struct diagrams *diagrams, uint32_t diagram,
	uint32_t (*map)(uint32_t outcome, void *context), void *context);
/* Returns the condition that two diagrams have different outcomes. */
uint32_t diagram_differ(struct diagrams *diagrams, uint32_t a, uint32_t b);
/* Returns the diagram with the outcomes join(outcome of a, outcome of b); `join` as `map` above. */
uint32_t diagram_join(struct diagrams *diagrams, uint32_t a, uint32_t b,
	uint32_t (*join)(uint32_t a, uint32_t b, void *context), void *context);

/* Return the conjunction, disjunction and negation of conditions. */
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
 * Return conditions about the number in the `width` variables from `first` on, most significant bit
 * first: that it equals `value` in the bits of `mask`, and that it is between `least` and `most`,
 * both included.
 */
uint32_t diagram_bits(
	struct diagrams *diagrams, uint16_t first, unsigned width, uint64_t value, uint64_t mask);
uint32_t diagram_range(
	struct diagrams *diagrams, uint16_t first, unsigned width, uint64_t least, uint64_t most);
/* Returns the condition that the variables from `first` on equal the first `length` bits of an
 * address, in network byte order. */
uint32_t diagram_prefix(
	struct diagrams *diagrams, uint16_t first, const uint8_t *bytes, unsigned length);

/* The values of all variables on one path through a diagram: 0, 1, or -1 for any. */
struct diagram_path {
	int8_t bit[DIAGRAM_VARIABLES];
};
/*
 * Calls `each` for every path to an outcome other than `skip`, until it returns false. Returns
 * false if `each` did.
 */
bool diagram_each_path(const struct diagrams *diagrams, uint32_t diagram, uint32_t skip,
	bool (*each)(const struct diagram_path *path, uint32_t outcome, void *context),
	void *context);

/*
 * Calls `each` once for every outcome of a diagram, with one path to it, until it returns false.
 * Each node is visited once; its branch with the value of `prefer` is visited first (NULL: that of
 * 0). `each` must not add nodes.
 */
void diagram_each_outcome(struct diagrams *diagrams, uint32_t diagram,
	const struct diagram_path *prefer,
	bool (*each)(const struct diagram_path *path, uint32_t outcome, void *context),
	void *context);
/* Sets *path to a path on which a condition is true, `prefer` as above. Returns false, and leaves
 * *path alone, if the condition is never true. */
bool diagram_find_path(struct diagrams *diagrams, uint32_t condition,
	const struct diagram_path *prefer, struct diagram_path *path);

/* Returns the number of nodes that operations and visits have processed so far: a measure of cost
 * that does not depend on the machine. */
size_t diagram_steps(const struct diagrams *diagrams);

/* ---- for diagram_walk.c ---- */

/* Begins a visit. Nodes must not be added before it ends. */
void diagram_visit_begin(struct diagrams *diagrams);
/* Returns true if the current visit reaches this node for the first time. */
bool diagram_visit(struct diagrams *diagrams, uint32_t diagram);

#endif
