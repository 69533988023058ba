/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Collects words for sets of packets. */
#include "command/described_sets.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/memory.h"
#include "field/walk.h"
#include "output/text.h"

enum {
	DESCRIBED_MOST = 100000, /* per policy: more would take longer to try than to list */
	PLACES_MOST = 64,
};

static uint32_t hash_of(uint32_t packets)
{
	return (uint32_t)(hash_word(0, packets) >> 32);
}

static bool is_known(const struct described_sets *described, uint32_t packets)
{
	size_t place = 0;
	uint32_t *item;

	while ((item = hash_table_next(&described->by_packets, hash_of(packets), &place)) != NULL)
		if (((const struct described *)vector_at(&described->sets, *item))->packets ==
			packets)
			return true;
	return false;
}

/* Copies the words and frees their buffer. */
static void add(
	struct described_sets *described, const struct described *wanted, struct buffer *words)
{
	struct described set = *wanted;

	if (!is_known(described, set.packets)) {
		hash_table_add(&described->by_packets, hash_of(set.packets),
			(uint32_t)described->sets.count);
		set.words = memory_string(buffer_text(words));
		described->sets.size = sizeof set;
		vector_push(&described->sets, &set);
	}
	buffer_free(words);
}

static void selector_words(struct session *session, const struct rule *rule, struct buffer *words)
{
	struct view view = session_view(session);
	struct writer *writer = text_writer(words, SPACING_BETWEEN, false, "");

	writer_begin(writer);
	writer_open(writer);
	fields_write(writer, &rule_object, rule, &view, FIELD_SELECTOR);
	writer_close(writer);
	writer_end(writer);
	writer_free(writer);
	while (words->length && words->data[words->length - 1] == '\n')
		words->length--;
}

static struct rows selector_rows(const struct rule *rule)
{
	struct rows given = fields_given(&rule_object, rule);
	struct rows rows = {{0}};

	for (int row = rows_take(&given); row >= 0; row = rows_take(&given))
		if (rule_object.fields[row].flags & FIELD_SELECTOR)
			rows_add(&rows, row);
	return rows;
}

static void add_selector(struct session *session, const struct rule *rule, uint32_t packets,
	struct described_sets *described)
{
	struct described set = {.packets = packets, .rows = selector_rows(rule)};
	struct buffer words = {0};

	selector_words(session, rule, &words);
	if (rule->invert.given)
		set.sort = DESCRIBED_INVERTED;
	/* What has no words is left to the sets around it. */
	if (!words.length && packets == diagram_outcome(DIAGRAM_YES))
		buffer_string(&words, rule->family == AF_INET6 ? "from ::/0" : "from 0.0.0.0/0");
	if (packets == diagram_outcome(DIAGRAM_YES))
		set.sort = DESCRIBED_ALL;
	if (words.length)
		add(described, &set, &words);
	else
		buffer_free(&words);
}

static void add_rule(struct session *session, struct policy_sets *sets, struct snapshot *snapshot,
	const struct rule *rule, struct described_sets *described)
{
	uint32_t packets = policy_sets_match(sets, snapshot, rule);
	struct rule shown = *rule;

	/* A packet has no `reply`, only the mark by which such a rule matches. */
	shown.reply.given = false;
	add_selector(session, &shown, packets, described);
	if (!shown.invert.given)
		return;
	shown.invert.given = false;
	add_selector(session, &shown, diagram_not(policy_sets_diagrams(sets), packets), described);
}

/* ---- destinations ---- */

struct destinations {
	struct policy_sets *sets;
	struct described_sets *described;
	/* Diagrams that distinguish wanted packets by destination, for any devices and sources. */
	uint32_t place[PLACES_MOST];
	size_t count;
	bool many; /* too many places to search them all */
	size_t room;
};

static void collect_places(struct destinations *destinations, uint32_t diagram)
{
	struct diagrams *diagrams = policy_sets_diagrams(destinations->sets);

	if (diagram == diagram_outcome(DIAGRAM_NO))
		return;
	if (diagram_is_outcome(diagram) || destinations->count == PLACES_MOST) {
		destinations->many = true;
		return;
	}
	if (!diagram_visit(diagrams, diagram) || destinations->many)
		return;
	if (diagram_variable(diagrams, diagram) < PACKET_DESTINATION) {
		collect_places(destinations, diagram_branch(diagrams, diagram, false));
		collect_places(destinations, diagram_branch(diagrams, diagram, true));
	} else {
		destinations->place[destinations->count++] = diagram;
	}
}

/* Returns true if the diagram contains a packet to this prefix. */
static bool holds(const struct diagrams *diagrams, uint32_t diagram, const struct prefix *prefix)
{
	while (!diagram_is_outcome(diagram)) {
		unsigned bit = diagram_variable(diagrams, diagram) - PACKET_DESTINATION;

		if (bit >= prefix->length)
			return true;
		diagram = diagram_branch(
			diagrams, diagram, prefix->bytes[bit / 8] >> (7 - bit % 8) & 1);
	}
	return diagram != diagram_outcome(DIAGRAM_NO);
}

static bool is_wanted(const struct destinations *destinations, const struct prefix *prefix)
{
	if (!prefix->length)
		return false;
	for (size_t i = 0; i < destinations->count; i++)
		if (holds(policy_sets_diagrams(destinations->sets), destinations->place[i], prefix))
			return true;
	return destinations->many;
}

static bool add_destination(const struct route *route, void *context)
{
	struct destinations *destinations = context;
	const struct field *to = object_field(&rule_object, "to");
	struct described set = {.sort = DESCRIBED_DESTINATION};
	struct buffer words = {0};
	char prefix[PREFIX_TEXT_MAX];

	if (!is_wanted(destinations, &route->destination))
		return true;
	prefix_text(&route->destination, prefix);
	buffer_format(&words, "to %s", prefix);
	set.packets = diagram_prefix(policy_sets_diagrams(destinations->sets), PACKET_DESTINATION,
		route->destination.bytes, route->destination.length);
	rows_add(&set.rows, (int)(to - rule_object.fields));
	add(destinations->described, &set, &words);
	return --destinations->room;
}

int described_sets_collect(struct described_sets *described, struct session *session,
	struct policy_sets *sets, struct snapshot *snapshot, uint8_t family, uint32_t wanted,
	struct error *error)
{
	const struct vector *rules = snapshot_rules(snapshot, family);
	struct destinations destinations = {
		.sets = sets, .described = described, .room = DESCRIBED_MOST};
	struct scope scope = {.family = family};

	for (size_t i = 0; i < rules->count && i < DESCRIBED_MOST; i++)
		add_rule(session, sets, snapshot, vector_at(rules, i), described);
	diagram_visit_begin(policy_sets_diagrams(sets));
	collect_places(&destinations, wanted);
	return snapshot_each_route(snapshot, &scope, add_destination, &destinations, error);
}

struct place {
	uint32_t sort, index;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->sort != right->sort)
		return left->sort < right->sort ? -1 : 1;
	return left->index < right->index ? -1 : left->index > right->index;
}

void described_sets_sort(struct described_sets *described)
{
	struct vector places = {.size = sizeof(struct place)};
	struct vector sorted = {.size = described->sets.size};

	for (size_t i = 0; i < described->sets.count; i++) {
		const struct described *set = vector_at(&described->sets, i);

		vector_push(&places, &(struct place){set->sort, (uint32_t)i});
	}
	vector_sort(&places, compare_places);
	for (size_t i = 0; i < places.count; i++)
		vector_push(&sorted, vector_at(&described->sets,
					     ((const struct place *)vector_at(&places, i))->index));
	vector_free(&places);
	vector_free(&described->sets);
	hash_table_free(&described->by_packets);
	described->sets = sorted;
}

void described_sets_free(struct described_sets *described)
{
	for (size_t i = 0; i < described->sets.count; i++)
		free(((struct described *)vector_at(&described->sets, i))->words);
	vector_free(&described->sets);
	hash_table_free(&described->by_packets);
}
