/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Own records, indexed by class number minus the first one. */
#include "change/own_records.h"

#include "base/arena.h"
#include "model/route.h"
#include "model/rule.h"

/* In place of a number: the rule has none (rule->gone). */
#define NO_RECORD UINT32_MAX

void own_records_add(struct own_records *own, const struct rule *rule)
{
	uint32_t number;

	own->records.object = &route_object;
	own->numbers.size = sizeof number;
	number = rule->own.given ? kept_add_record(&own->records, rule->own.record) : NO_RECORD;
	vector_push(&own->numbers, &number);
	own->only.size = sizeof rule->only.given;
	vector_push(&own->only, &rule->only.given);
}

void own_records_attach(struct own_records *own, struct rule *rule, struct arena *arena)
{
	uint32_t index = rule->class.value - own->first;
	uint32_t number;
	struct route *route;

	if (!rule->class.given || index >= own->numbers.count)
		return;
	number = *(uint32_t *)vector_at(&own->numbers, index);
	rule->gone.given = number == NO_RECORD;
	if (number != NO_RECORD) {
		route = arena_get(arena, sizeof *route);
		kept_read(&own->records, kept_at(&own->records, number), arena, route);
		rule->own =
			(struct nested){.given = true, .object = &route_object, .record = route};
	}
	rule->marked.given = true;
	rule->only.given = *(bool *)vector_at(&own->only, index);
}

void own_records_free(struct own_records *own)
{
	kept_free(&own->records);
	vector_free(&own->numbers);
	vector_free(&own->only);
}
