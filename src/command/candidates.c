/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Finds routes with the same destination, whatever their other values are. */
#include "command/candidates.h"

#include "field/walk.h"
#include "state/store.h"

struct search {
	struct route wanted; /* only the destination is given */
	struct vector found; /* struct route */
	uint32_t class;
	bool elsewhere; /* none of them is in the class */
	struct arena *arena;
};

static bool keep_fitting(const void *record, void *context)
{
	struct search *search = context;
	const struct route *route = record;

	if (route->class.value >= CLASS_PRIVATE ||
		!fields_fit(&route_object, route, &search->wanted, 0))
		return true;
	fields_keep(&route_object, vector_push(&search->found, route), search->arena);
	search->elsewhere &= route->class.value != search->class;
	return true;
}

bool candidates_hint(
	struct session *session, const struct route *wanted, uint32_t class, struct error *error)
{
	struct scope scope = {.family = wanted->family};
	struct search search = {
		.wanted = {.family = wanted->family, .destination = wanted->destination},
		.found = {.size = sizeof *wanted},
		.arena = &session->arena,
		.class = class,
		.elsewhere = true,
	};
	const void **records;
	struct error ignored;
	bool any = false;

	if (wanted->destination.given && !store_each(session->netlink, &route_object, &scope,
						 keep_fitting, &search, NULL, &ignored))
		any = search.found.count;
	if (any) {
		records = arena_get(search.arena, search.found.count * sizeof *records);
		for (size_t i = 0; i < search.found.count; i++)
			records[i] = vector_at(&search.found, i);
		session_hint_records(session, error,
			search.elsewhere ? "other classes have:"
					 : "with this destination there are:",
			&route_object, records, search.found.count);
	}
	vector_free(&search.found);
	return any;
}
