/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Decision diagrams: a hash table of unique nodes, and operations that cache their results. */
#include "lookup/diagram.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum {
	INITIAL_NODES = 1 << 12,
	CACHE_MAX = 1 << 21, /* entries; below that, as many as nodes */
	OPERATION_MAP_FIRST = 4,
};

enum operation { CHOOSE = 1, OVERLAY, DIFFER };

struct node {
	uint32_t low, high;
	uint32_t next; /* the next node in the bucket; 0: none */
	uint16_t variable;
};

struct cache_entry {
	uint32_t operation; /* 0: the entry is empty */
	uint32_t a, b, c;
	uint32_t result;
};

struct diagrams {
	struct node *nodes; /* the first is 1 */
	uint32_t count, room;
	uint32_t *bucket; /* `room` of them */
	struct cache_entry *cache;
	uint32_t cache_room;
	uint32_t
		*visited; /* for each node, the last visit that reached it; NULL before the first */
	uint32_t visits;  /* number of visits */
	uint32_t maps;    /* calls of diagram_map() and diagram_join(): separate operations */
	size_t steps;
};

/* Hashes three words with the finalizer of MurmurHash3. */
static uint32_t mix(uint32_t a, uint32_t b, uint32_t c)
{
	uint64_t mixed = (uint64_t)b << 32 | c;

	mixed ^= a * 0x9e3779b97f4a7c15ULL;
	mixed = (mixed ^ mixed >> 33) * 0xff51afd7ed558ccdULL;
	mixed = (mixed ^ mixed >> 33) * 0xc4ceb9fe1a85ec53ULL;
	return (uint32_t)(mixed >> 32);
}

struct diagrams *diagrams_new(void)
{
	struct diagrams *diagrams = memory_get(sizeof *diagrams);

	diagrams->room = INITIAL_NODES;
	diagrams->count = 1;
	diagrams->nodes = memory_get(diagrams->room * sizeof *diagrams->nodes);
	diagrams->bucket = memory_get(diagrams->room * sizeof *diagrams->bucket);
	diagrams->cache_room = INITIAL_NODES;
	diagrams->cache = memory_get(diagrams->cache_room * sizeof *diagrams->cache);
	return diagrams;
}

void diagrams_free(struct diagrams *diagrams)
{
	if (!diagrams)
		return;
	free(diagrams->nodes);
	free(diagrams->bucket);
	free(diagrams->cache);
	free(diagrams->visited);
	free(diagrams);
}

static uint32_t bucket_of(const struct diagrams *diagrams, const struct node *node)
{
	return mix(node->variable, node->low, node->high) & (diagrams->room - 1);
}

static void grow(struct diagrams *diagrams)
{
	diagrams->room *= 2;
	diagrams->nodes = memory_resize(diagrams->nodes, diagrams->room * sizeof *diagrams->nodes);
	free(diagrams->bucket);
	diagrams->bucket = memory_get(diagrams->room * sizeof *diagrams->bucket);
	for (uint32_t i = 1; i < diagrams->count; i++) {
		uint32_t *bucket = &diagrams->bucket[bucket_of(diagrams, &diagrams->nodes[i])];

		diagrams->nodes[i].next = *bucket;
		*bucket = i;
	}
	free(diagrams->visited);
	diagrams->visited = NULL;
	if (diagrams->cache_room == CACHE_MAX)
		return;
	free(diagrams->cache);
	diagrams->cache_room = diagrams->room;
	diagrams->cache = memory_get(diagrams->cache_room * sizeof *diagrams->cache);
}

uint32_t diagram_node(struct diagrams *diagrams, uint16_t variable, uint32_t low, uint32_t high)
{
	struct node wanted = {low, high, 0, variable};
	uint32_t *bucket;

	if (low == high)
		return low;
	bucket = &diagrams->bucket[bucket_of(diagrams, &wanted)];
	for (uint32_t i = *bucket; i; i = diagrams->nodes[i].next) {
		const struct node *node = &diagrams->nodes[i];

		if (node->low == low && node->high == high && node->variable == variable)
			return i;
	}
	if (diagrams->count == diagrams->room) {
		grow(diagrams);
		bucket = &diagrams->bucket[bucket_of(diagrams, &wanted)];
	}
	wanted.next = *bucket;
	diagrams->nodes[diagrams->count] = wanted;
	*bucket = diagrams->count;
	return diagrams->count++;
}

/* Outcomes sort after all variables. */
uint16_t diagram_variable(const struct diagrams *diagrams, uint32_t diagram)
{
	return diagram_is_outcome(diagram) ? UINT16_MAX : diagrams->nodes[diagram].variable;
}

uint32_t diagram_branch(const struct diagrams *diagrams, uint32_t diagram, bool high)
{
	return high ? diagrams->nodes[diagram].high : diagrams->nodes[diagram].low;
}

/* Returns the diagram for a given value of a variable that is not below its own. */
static uint32_t cofactor(
	const struct diagrams *diagrams, uint32_t diagram, uint16_t variable, bool high)
{
	return diagram_variable(diagrams, diagram) == variable
	               ? diagram_branch(diagrams, diagram, high)
	               : diagram;
}

static struct cache_entry *cache_slot(
	struct diagrams *diagrams, uint32_t operation, uint32_t a, uint32_t b, uint32_t c)
{
	return &diagrams->cache[mix(a, b, c ^ operation << 27) & (diagrams->cache_room - 1)];
}

static bool is_cached(
	const struct cache_entry *known, uint32_t operation, uint32_t a, uint32_t b, uint32_t c)
{
	return known->operation == operation && known->a == a && known->b == b && known->c == c;
}

static uint16_t first_variable(uint16_t a, uint16_t b)
{
	return a < b ? a : b;
}

/* Applies a function of three diagrams to both branches of their first variable. */
static uint32_t apply(struct diagrams *diagrams, uint32_t operation, uint32_t a, uint32_t b,
	uint32_t c, uint32_t (*function)(struct diagrams *, uint32_t, uint32_t, uint32_t))
{
	const struct cache_entry *known = cache_slot(diagrams, operation, a, b, c);
	uint16_t variable;
	uint32_t low, high, result;

	if (is_cached(known, operation, a, b, c))
		return known->result;
	diagrams->steps++;
	variable = first_variable(diagram_variable(diagrams, a),
		first_variable(diagram_variable(diagrams, b), diagram_variable(diagrams, c)));
	low = function(diagrams, cofactor(diagrams, a, variable, false),
		cofactor(diagrams, b, variable, false), cofactor(diagrams, c, variable, false));
	high = function(diagrams, cofactor(diagrams, a, variable, true),
		cofactor(diagrams, b, variable, true), cofactor(diagrams, c, variable, true));
	result = diagram_node(diagrams, variable, low, high);
	/* diagram_node() may have replaced the cache. */
	*cache_slot(diagrams, operation, a, b, c) =
		(struct cache_entry){operation, a, b, c, result};
	return result;
}

uint32_t diagram_choose(struct diagrams *diagrams, uint32_t condition, uint32_t yes, uint32_t no)
{
	if (condition == diagram_outcome(DIAGRAM_NO) || yes == no)
		return no;
	if (condition == diagram_outcome(DIAGRAM_YES))
		return yes;
	return apply(diagrams, CHOOSE, condition, yes, no, diagram_choose);
}

/* Here `hole` is a reference, in diagram_overlay() an outcome. */
static uint32_t overlay(struct diagrams *diagrams, uint32_t over, uint32_t under, uint32_t hole)
{
	if (over == hole || over == under)
		return under;
	if (diagram_is_outcome(over) || under == hole)
		return over;
	return apply(diagrams, OVERLAY, over, under, hole, overlay);
}

uint32_t diagram_overlay(struct diagrams *diagrams, uint32_t over, uint32_t under, uint32_t hole)
{
	return overlay(diagrams, over, under, diagram_outcome(hole));
}

static uint32_t differ(struct diagrams *diagrams, uint32_t a, uint32_t b, uint32_t unused)
{
	if (a == b)
		return diagram_outcome(DIAGRAM_NO);
	if (diagram_is_outcome(a) && diagram_is_outcome(b))
		return diagram_outcome(DIAGRAM_YES);
	return apply(diagrams, DIFFER, a, b, unused, differ);
}

uint32_t diagram_differ(struct diagrams *diagrams, uint32_t a, uint32_t b)
{
	return differ(diagrams, a, b, diagram_outcome(DIAGRAM_NO));
}

struct mapping {
	uint32_t (*map)(uint32_t outcome, void *context);
	void *context;
	uint32_t operation;
};

static uint32_t map_diagram(
	struct diagrams *diagrams, uint32_t diagram, const struct mapping *mapping)
{
	struct cache_entry *known;
	uint32_t low, high, result;

	if (diagram_is_outcome(diagram))
		return diagram_outcome(mapping->map(diagram_number(diagram), mapping->context));
	known = cache_slot(diagrams, mapping->operation, diagram, 0, 0);
	if (is_cached(known, mapping->operation, diagram, 0, 0))
		return known->result;
	diagrams->steps++;
	low = map_diagram(diagrams, diagrams->nodes[diagram].low, mapping);
	high = map_diagram(diagrams, diagrams->nodes[diagram].high, mapping);
	result = diagram_node(diagrams, diagrams->nodes[diagram].variable, low, high);
	*cache_slot(diagrams, mapping->operation, diagram, 0, 0) =
		(struct cache_entry){mapping->operation, diagram, 0, 0, result};
	return result;
}

uint32_t diagram_map(struct diagrams *diagrams, uint32_t diagram,
	uint32_t (*map)(uint32_t outcome, void *context), void *context)
{
	struct mapping mapping = {map, context, OPERATION_MAP_FIRST + diagrams->maps++};

	return map_diagram(diagrams, diagram, &mapping);
}

struct joining {
	uint32_t (*join)(uint32_t a, uint32_t b, void *context);
	void *context;
	uint32_t operation;
};

static uint32_t join_diagrams(
	struct diagrams *diagrams, uint32_t a, uint32_t b, const struct joining *joining)
{
	uint16_t variable =
		first_variable(diagram_variable(diagrams, a), diagram_variable(diagrams, b));
	const struct cache_entry *known;
	uint32_t low, high, result;

	if (diagram_is_outcome(a) && diagram_is_outcome(b))
		return diagram_outcome(
			joining->join(diagram_number(a), diagram_number(b), joining->context));
	known = cache_slot(diagrams, joining->operation, a, b, 0);
	if (is_cached(known, joining->operation, a, b, 0))
		return known->result;
	diagrams->steps++;
	low = join_diagrams(diagrams, cofactor(diagrams, a, variable, false),
		cofactor(diagrams, b, variable, false), joining);
	high = join_diagrams(diagrams, cofactor(diagrams, a, variable, true),
		cofactor(diagrams, b, variable, true), joining);
	result = diagram_node(diagrams, variable, low, high);
	*cache_slot(diagrams, joining->operation, a, b, 0) =
		(struct cache_entry){joining->operation, a, b, 0, result};
	return result;
}

uint32_t diagram_join(struct diagrams *diagrams, uint32_t a, uint32_t b,
	uint32_t (*join)(uint32_t a, uint32_t b, void *context), void *context)
{
	struct joining joining = {join, context, OPERATION_MAP_FIRST + diagrams->maps++};

	return join_diagrams(diagrams, a, b, &joining);
}

uint32_t diagram_bits(
	struct diagrams *diagrams, uint16_t first, unsigned width, uint64_t value, uint64_t mask)
{
	uint32_t result = diagram_outcome(DIAGRAM_YES);
	const uint32_t no = diagram_outcome(DIAGRAM_NO);

	for (unsigned i = 0; i < width; i++) {
		uint16_t variable = (uint16_t)(first + width - 1 - i);

		if (!(mask >> i & 1))
			continue;
		result = value >> i & 1 ? diagram_node(diagrams, variable, no, result)
		                        : diagram_node(diagrams, variable, result, no);
	}
	return result;
}

/* Returns the condition that the number is at least `bound` (`from`), or at most. */
static uint32_t half_range(
	struct diagrams *diagrams, uint16_t first, unsigned width, uint64_t bound, bool from)
{
	uint32_t result = diagram_outcome(DIAGRAM_YES);
	uint32_t no = diagram_outcome(DIAGRAM_NO);
	uint32_t yes = diagram_outcome(DIAGRAM_YES);

	for (unsigned i = 0; i < width; i++) {
		uint16_t variable = (uint16_t)(first + width - 1 - i);

		if (bound >> i & 1)
			result = diagram_node(diagrams, variable, from ? no : yes, result);
		else
			result = diagram_node(diagrams, variable, result, from ? yes : no);
	}
	return result;
}

uint32_t diagram_range(
	struct diagrams *diagrams, uint16_t first, unsigned width, uint64_t least, uint64_t most)
{
	return diagram_and(diagrams, half_range(diagrams, first, width, least, true),
		half_range(diagrams, first, width, most, false));
}

uint32_t diagram_prefix(
	struct diagrams *diagrams, uint16_t first, const uint8_t *bytes, unsigned length)
{
	uint32_t result = diagram_outcome(DIAGRAM_YES);
	uint32_t no = diagram_outcome(DIAGRAM_NO);

	for (unsigned i = length; i-- > 0;) {
		uint16_t variable = (uint16_t)(first + i);

		result = bytes[i / 8] >> (7 - i % 8) & 1
		                 ? diagram_node(diagrams, variable, no, result)
		                 : diagram_node(diagrams, variable, result, no);
	}
	return result;
}

void diagram_visit_begin(struct diagrams *diagrams)
{
	if (!diagrams->visited)
		diagrams->visited = memory_get(diagrams->room * sizeof *diagrams->visited);
	diagrams->visits++;
}

bool diagram_visit(struct diagrams *diagrams, uint32_t diagram)
{
	bool first = diagrams->visited[diagram] != diagrams->visits;

	diagrams->visited[diagram] = diagrams->visits;
	diagrams->steps += first;
	return first;
}

size_t diagram_steps(const struct diagrams *diagrams)
{
	return diagrams->steps;
}
