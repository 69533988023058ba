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
	memcpy(presence->mask, given, sizeof presence->mask);
}

/* `word`: bits of the masked words; `index`: which of them. */
static void add_given(
	struct rows *rows, const struct presence *presence, size_t index, uint64_t word)
{
	for (; word; word &= word - 1) {
		int row = presence->row[index * sizeof word + byte_of(word)];

		rows_add(rows, row);
		while (presence->next[row]) {
			row = presence->next[row] - 1;
			rows_add(rows, row);
		}
	}
}

/* 32 bytes of the record at a time, most of which give nothing: every record of a long listing
 * comes through here. */
struct rows presence_rows(const struct presence *presence, const void *record)
{
	enum { BLOCK = 4 };
	const uint64_t *mask = presence->mask;
	size_t left = presence->object->size;
	struct rows rows = {{0, 0}};

	for (size_t i = 0; left; i += BLOCK) {
		uint64_t word[BLOCK] = {0, 0, 0, 0};
		size_t size = left < sizeof word ? left : sizeof word;

		if (size == sizeof word)
			memcpy(word, (const char *)record + i * sizeof *word, sizeof word);
		else
			memcpy(word, (const char *)record + i * sizeof *word, size);
		left -= size;
		word[0] &= mask[i];
		word[1] &= mask[i + 1];
		word[2] &= mask[i + 2];
		word[3] &= mask[i + 3];
		if (!(word[0] | word[1] | word[2] | word[3]))
			continue;
		for (size_t j = 0; j < BLOCK; j++)
			add_given(&rows, presence, i + j, word[j]);
	}
	return rows;
}
