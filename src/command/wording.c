/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Chooses described sets so that their words mean certain packets. */
#include "command/wording.h"

#include <sys/socket.h>

enum { EXCEPTIONS_MOST = 16 };

static const struct described *described_at(const struct wording *wording, size_t index)
{
	return vector_at(&wording->described->sets, index);
}

static bool rows_meet(const struct rows *a, const struct rows *b)
{
	return a->word[0] & b->word[0] || a->word[1] & b->word[1];
}

/* Returns true if the set contains all packets of `part`. */
static bool holds(const struct wording *wording, uint32_t set, uint32_t part)
{
	const uint32_t none = diagram_outcome(DIAGRAM_NO);

	return diagram_choose(wording->diagrams, set, none, part) == none;
}

static void take(struct wording *wording, const struct described *described)
{
	struct buffer *words =
		described->sort == DESCRIBED_DESTINATION ? &wording->to : &wording->selectors;

	if (!wording->first)
		wording->first = described;
	if (words->length)
		buffer_char(words, ' ');
	buffer_string(words, described->words);
	wording->packets = diagram_and(wording->diagrams, wording->packets, described->packets);
	wording->rows.word[0] |= described->rows.word[0];
	wording->rows.word[1] |= described->rows.word[1];
	/* `not` belongs to all words of a selector: none can be added. */
	if (described->sort == DESCRIBED_INVERTED)
		wording->rows = (struct rows){{UINT64_MAX, UINT64_MAX}};
}

void wording_begin(struct wording *wording, struct diagrams *diagrams, uint8_t family,
	const struct described_sets *described, const struct described *first)
{
	*wording = (struct wording){
		.diagrams = diagrams,
		.described = described,
		.family = family,
		.packets = diagram_outcome(DIAGRAM_YES),
	};
	if (first && first->sort != DESCRIBED_ALL)
		take(wording, first);
}

void wording_free(struct wording *wording)
{
	buffer_free(&wording->selectors);
	buffer_free(&wording->to);
	buffer_free(&wording->except);
}

/* Returns the set of this sort that contains all packets of `part`, gives no row that the words
 * give, and contains no other such set; NULL if there is none that excludes a packet. */
static const struct described *find_closest(
	const struct wording *wording, uint32_t part, enum described_sort sort)
{
	const struct described *best = NULL;

	for (size_t i = 0; i < wording->described->sets.count; i++) {
		const struct described *set = described_at(wording, i);

		if (set->sort != sort || rows_meet(&set->rows, &wording->rows) ||
			!holds(wording, set->packets, part) ||
			holds(wording, set->packets, wording->packets))
			continue;
		if (!best || (rows_meet(&set->rows, &best->rows) &&
				     holds(wording, best->packets, set->packets)))
			best = set;
	}
	return best;
}

void wording_narrow(struct wording *wording, uint32_t part)
{
	const struct described *set;

	while ((set = find_closest(wording, part, DESCRIBED_RULE)) != NULL)
		take(wording, set);
}

void wording_narrow_destination(struct wording *wording, uint32_t part, uint32_t *rest)
{
	const struct described *set = find_closest(wording, part, DESCRIBED_DESTINATION);

	if (!set || holds(wording, set->packets, *rest))
		return;
	take(wording, set);
	*rest = diagram_and(wording->diagrams, *rest, set->packets);
}

void wording_invert(struct wording *wording, uint32_t part)
{
	const struct described *set = find_closest(wording, part, DESCRIBED_INVERTED);

	if (set)
		take(wording, set);
}

struct exceptions {
	const struct described *set[EXCEPTIONS_MOST];
	size_t count;
};

/* Removes an exception whose packets the others contain, too. */
static void drop_needless(
	const struct wording *wording, uint32_t rest, struct exceptions *exceptions)
{
	for (size_t i = 0; i < exceptions->count;) {
		uint32_t left = rest;

		for (size_t j = 0; j < exceptions->count; j++)
			if (j != i)
				left = diagram_choose(wording->diagrams,
					exceptions->set[j]->packets, diagram_outcome(DIAGRAM_NO),
					left);
		if (left != diagram_outcome(DIAGRAM_NO)) {
			i++;
			continue;
		}
		exceptions->count--;
		for (size_t j = i; j < exceptions->count; j++)
			exceptions->set[j] = exceptions->set[j + 1];
	}
}

bool wording_except(struct wording *wording, uint32_t part, uint32_t rest, size_t steps_end)
{
	struct diagrams *diagrams = wording->diagrams;
	const uint32_t none = diagram_outcome(DIAGRAM_NO);
	struct exceptions exceptions = {.count = 0};
	uint32_t left = rest;

	for (size_t i = 0; left != none && i < wording->described->sets.count; i++) {
		const struct described *set = described_at(wording, i);

		if (diagram_steps(diagrams) > steps_end)
			return false;
		if (set->sort == DESCRIBED_INVERTED || set->sort == DESCRIBED_ALL ||
			diagram_and(diagrams, set->packets, part) != none ||
			diagram_and(diagrams, set->packets, left) == none)
			continue;
		if (exceptions.count == EXCEPTIONS_MOST)
			return false;
		exceptions.set[exceptions.count++] = set;
		left = diagram_choose(diagrams, set->packets, none, left);
	}
	if (left != none)
		return false;
	drop_needless(wording, rest, &exceptions);
	for (size_t i = 0; i < exceptions.count; i++)
		buffer_format(
			&wording->except, "%s %s", i ? "," : ", but not", exceptions.set[i]->words);
	return true;
}

bool wording_is_empty(const struct wording *wording)
{
	return !wording->selectors.length && !wording->to.length;
}

void wording_put(const struct wording *wording, struct buffer *out)
{
	const struct buffer *parts[] = {&wording->selectors, &wording->to, &wording->except};

	if (wording_is_empty(wording))
		buffer_string(out, wording->family == AF_INET6 ? "from ::/0" : "from 0.0.0.0/0");
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		if (i == 1 && out->length && parts[i]->length)
			buffer_char(out, ' ');
		buffer_add(out, parts[i]->data, parts[i]->length);
	}
}
