/* Inventories compared, rivals with rivals. */
#include "policy/difference.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct comparing {
	struct difference *difference;
	const struct inventory *have, *want;
	bool (*same)(void *context, size_t have, size_t want);
	void *context;
};

/* Items by their key, and then in the order they have. */
struct place {
	uint64_t key;
	size_t index;
};

static int compare_places(const void *a, const void *b)
{
	const struct place *left = a;
	const struct place *right = b;

	if (left->key != right->key)
		return left->key < right->key ? -1 : 1;
	return left->index < right->index ? -1 : left->index > right->index;
}

static struct place *sort_places(const struct inventory *inventory)
{
	size_t count = inventory->items.count;
	struct place *places = memory_resize(NULL, (count + 1) * sizeof *places);

	for (size_t i = 0; i < count; i++)
		places[i] = (struct place){inventory_item(inventory, i)->key, i};
	qsort(places, count, sizeof *places, compare_places);
	return places;
}

static bool text_same(const struct comparing *comparing, size_t have, size_t want)
{
	return !strcmp(
		inventory_text(comparing->have, have), inventory_text(comparing->want, want));
}

static bool item_same(const struct comparing *comparing, size_t have, size_t want)
{
	return text_same(comparing, have, want) ||
	       (comparing->same && comparing->same(comparing->context, have, want));
}

/* Is one that comes just one that goes? The kernel would not take it beside it. */
static bool comes_back(const struct comparing *comparing, const struct place *have,
	size_t have_count, const struct place *want, size_t want_count)
{
	for (size_t i = 0; i < have_count; i++)
		for (size_t j = 0; j < want_count; j++)
			if (text_same(comparing, have[i].index, want[j].index))
				return true;
	return false;
}

/* The rivals of one key. What is the same from the first on stays; the rest goes, and comes. */
static void compare_rivals(const struct comparing *comparing, const struct place *have,
	size_t have_count, const struct place *want, size_t want_count)
{
	struct difference *difference = comparing->difference;
	size_t same = 0;
	bool rules;

	while (same < have_count && same < want_count &&
		item_same(comparing, have[same].index, want[same].index)) {
		difference->have[have[same].index] = FATE_SAME;
		difference->want[want[same].index] = FATE_SAME;
		same++;
	}
	if (!same && have_count == 1 && want_count == 1 &&
		!inventory_item(comparing->want, want->index)->rule) {
		difference->have[have->index] = FATE_REPLACED;
		difference->want[want->index] = FATE_REPLACE;
		difference->replaced[want->index] = have->index;
		difference->changed++;
		return;
	}
	rules = have_count && inventory_item(comparing->have, have->index)->rule;
	for (size_t i = same; i < have_count; i++)
		difference->have[have[i].index] =
			want_count > same && (!rules || comes_back(comparing, have + same,
								have_count - same, want + same,
								want_count - same))
				? FATE_MAKE_PLACE
				: FATE_REMOVE;
	for (size_t i = same; i < want_count; i++)
		difference->want[want[i].index] = i ? FATE_APPEND : FATE_ADD;
	difference->removed += have_count - same;
	difference->added += want_count - same;
}

static size_t count_rivals(const struct place *places, size_t left, uint64_t key)
{
	size_t count = 0;

	while (count < left && places[count].key == key)
		count++;
	return count;
}

static void compare_all(const struct comparing *comparing, const struct place *have,
	size_t have_left, const struct place *want, size_t want_left)
{
	while (have_left || want_left) {
		uint64_t key =
			!want_left || (have_left && have->key < want->key) ? have->key : want->key;
		size_t have_count = count_rivals(have, have_left, key);
		size_t want_count = count_rivals(want, want_left, key);

		compare_rivals(comparing, have, have_count, want, want_count);
		have += have_count;
		have_left -= have_count;
		want += want_count;
		want_left -= want_count;
	}
}

void difference_find(struct difference *difference, const struct inventory *have,
	const struct inventory *want, bool (*same)(void *context, size_t have, size_t want),
	void *context)
{
	struct comparing comparing = {difference, have, want, same, context};
	struct place *have_places = sort_places(have);
	struct place *want_places = sort_places(want);

	*difference = (struct difference){
		.have = memory_get(have->items.count + 1),
		.want = memory_get(want->items.count + 1),
		.replaced = memory_get((want->items.count + 1) * sizeof(size_t)),
	};
	compare_all(&comparing, have_places, have->items.count, want_places, want->items.count);
	free(have_places);
	free(want_places);
}

void difference_free(struct difference *difference)
{
	free(difference->have);
	free(difference->want);
	free(difference->replaced);
}
