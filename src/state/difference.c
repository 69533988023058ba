/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Compares two lists of records, key by key. */
#include "state/difference.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/memory.h"

struct comparing {
	struct difference *difference;
	const struct records *have, *want;
	struct arena arena; /* memory of the two records being compared */
};

/* Records by key, and those of one key in the order of the list. */
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

static struct place *sort_places(const struct records *records)
{
	size_t count = records->items.count;
	struct place *places = memory_resize(NULL, (count + 1) * sizeof *places);

	for (size_t i = 0; i < count; i++)
		places[i] = (struct place){records_item(records, i)->key, i};
	qsort(places, count, sizeof *places, compare_places);
	return places;
}

/* The kernel finds the device of a gateway, and gives lo to IPv6 routes that refuse packets
 * (ip6_route_info_create() in net/ipv6). */
static bool fills_device(const struct route *have, const struct route *want)
{
	enum { LOOPBACK = 1 };

	if (want->gateway.given)
		return true;
	switch (want->type.value) {
	case RTN_BLACKHOLE:
	case RTN_UNREACHABLE:
	case RTN_PROHIBIT:
	case RTN_THROW:
		return want->family == AF_INET6 && have->device.index == LOOPBACK;
	default:
		return false;
	}
}

/* Returns true if the kernel's record has more than the wanted one only in values that the kernel
 * fills in. */
static bool says_no_more(const struct object *object, const void *have, const void *want)
{
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (!field->kind || field->flags & FIELD_READ_ONLY || !field_given(field, have) ||
			field_given(field, want))
			continue;
		if (object == &route_object && !strcmp(field->word, "dev") &&
			fills_device(have, want))
			continue;
		if (object == &route_object && !strcmp(field->word, "type") &&
			((const struct route *)want)->nexthop_id.given)
			continue;
		/* Compares the kernel's own rules without their protocol. */
		if (object == &rule_object && !strcmp(field->word, "proto") &&
			((const struct rule *)have)->protocol.value == RTPROT_KERNEL)
			continue;
		if (!field->kind->fits ||
			!field->kind->fits(field_peek(field, want), field_peek(field, have)))
			return false;
	}
	return true;
}

/* The kernel has removed the rule's own record: it is not compared. */
static bool forget_record(const struct object *object, void *have, void *want)
{
	struct rule *left = have;
	struct rule *right = want;

	if (object != &rule_object || !left->gone.given || !right->own.given)
		return false;
	left->gone.given = right->own.given = false;
	left->class.given = right->class.given = false;
	return true;
}

/* An owner that the rule can't carry is in nftables and is changed only there. */
static bool take_owner(const struct object *object, void *have, const void *want)
{
	struct rule *left = have;
	const struct byte *owner = &((const struct rule *)want)->owner;

	if (object != &rule_object || !rule_hides_owner(left) || !owner->given ||
		(left->owner.given && left->owner.value == owner->value))
		return false;
	left->owner = *owner;
	return true;
}

/* `retag` permits a rule to share its realm. A rule that came before the others of its class shares
 * it without the word. */
static void forget_retag(const struct object *object, void *have, const void *want)
{
	if (object == &rule_object && !((const struct rule *)want)->retag.given)
		((struct rule *)have)->retag.given = false;
}

static bool fits(const struct object *object, const void *have, const void *want)
{
	return fields_fit(object, have, want, 0) && says_no_more(object, have, want);
}

/* Returns true if the kernel would refuse the wanted rule besides the existing one, because they
 * differ only in their nftables part. */
static bool is_reworded(struct comparing *comparing, size_t have, size_t want)
{
	struct rule rule = {0}, left = {0}, right = {0};
	bool reworded = false;

	if (!records_item(comparing->have, have)->rule)
		return false;
	records_read(comparing->have, have, &comparing->arena, &rule);
	records_read_written(comparing->have, have, false, &comparing->arena, &left);
	records_read_written(comparing->want, want, false, &comparing->arena, &right);
	if (rule_tag(&rule) || (rule_translates(&left) && rule_translates(&right))) {
		forget_record(&rule_object, &left, &right);
		take_owner(&rule_object, &left, &right);
		rule_remove_translation(&left);
		rule_remove_translation(&right);
		reworded = fits(&rule_object, &left, &right);
	}
	arena_reset(&comparing->arena);
	return reworded;
}

/* A line written by hand may leave out what the kernel fills in: the device of a gateway. */
static bool is_met(struct comparing *comparing, size_t have, size_t want)
{
	const struct object *object = records_object(comparing->have, have);
	void *left = arena_get(&comparing->arena, object->size);
	void *right = arena_get(&comparing->arena, object->size);
	bool resolve = records_resolve(
		records_item(comparing->have, have), records_item(comparing->want, want));
	bool lacks, owned, gone, met;
	bool reworded;

	records_read_written(comparing->have, have, resolve, &comparing->arena, left);
	records_read_written(comparing->want, want, resolve, &comparing->arena, right);
	lacks = object == &rule_object && ((const struct rule *)left)->part.given;
	if (lacks)
		*(struct rule *)right = rule_comparable(right, left);
	owned = take_owner(object, left, right);
	forget_retag(object, left, right);
	gone = forget_record(object, left, right);
	met = fits(object, left, right);
	arena_reset(&comparing->arena);
	if (met && (lacks || owned))
		vector_push(&comparing->difference->repairs, &(struct record_pair){have, want});
	reworded = !met && !lacks && is_reworded(comparing, have, want);
	if (reworded)
		vector_push(&comparing->difference->rewords, &(struct record_pair){have, want});
	if (gone && (met || reworded))
		vector_push(&comparing->difference->refills, &(struct record_pair){have, want});
	if (reworded || (met && gone))
		comparing->difference->changed++;
	return met || reworded;
}

/* A rule without its nftables part must be mended, even if it is otherwise the same. */
static bool lacks_part(const struct records *records, size_t index)
{
	const struct record_item *item = records_item(records, index);
	const struct rule *const *rule;

	if (!item->rule || !item->whole)
		return false;
	rule = vector_at(&records->wholes, item->whole - 1);
	return (*rule)->part.given;
}

static bool item_same(struct comparing *comparing, size_t have, size_t want)
{
	return (!lacks_part(comparing->have, have) &&
		       records_same(comparing->have, have, comparing->want, want)) ||
	       is_met(comparing, have, want);
}

/* Returns true if the kernel would not accept the new record next to the old one. */
static bool comes_back(struct comparing *comparing, const struct place *have, size_t have_count,
	const struct place *want, size_t want_count)
{
	for (size_t i = 0; i < have_count; i++)
		for (size_t j = 0; j < want_count; j++)
			if (records_same(comparing->have, have[i].index, comparing->want,
				    want[j].index) ||
				is_reworded(comparing, have[i].index, want[j].index))
				return true;
	return false;
}

/* A wanted record whose message, and that of its own record, has this hash. */
struct copy {
	uint64_t hash;
	size_t at; /* in the list of rivals */
};

static int compare_copies(const void *a, const void *b)
{
	const struct copy *left = a;
	const struct copy *right = b;

	if (left->hash != right->hash)
		return left->hash < right->hash ? -1 : 1;
	return left->at < right->at ? -1 : left->at > right->at;
}

/*
 * Two equal lines of a file want one record: drops the later ones, as long as more are wanted than
 * there are (another program may have made two equal rules, and `save` writes both). Returns the
 * number of rivals left.
 */
static size_t drop_copies(
	struct comparing *comparing, size_t have_count, struct place *want, size_t want_count)
{
	struct copy *copies = memory_resize(NULL, want_count * sizeof *copies);
	bool *dropped = memory_get(want_count * sizeof *dropped);
	size_t excess = want_count - have_count;
	size_t left = 0;

	for (size_t i = 0; i < want_count; i++)
		copies[i] = (struct copy){records_hash(comparing->want, want[i].index), i};
	qsort(copies, want_count, sizeof *copies, compare_copies);
	for (size_t i = 1; i < want_count && excess; i++) {
		if (copies[i].hash != copies[i - 1].hash ||
			!records_same(comparing->want, want[copies[i].at].index, comparing->want,
				want[copies[i - 1].at].index))
			continue;
		dropped[copies[i].at] = true;
		excess--;
	}
	for (size_t i = 0; i < want_count; i++) {
		if (dropped[i])
			comparing->difference->want[want[i].index] = FATE_SAME;
		else
			want[left++] = want[i];
	}
	free(dropped);
	free(copies);
	return left;
}

/* Compares the rivals of one key. Those that are the same from the first on stay; the others are
 * removed and added. */
static void compare_rivals(struct comparing *comparing, const struct place *have, size_t have_count,
	struct place *want, size_t want_count)
{
	struct difference *difference = comparing->difference;
	size_t same = 0;
	bool rules;

	if (want_count > 1 && want_count > have_count)
		want_count = drop_copies(comparing, have_count, want, want_count);

	while (same < have_count && same < want_count &&
		item_same(comparing, have[same].index, want[same].index)) {
		difference->have[have[same].index] = FATE_SAME;
		difference->want[want[same].index] = FATE_SAME;
		same++;
	}
	if (!same && have_count == 1 && want_count == 1 &&
		!records_item(comparing->want, want->index)->rule) {
		difference->have[have->index] = FATE_REPLACED;
		difference->want[want->index] = FATE_REPLACE;
		difference->replaced[want->index] = have->index;
		difference->changed++;
		return;
	}
	rules = have_count && records_item(comparing->have, have->index)->rule;
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

static void compare_all(struct comparing *comparing, const struct place *have, size_t have_left,
	struct place *want, size_t want_left)
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

void difference_find(
	struct difference *difference, const struct records *have, const struct records *want)
{
	struct comparing comparing = {difference, have, want, {NULL}};
	struct place *have_places = sort_places(have);
	struct place *want_places = sort_places(want);

	*difference = (struct difference){
		.have = memory_get(have->items.count + 1),
		.want = memory_get(want->items.count + 1),
		.replaced = memory_get((want->items.count + 1) * sizeof(size_t)),
		.repairs.size = sizeof(struct record_pair),
		.refills.size = sizeof(struct record_pair),
		.rewords.size = sizeof(struct record_pair),
	};
	compare_all(&comparing, have_places, have->items.count, want_places, want->items.count);
	free(have_places);
	free(want_places);
	arena_free(&comparing.arena);
}

void difference_free(struct difference *difference)
{
	free(difference->have);
	free(difference->want);
	free(difference->replaced);
	vector_free(&difference->repairs);
	vector_free(&difference->refills);
	vector_free(&difference->rewords);
}
