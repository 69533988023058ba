/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzzes the reading of words: a line is cut, parsed as a route and as a rule, as it adds, deletes
 * and selects, in both dialects; what is understood is encoded, decoded and printed, and what is
 * printed in our own dialect must be understood again and mean the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>

#include "../devices.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "fuzz.h"
#include "names/names.h"
#include "model/route.h"
#include "model/rule.h"
#include "output/text.h"

enum {
	WORDS_MAX = 64,
	AGAIN_MAX = 512, /* printing says more than was said: the weight of each nexthop */
	LINE_MAX_BYTES = 1024,
};

/* How the words of a line are taken. */
struct way {
	const struct object *object;
	enum dialect dialect;
	bool del, filter;
	uint8_t family;
	int fib_model;
};

union any {
	struct route route;
	struct rule rule;
};

static struct names *names;
static struct keywords *keyword_sets[2][2]; /* of routes and rules, by dialect */

static void prepare(void)
{
	if (names)
		return;
	names = names_new_in("/nonexistent", "/nonexistent");
	names_devices(names, test_devices());
	for (enum dialect dialect = DIALECT_OWN; dialect <= DIALECT_IP; dialect++) {
		keyword_sets[0][dialect] = keywords_new(&route_object, dialect);
		keyword_sets[1][dialect] = keywords_new(&rule_object, dialect);
	}
}

static void check(bool holds)
{
	if (!holds)
		abort();
}

static void check_error(const struct error *error, const struct words *words)
{
	check(*error->message);
	check(error->status == STATUS_WORDS || error->status == STATUS_REFUSED ||
		error->status == STATUS_GUARDED || error->status == STATUS_NO);
	check(error->words == words);
	check(error->word >= 0 && error->word <= words->count);
}

static int read_words(const struct way *way, struct words *words, struct arena *arena,
	union any *record, struct error *error)
{
	struct parser parser = {
		.words = words,
		.names = names,
		.arena = arena,
		.dialect = way->dialect,
		.family = way->family,
		.family_word = -1,
		.filter = way->filter,
		.fib_model = way->fib_model,
	};
	struct origin origin;

	memset(record, 0, sizeof *record);
	words->next = 0;
	origin_clear(&origin, way->object);
	if (fields_parse(&parser, keyword_sets[way->object == &rule_object][way->dialect], 0,
		    record, &origin, error))
		return -1;
	check(words->next == words->count);
	if (way->filter)
		return 0;
	return way->object->finish(&parser, record, &origin, way->del, error);
}

static void print(const struct way *way, const union any *record, struct buffer *text)
{
	struct view view = {
		.names = names, .dialect = way->dialect, .complete = true, .family = way->family};
	struct writer *writer = text_writer(text, SPACING_BETWEEN, false, "");

	writer_begin(writer);
	fields_render(writer, way->object, record, &view);
	writer_end(writer);
	writer_free(writer);
	buffer_text(text);
}

/* A record of a rule's own, and what nftables keeps, show only before they go to the kernel. */
static bool has_own(const struct way *way, const union any *record)
{
	if (way->object == &route_object)
		return record->route.nat.given;
	return way->object == &rule_object &&
	       (record->rule.own.given || rule_has_part(&record->rule));
}

/* What is printed is read again and printed as before. */
static void check_again(const struct way *way, const union any *record, struct arena *arena)
{
	struct buffer first = {0};
	struct buffer second = {0};
	const char *word[AGAIN_MAX];
	struct words words = {.word = word};
	struct error error = {0};
	union any again;
	const char *reason;
	char *line;

	print(way, record, &first);
	line = strdup(first.data);
	words.count = words_cut(line, word, AGAIN_MAX, &reason);
	check(words.count >= 0);
	check(!read_words(way, &words, arena, &again, &error));
	check(fields_same(way->object, record, &again, 0));
	print(way, &again, &second);
	check(!strcmp(first.data, second.data));
	free(line);
	buffer_free(&first);
	buffer_free(&second);
}

static void try_way(const struct way *way, struct words *words)
{
	static union {
		struct nlmsghdr header;
		unsigned char bytes[MESSAGE_MAX];
	} message;
	struct arena arena = {0};
	struct buffer text = {0};
	struct error error = {0};
	union any record;
	union any decoded = {0};

	if (read_words(way, words, &arena, &record, &error)) {
		check_error(&error, words);
	} else {
		fields_encode(way->object, &record, way->object->type_new, 0, &message);
		check(message.header.nlmsg_len <= sizeof message);
		check(!fields_decode(way->object, &message.header, &arena, &decoded));
		print(way, &decoded, &text);
		if (way->dialect == DIALECT_OWN && !way->del && !way->filter)
			check_again(way, has_own(way, &record) ? &record : &decoded, &arena);
	}
	buffer_free(&text);
	arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct way ways[] = {
		{.object = &route_object},
		{.object = &route_object, .family = AF_INET6, .fib_model = 1},
		{.object = &route_object, .del = true, .fib_model = 2},
		{.object = &route_object, .filter = true},
		{.object = &route_object, .dialect = DIALECT_IP},
		{.object = &route_object, .dialect = DIALECT_IP, .family = AF_MPLS},
		{.object = &rule_object},
		{.object = &rule_object, .family = AF_INET6},
		{.object = &rule_object, .del = true},
		{.object = &rule_object, .filter = true},
		{.object = &rule_object, .dialect = DIALECT_IP},
	};
	char line[LINE_MAX_BYTES];
	const char *word[WORDS_MAX];
	struct words words = {.word = word};
	const char *reason;

	if (size >= sizeof line)
		return 0;
	memcpy(line, data, size);
	line[size] = '\0';
	prepare();
	words.count = words_cut(line, word, WORDS_MAX, &reason);
	if (words.count < 0) {
		check(*reason);
		return 0;
	}
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (fuzz_goes(data, size, i, sizeof ways / sizeof *ways))
			try_way(&ways[i], &words);
	return 0;
}
