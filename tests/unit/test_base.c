/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The base: words, buffers, arenas, vectors, errors, and the nearest word. */
#include <setjmp.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/decimal.h"
#include "base/error.h"
#include "base/hash_table.h"
#include "base/memory.h"
#include "base/nearest.h"
#include "base/vector.h"
#include "base/words.h"

enum { ROOM = 4 };

struct cut {
	const char *line;
	int count;
	const char *word[ROOM];
};

static void test_words_cut(void **state)
{
	static const struct cut cuts[] = {
		{"", 0, {0}},
		{" \t \n", 0, {0}},
		{"# a remark", 0, {0}},
		{"add", 1, {"add"}},
		{"\tadd  default\tgw 10.0.0.1\r\n", 4, {"add", "default", "gw", "10.0.0.1"}},
		{"a b # c 'open", 2, {"a", "b"}},
		{"a #", 1, {"a"}},
		{"a#b '#c'", 2, {"a#b", "#c"}},
		{"'a b' \"c d\"", 2, {"a b", "c d"}},
		{"x'a b'\"c d\"y z", 2, {"xa bc dy", "z"}},
		{"'' \"\" a", 3, {"", "", "a"}},
		{"'\"' \"'\"", 2, {"\"", "'"}},
		{"a 'b'", 2, {"a", "b"}},
		{"'a'\n", 1, {"a"}},
		{"a b c d", 4, {"a", "b", "c", "d"}},
		{"a b c d # e", 4, {"a", "b", "c", "d"}},
		{"gr\303\274n \377", 2, {"gr\303\274n", "\377"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cuts) / sizeof(*cuts); i++) {
		char *line = memory_string(cuts[i].line);
		const char *word[ROOM], *reason = NULL;

		assert_int_equal(words_cut(line, word, ROOM, &reason), cuts[i].count);
		assert_null(reason);
		for (int j = 0; j < cuts[i].count; j++)
			assert_string_equal(word[j], cuts[i].word[j]);
		free(line);
	}
}

static void test_words_cut_refuses(void **state)
{
	static const char *const lines[] = {
		"'", "a 'b c", "a \"b' c", "a 'b''", "a b c d e", "a b c d 'e'"};

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		char *line = memory_string(lines[i]);
		const char *word[ROOM], *reason = NULL;

		assert_int_equal(words_cut(line, word, ROOM, &reason), -1);
		assert_string_equal(reason, i < 4 ? "a quote is open" : "too many words");
		free(line);
	}
}

static void test_words_cursor(void **state)
{
	const char *const word[] = {"add", "default"};
	struct words words = {.word = word, .count = 2};

	(void)state;
	assert_string_equal(words_peek(&words), "add");
	assert_false(words_accept(&words, "ad"));
	assert_false(words_accept(&words, "adds"));
	assert_true(words_accept(&words, "add"));
	assert_string_equal(words_take(&words), "default");
	assert_int_equal(words.next, 2);
	assert_null(words_peek(&words));
	assert_null(words_take(&words));
	assert_false(words_accept(&words, "default"));
	assert_int_equal(words.next, 2);
}

static void test_buffer(void **state)
{
	struct buffer buffer = {0};

	(void)state;
	assert_string_equal(buffer_text(&buffer), "");
	assert_int_equal(buffer.length, 0);
	buffer_add(&buffer, NULL, 0);
	buffer_add(&buffer, "abc", 2);
	buffer_string(&buffer, "");
	buffer_string(&buffer, "cd");
	buffer_char(&buffer, 'e');
	buffer_fill(&buffer, '-', 0);
	buffer_fill(&buffer, '-', 3);
	buffer_number(&buffer, 0);
	buffer_char(&buffer, ' ');
	buffer_number(&buffer, 1000);
	buffer_char(&buffer, ' ');
	buffer_number(&buffer, UINT64_MAX);
	buffer_format(&buffer, " %s %d", "x", -7);
	assert_string_equal(buffer_text(&buffer), "abcde---0 1000 18446744073709551615 x -7");
	assert_int_equal(buffer.length, 40);
	buffer_reset(&buffer);
	assert_string_equal(buffer_text(&buffer), "");
	memset(buffer_reserve(&buffer, 5000), 'x', 5000);
	assert_int_equal(buffer.length, 0);
	buffer_advance(&buffer, 5000);
	assert_int_equal(strlen(buffer_text(&buffer)), 5000);
	buffer_free(&buffer);
	assert_null(buffer.data);
	assert_int_equal(buffer.capacity, 0);
}

static void test_buffer_grows(void **state)
{
	struct buffer buffer = {0}, zeros = {0};

	(void)state;
	for (int i = 0; i < 10000; i++)
		buffer_format(&buffer, "%05d", i);
	assert_int_equal(buffer.length, 50000);
	assert_memory_equal(buffer.data + 5 * 4321, "04321", 5);
	/* Longer than the buffer. */
	buffer_format(&zeros, "%0*d|", 3000, 0);
	assert_int_equal(zeros.length, 3001);
	assert_int_equal(strlen(buffer_text(&zeros)), 3001);
	assert_int_equal(zeros.data[3000], '|');
	buffer_free(&buffer);
	buffer_free(&zeros);
}

static void test_arena(void **state)
{
	struct arena arena = {0};
	char *first, *copy;

	(void)state;
	arena_reset(&arena);
	first = arena_get(&arena, 3);
	memset(first, 0xff, 3);
	copy = arena_copy(&arena, "copy", 5);
	assert_string_equal(copy, "copy");
	assert_non_null(arena_get(&arena, 0));
	assert_non_null(arena_copy(&arena, NULL, 0));
	for (size_t size = 1; size < 3000; size += 7) {
		char *piece = arena_get(&arena, size);

		assert_int_equal((uintptr_t)piece % alignof(max_align_t), 0);
		for (size_t i = 0; i < size; i++)
			assert_int_equal(piece[i], 0);
		memset(piece, 0xff, size);
	}
	assert_string_equal(copy, "copy");
	memset(arena_get(&arena, 3 * 1024 * 1024), 1, 3 * 1024 * 1024);
	arena_reset(&arena);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(*(char *)arena_get(&arena, 100), 0);
	arena_free(&arena);
	arena_free(&arena);
	assert_null(arena.block);
}

static void test_arena_reset_keeps_a_block(void **state)
{
	struct arena arena = {0};
	void *first = arena_get(&arena, 100);

	(void)state;
	for (int i = 0; i < 100; i++) {
		arena_reset(&arena);
		assert_ptr_equal(arena_get(&arena, 100), first);
	}
	arena_free(&arena);
}

static int compare_ints(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Sorted, reversed and random; with equal items, and without. */
static void test_vector_sort(void **state)
{
	static const int inputs[][5] = {{1, 2, 2, 3, 4}, {5, 4, 3, 2, 1}, {3, 1, 2, 1, 3},
		{5, 4, 4, 2, 1}, {7, 7, 7, 7, 7}};

	(void)state;
	for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
		for (size_t count = 0; count <= 5; count++) {
			struct vector vector = {.size = sizeof(int)};
			int sum = 0;

			for (size_t j = 0; j < count; j++)
				sum += *(int *)vector_push(&vector, &inputs[i][j]);
			vector_sort(&vector, compare_ints);
			for (size_t j = 0; j < count; j++) {
				sum -= *(int *)vector_at(&vector, j);
				assert_true(!j || *(int *)vector_at(&vector, j - 1) <=
							  *(int *)vector_at(&vector, j));
			}
			assert_int_equal(sum, 0);
			vector_free(&vector);
		}
	}
}

/* Finds the first of equal items, and the place of one between two, before all and after all. */
static void test_vector_find(void **state)
{
	static const uint64_t inputs[] = {2, 4, 4, 4, 6, UINT64_MAX};
	struct vector vector = {.size = sizeof(uint64_t)};

	(void)state;
	for (size_t count = 0; count <= sizeof inputs / sizeof *inputs; count++) {
		for (uint64_t wanted = 0; wanted <= 8; wanted++) {
			size_t index = vector_lower_bound(&vector, &wanted, compare_uint64);
			const uint64_t *found = vector_find(&vector, &wanted, compare_uint64);
			size_t before = 0;

			while (before < count && inputs[before] < wanted)
				before++;
			assert_int_equal(index, before);
			if (before < count && inputs[before] == wanted)
				assert_ptr_equal(found, vector_at(&vector, before));
			else
				assert_null(found);
		}
		if (count < sizeof inputs / sizeof *inputs)
			vector_push(&vector, &inputs[count]);
	}
	vector_free(&vector);
}

static void test_vector(void **state)
{
	struct vector vector = {.size = sizeof(int)};

	(void)state;
	for (int i = 0; i < 1000; i++)
		assert_int_equal(*(int *)vector_push(&vector, &i), i);
	assert_int_equal(vector.count, 1000);
	for (size_t i = 0; i < 1000; i++)
		assert_int_equal(*(int *)vector_at(&vector, i), i);
	vector_free(&vector);
	assert_int_equal(vector.count, 0);
	assert_int_equal(vector.size, sizeof(int));
}

static void test_memory(void **state)
{
	char *memory = memory_get(0), *string;

	(void)state;
	assert_non_null(memory);
	memory = memory_resize(memory, 0);
	assert_non_null(memory);
	free(memory);
	string = memory_string("");
	assert_string_equal(string, "");
	free(string);
	memory = memory_get(1000);
	for (int i = 0; i < 1000; i++)
		assert_int_equal(memory[i], 0);
	free(memory);
}

static void test_error(void **state)
{
	const struct words words = {0};
	struct error error;
	char long_text[4096];

	(void)state;
	memset(&error, 0x55, sizeof(error));
	assert_int_equal(error_at(&error, &words, 3, "%s needs %s", "gw", "ADDR"), -1);
	assert_int_equal(error.status, STATUS_WORDS);
	assert_ptr_equal(error.words, &words);
	assert_int_equal(error.word, 3);
	assert_string_equal(error.message, "gw needs ADDR");
	assert_string_equal(error.hint, "");
	assert_int_equal(error_hint(&error, "try %d", 1), -1);
	assert_string_equal(error.hint, "try 1");
	assert_string_equal(error.message, "gw needs ADDR");
	assert_int_equal(error_set(&error, STATUS_REFUSED, "line 7: %s", error.message), -1);
	assert_string_equal(error.message, "line 7: gw needs ADDR");
	assert_int_equal(error.status, STATUS_REFUSED);
	assert_null(error.words);
	assert_int_equal(error.word, -1);
	assert_string_equal(error.hint, "");

	memset(long_text, 'x', sizeof(long_text));
	long_text[sizeof(long_text) - 1] = '\0';
	error_at(&error, NULL, -1, "%s", long_text);
	error_hint(&error, "%s", long_text);
	assert_int_equal(strlen(error.message), sizeof(error.message) - 1);
	assert_int_equal(strlen(error.hint), sizeof(error.hint) - 1);
}

static const char *nearest_of(const char *typed)
{
	static const char *const known[] = {"add", "addrule", "default", "dev", "gw", "metric",
		"mtu", "onlink", "prohibit", "tos", "unreachable"};
	struct nearest nearest = {0};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		nearest_try(&nearest, typed, known[i]);
	return nearest.word ? nearest.word : "";
}

static void test_nearest(void **state)
{
	char long_word[200];

	(void)state;
	assert_string_equal(nearest_of("dve"), "dev");
	assert_string_equal(nearest_of("dv"), "dev");
	assert_string_equal(nearest_of("devv"), "dev");
	assert_string_equal(nearest_of("dex"), "dev");
	assert_string_equal(nearest_of("dev"), "dev");
	assert_string_equal(nearest_of("addr"), "add");
	assert_string_equal(nearest_of("addrul"), "addrule");
	assert_string_equal(nearest_of("unr"), "unreachable");
	assert_string_equal(nearest_of("unreechible"), "unreachable");
	assert_string_equal(nearest_of("porhibti"), "prohibit");
	assert_string_equal(nearest_of("xyz"), "");
	assert_string_equal(nearest_of("gv"), "gw");
	assert_string_equal(nearest_of("g"), "");
	assert_string_equal(nearest_of("w"), "");
	assert_string_equal(nearest_of(""), "");
	assert_string_equal(nearest_of("blackhole"), "");
	memset(long_word, 'a', sizeof(long_word));
	long_word[sizeof(long_word) - 1] = '\0';
	assert_string_equal(nearest_of(long_word), "");
	long_word[63] = '\0';
	assert_string_equal(nearest_of(long_word), "");
}

/* Returns items with the same hash in the order in which they were added, also after the table has
 * grown, without removed ones. */
static void test_hash_table(void **state)
{
	struct hash_table table = {0};
	size_t place = 0;
	uint32_t *item;

	(void)state;
	for (uint32_t i = 0; i < 2000; i++)
		hash_table_add(&table, UINT32_MAX, i);
	for (uint32_t i = 0; (item = hash_table_next(&table, UINT32_MAX, &place)); i++) {
		assert_int_equal(*item, i);
		if (i % 2)
			hash_table_remove(&table, item);
	}
	assert_int_equal(table.count, 1000);
	for (uint32_t i = 2000; i < 6000; i += 2)
		hash_table_add(&table, UINT32_MAX, i);
	place = 0;
	for (uint32_t i = 0; i < 6000; i += 2) {
		item = hash_table_next(&table, UINT32_MAX, &place);
		assert_non_null(item);
		assert_int_equal(*item, i);
	}
	assert_null(hash_table_next(&table, UINT32_MAX, &place));
	assert_null(hash_table_next(&table, 7, &(size_t){0}));
	hash_table_free(&table);
}

static void test_nearest_distance(void **state)
{
	struct nearest nearest = {0};

	(void)state;
	nearest_try(&nearest, "abcdefgh", "abdcefhg");
	assert_int_equal(nearest.distance, 2);
	nearest_try(&nearest, "abcdefgh", "abcdefghxy"); /* the beginning of it */
	assert_int_equal(nearest.distance, 1);
	nearest_try(&nearest, "abcdefgh", "abcdefg"); /* as near, but later */
	assert_string_equal(nearest.word, "abcdefghxy");
	nearest_try(&nearest, "abcdefgh", "abcdefgh");
	assert_int_equal(nearest.distance, 0);
}

static void test_decimal_read(void **state)
{
	static const char *const others[] = {"", "0", "01", "-1", "+1", " 1", "1 ", "0x1", "1k",
		"12345678901234567890", "99999999999999999999"};
	uint64_t number;

	(void)state;
	assert_true(decimal_read("7", &number));
	assert_int_equal(number, 7);
	assert_true(decimal_read("4294967296", &number));
	assert_int_equal(number, 4294967296);
	assert_true(decimal_read("9999999999999999999", &number));
	assert_true(number == 9999999999999999999U);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		assert_false(decimal_read(others[i], &number));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_decimal_read),
		cmocka_unit_test(test_words_cut),
		cmocka_unit_test(test_words_cut_refuses),
		cmocka_unit_test(test_words_cursor),
		cmocka_unit_test(test_buffer),
		cmocka_unit_test(test_buffer_grows),
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_arena_reset_keeps_a_block),
		cmocka_unit_test(test_vector),
		cmocka_unit_test(test_vector_sort),
		cmocka_unit_test(test_vector_find),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_error),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_hash_table),
		cmocka_unit_test(test_nearest_distance),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
