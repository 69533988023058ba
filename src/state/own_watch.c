/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps the marker, the record and the rule of each private class. */
#include "state/own_watch.h"

#include <stdlib.h>

#include <linux/rtnetlink.h>

#include "base/memory.h"
#include "field/walk.h"
#include "state/own.h"

/* The known parts of a private class. Messages are owned; NULL: none. */
struct own_class {
	uint32_t class;
	uint8_t family;
	bool marked, only;
	struct nlmsghdr *record, *rule;
};

static uint32_t hash_of(uint8_t family, uint32_t class)
{
	return (uint32_t)(hash_word(family, class) >> 32);
}

static struct own_class *find(struct own_watch *watch, uint8_t family, uint32_t class, bool add)
{
	struct own_class fresh = {.class = class, .family = family};
	uint32_t hash = hash_of(family, class);
	size_t place = 0;
	uint32_t *item;

	while ((item = hash_table_next(&watch->index, hash, &place))) {
		struct own_class *known = vector_at(&watch->classes, *item);

		if (known->class == class && known->family == family)
			return known;
	}
	if (!add)
		return NULL;
	watch->classes.size = sizeof fresh;
	hash_table_add(&watch->index, hash, (uint32_t)watch->classes.count);
	return vector_push(&watch->classes, &fresh);
}

/* Keeps a record as a message without NLM_F_REQUEST, as the kernel sends it, or forgets it. */
static void keep(
	struct nlmsghdr **part, const struct object *object, const void *record, bool added)
{
	struct nlmsghdr *message;

	free(*part);
	*part = NULL;
	if (!added)
		return;
	message = memory_get(MESSAGE_MAX);
	fields_encode(object, record, object->type_new, 0, message);
	message->nlmsg_flags = 0;
	*part = memory_resize(message, NLMSG_ALIGN(message->nlmsg_len));
}

static void attach(const struct own_class *class, struct rule *rule, struct arena *arena)
{
	struct route *route;

	rule->marked.given = true;
	rule->only.given = class->only;
	rule->gone.given = !class->record;
	if (!class->record)
		return;
	route = arena_get(arena, sizeof *route);
	fields_decode(&route_object, class->record, arena, route);
	rule->own = (struct nested){.given = true, .object = &route_object, .record = route};
}

static enum own_news note_route(struct own_watch *watch, const struct route *route, bool added,
	struct arena *arena, struct rule *rule)
{
	struct own_class *class = find(watch, route->family, route->class.value, added);

	if (!class)
		return OWN_OTHER;
	if (own_is_marker(route)) {
		class->marked = added;
		class->only = added && route->type.value == RTN_UNREACHABLE;
		return OWN_INNER;
	}
	if (route->destination.length)
		return OWN_OTHER;
	keep(&class->record, &route_object, route, added);
	if (!class->marked)
		return OWN_OTHER;
	if (!class->rule)
		return OWN_INNER;
	fields_decode(&rule_object, class->rule, arena, rule);
	attach(class, rule, arena);
	return added ? OWN_FILLED : OWN_GONE;
}

static enum own_news note_rule(
	struct own_watch *watch, struct rule *rule, bool added, struct arena *arena)
{
	struct own_class *class = find(watch, rule->family, rule->class.value, added);

	if (!class)
		return OWN_OTHER;
	keep(&class->rule, &rule_object, rule, added);
	if (class->marked)
		attach(class, rule, arena);
	return OWN_OTHER;
}

enum own_news own_watch_note(struct own_watch *watch, const struct object *object, void *record,
	bool added, struct arena *arena, struct rule *rule)
{
	const struct route *route = record;
	const struct rule *reported = record;

	if (object == &rule_object)
		return reported->class.given && reported->class.value >= CLASS_PRIVATE
		               ? note_rule(watch, record, added, arena)
		               : OWN_OTHER;
	return route->class.value >= CLASS_PRIVATE ? note_route(watch, route, added, arena, rule)
	                                           : OWN_OTHER;
}

void own_watch_free(struct own_watch *watch)
{
	for (size_t i = 0; i < watch->classes.count; i++) {
		struct own_class *class = vector_at(&watch->classes, i);

		free(class->record);
		free(class->rule);
	}
	vector_free(&watch->classes);
	hash_table_free(&watch->index);
}
