/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks through decision diagrams: every path, or one path to every outcome. */
#include "lookup/diagram.h"

#include <string.h>

#include "base/hash_table.h"

struct walk {
	const struct diagrams *diagrams;
	uint32_t skip;
	bool (*each)(const struct diagram_path *path, uint32_t outcome, void *context);
	void *context;
	struct diagram_path path;
};

static bool walk_paths(struct walk *walk, uint32_t diagram)
{
	uint16_t variable;

	if (diagram_is_outcome(diagram))
		return diagram_number(diagram) == walk->skip ||
		       walk->each(&walk->path, diagram_number(diagram), walk->context);
	variable = diagram_variable(walk->diagrams, diagram);
	for (int high = 0; high < 2; high++) {
		walk->path.bit[variable] = (int8_t)high;
		if (!walk_paths(walk, diagram_branch(walk->diagrams, diagram, high)))
			return false;
	}
	walk->path.bit[variable] = -1;
	return true;
}

bool diagram_each_path(const struct diagrams *diagrams, uint32_t diagram, uint32_t skip,
	bool (*each)(const struct diagram_path *path, uint32_t outcome, void *context),
	void *context)
{
	struct walk walk = {.diagrams = diagrams, .skip = skip, .each = each, .context = context};

	memset(walk.path.bit, -1, sizeof walk.path.bit);
	return walk_paths(&walk, diagram);
}

/* ---- one path to every outcome ---- */

struct search {
	struct diagrams *diagrams;
	const struct diagram_path *prefer;
	struct hash_table found; /* outcomes that were reported */
	bool (*each)(const struct diagram_path *path, uint32_t outcome, void *context);
	void *context;
	struct diagram_path path;
};

static bool visit_outcome(struct search *search, uint32_t outcome)
{
	uint32_t hash = (uint32_t)(hash_word(0, outcome) >> 32);
	const uint32_t *known;
	size_t place = 0;

	while ((known = hash_table_next(&search->found, hash, &place)) != NULL)
		if (*known == outcome)
			return true;
	hash_table_add(&search->found, hash, outcome);
	return search->each(&search->path, outcome, search->context);
}

static bool search_outcomes(struct search *search, uint32_t diagram)
{
	uint16_t variable;
	int first;

	if (diagram_is_outcome(diagram))
		return visit_outcome(search, diagram_number(diagram));
	if (!diagram_visit(search->diagrams, diagram))
		return true;
	variable = diagram_variable(search->diagrams, diagram);
	first = search->prefer && search->prefer->bit[variable] == 1;
	for (int i = 0; i < 2; i++) {
		int bit = i ? !first : first;

		search->path.bit[variable] = (int8_t)bit;
		if (!search_outcomes(search, diagram_branch(search->diagrams, diagram, bit)))
			return false;
	}
	search->path.bit[variable] = -1;
	return true;
}

void diagram_each_outcome(struct diagrams *diagrams, uint32_t diagram,
	const struct diagram_path *prefer,
	bool (*each)(const struct diagram_path *path, uint32_t outcome, void *context),
	void *context)
{
	struct search search = {
		.diagrams = diagrams,
		.prefer = prefer,
		.each = each,
		.context = context,
	};

	memset(search.path.bit, -1, sizeof search.path.bit);
	diagram_visit_begin(diagrams);
	search_outcomes(&search, diagram);
	hash_table_free(&search.found);
}

struct finding_path {
	struct diagram_path *path;
	bool found;
};

static bool take_path(const struct diagram_path *path, uint32_t outcome, void *context)
{
	struct finding_path *finding = context;

	if (outcome == DIAGRAM_NO)
		return true;
	*finding->path = *path;
	finding->found = true;
	return false;
}

bool diagram_find_path(struct diagrams *diagrams, uint32_t condition,
	const struct diagram_path *prefer, struct diagram_path *path)
{
	struct finding_path finding = {path, false};

	diagram_each_outcome(diagrams, condition, prefer, take_path, &finding);
	return finding.found;
}
