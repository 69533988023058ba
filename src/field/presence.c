/* Which rows a record gives. */
#include "field/walk.h"

#include <string.h>

/* Which byte, in memory, the lowest bit of a word is in. */
static size_t byte_of(uint64_t word)
{
	size_t byte = (size_t)__builtin_ctzll(word) / 8;

	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? byte : sizeof word - 1 - byte;
}

struct rows fields_given(const struct object *object, const void *record)
{
	struct rows given = {{0, 0}};

	for (int i = 0; i < object->count; i++)
		if (object->fields[i].kind && field_given(&object->fields[i], record))
			rows_add(&given, i);
	return given;
}

void presence_init(struct presence *presence, const struct object *object)
{
	char given[RECORD_MAX] = {0};

	*presence = (struct presence){.object = object};
	for (int i = 0; i < object->count; i++) {
		const struct field *field = &object->fields[i];

		if (!field->kind)
			continue;
		/* Rows that share a value are a chain. */
		if (given[field->offset])
			presence->next[i] = presence->row[field->offset] + 1;
		given[field->offset] = 1;
		presence->row[field->offset] = (uint8_t)i;
		if (field->vanishes || field->kind->lost)
			rows_add(&presence->fragile, i);
	}
	memcpy(presence->mask, given, sizeof given);
}

/* The rows of the bits of one masked word. */
static void add_given(
	struct rows *rows, const struct presence *presence, size_t index, uint64_t word)
{
	do {
		int row = presence->row[index * sizeof word + byte_of(word)];

		rows_add(rows, row);
		while (presence->next[row]) {
			row = presence->next[row] - 1;
			rows_add(rows, row);
		}
		word &= word - 1;
	} while (word);
}

/* Eight bytes of the record at a time, most of which give nothing: every record of a long batch
 * comes through here. */
struct rows presence_rows(const struct presence *presence, const void *record)
{
	const char *at = record;
	const uint64_t *mask = presence->mask;
	size_t rest = presence->object->size % sizeof *mask;
	const char *end = at + presence->object->size - rest;
	struct rows rows = {{0, 0}};
	uint64_t word;

	for (; at < end; at += sizeof word, mask++) {
		memcpy(&word, at, sizeof word);
		word &= *mask;
		if (word)
			add_given(&rows, presence, (size_t)(mask - presence->mask), word);
	}
	word = 0;
	memcpy(&word, at, rest);
	word &= *mask;
	if (word)
		add_given(&rows, presence, (size_t)(mask - presence->mask), word);
	return rows;
}

bool presence_fragile(const struct presence *presence, struct rows given, const void *record)
{
	uint8_t family = ((const struct record *)record)->family;
	int row;

	for (int i = 0; i < 2; i++)
		given.word[i] &= presence->fragile.word[i];
	while ((row = rows_take(&given)) >= 0)
		if (field_lost(&presence->object->fields[row], record, NULL, family))
			return true;
	return false;
}
