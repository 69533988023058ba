/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests every row of every object with its own sample: converts it to words, to a message, to text
 * and back; its synonyms, help, completion and blame work. A new row needs no new test.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "../devices.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/words.h"
#include "field/walk.h"
#include "kind/class.h"
#include "kind/flag.h"
#include "kind/masquerade.h"
#include "kind/metric.h"
#include "names/names.h"
#include "kind/nested.h"
#include "kind/prefix.h"
#include "kind/reply.h"
#include "kind/service.h"
#include "model/nexthop.h"
#include "model/route.h"
#include "model/rule.h"
#include "output/json.h"
#include "output/text.h"

enum {
	WORDS_MAX = 32,
	LIST_MAX = 128,
};

static const struct object *const objects[] = {&route_object, &rule_object, &nexthop_object};
enum { OBJECTS = sizeof objects / sizeof *objects };

#define FOR_EACH_ROW(object, row)                                                               \
	for (size_t object##_at = 0; object##_at < sizeof objects / sizeof *objects;            \
		object##_at++)                                                                  \
		for (const struct object *object = objects[object##_at]; object; object = NULL) \
			for (const struct field *row = object->fields;                          \
				row < object->fields + object->count; row++)

static struct names *names;
static struct keywords *keyword_sets[OBJECTS]; /* of objects[], in our own dialect */
static struct arena arena;

static int prepare(void **state)
{
	(void)state;
	names = names_new_in("/nonexistent", "/nonexistent");
	names_devices(names, test_devices());
	for (int i = 0; i < OBJECTS; i++)
		keyword_sets[i] = keywords_new(objects[i], DIALECT_OWN);
	return 0;
}

static int clean(void **state)
{
	(void)state;
	for (int i = 0; i < OBJECTS; i++)
		keywords_free(keyword_sets[i]);
	names_free(names);
	arena_free(&arena);
	return 0;
}

static struct keywords *keywords_of(const struct object *object)
{
	for (int i = 0; i < OBJECTS; i++)
		if (objects[i] == object)
			return keyword_sets[i];
	return NULL;
}

/* Returns true if words can set the row: no lock, no value that the kernel only reports, no
 * shorthand. */
static bool is_settable(const struct field *row)
{
	/* A row that is never shown is another form of another row. */
	return row->kind && row->kind->parse && row->kind->write && !(row->flags & FIELD_READ_ONLY);
}

/* Returns true if the value is in nftables and in no message. */
static bool is_apart(const struct field *row)
{
	return row->kind == &kind_flag_apart || row->kind == &kind_prefix_apart ||
	       row->kind == &kind_masquerade || row->kind == &kind_reply ||
	       row->kind == &kind_service;
}

/* A line read into a record, and what it was read from. */
struct reading {
	const struct object *object;
	char text[256];
	const char *word[WORDS_MAX];
	struct words words;
	struct origin origin;
	void *record;
};

static int read_line(struct reading *reading, const struct object *object, const char *line)
{
	struct error error = {0};
	const char *reason;
	struct parser parser = {
		.words = &reading->words,
		.names = names,
		.arena = &arena,
		.family_word = -1,
	};

	memset(reading, 0, sizeof *reading);
	reading->object = object;
	reading->record = arena_get(&arena, object->size);
	snprintf(reading->text, sizeof reading->text, "%s", line);
	reading->words.word = reading->word;
	reading->words.count = words_cut(reading->text, reading->word, WORDS_MAX, &reason);
	origin_clear(&reading->origin, object);
	if (fields_parse(
		    &parser, keywords_of(object), 0, reading->record, &reading->origin, &error) ||
		object->finish(&parser, reading->record, &reading->origin, false, &error)) {
		print_error("%s: %s\n", line, error.message);
		return -1;
	}
	/* Values that a nexthop takes from its route. */
	((struct record *)reading->record)->family = parser.family ? parser.family : AF_INET;
	return 0;
}

/* Returns true if the row is a rule's action, and not a modifier (realms, suppressors). */
static bool is_whole_action(const struct field *row)
{
	return row->kind == &kind_nested || row->kind == &kind_class || row->kind == &kind_action ||
	       !strcmp(row->word, "goto") || !strcmp(row->word, "l3mdev");
}

/* Returns the sample of a row, with the other words that its record needs. */
static void sample_line(
	const struct object *object, const struct field *row, char *line, size_t size)
{
	const char *first = "";
	const char *last = "";

	if (object == &rule_object && !strcmp(row->word, "only")) {
		first = "from 10.1.0.0/16 gw 192.0.2.1";
	} else if (object == &rule_object && is_apart(row)) {
		first = "from 10.1.0.0/16 class 77";
	} else if (object == &rule_object) {
		last = is_whole_action(row) ? "" : "class 77";
	} else {
		if (row->kind == &kind_service)
			first = "10.0.0.1 nat 10.0.0.2";
		else if (object == &route_object)
			first = row->flags & FIELD_POSITIONAL   ? ""
			        : strstr(row->sample, "from 2") ? "2001:db8::/32"
			                                        : "10.0.0.0/8";
		last = strcmp(row->word, "dev") != 0 && strcmp(row->word, "nhid") != 0 ? "dev eth1"
		                                                                       : "";
	}
	/* A list of nexthops takes all words after it. */
	snprintf(line, size, "%s %s %s", first, last, row->sample);
}

static void read_sample(
	struct reading *reading, const struct object *object, const struct field *row)
{
	char line[256];

	sample_line(object, row, line, sizeof line);
	assert_int_equal(read_line(reading, object, line), 0);
}

static union {
	struct nlmsghdr header;
	unsigned char bytes[MESSAGE_MAX];
} message;

static void assert_presence(const struct object *object, const void *record)
{
	struct rows slow = fields_given(object, record);
	struct presence presence;
	struct rows quick;

	presence_init(&presence, object);
	quick = presence_rows(&presence, record);
	assert_memory_equal(&slow, &quick, sizeof slow);
}

/* Converts to a message and back; the own record of a rule has no message. */
static void *send_back(const struct reading *reading)
{
	void *record = arena_get(&arena, reading->object->size);
	struct decoder decoder;
	struct rows given;
	struct rows maybe;

	assert_presence(reading->object, reading->record);
	memset(&message, 0xa5, sizeof message);
	fields_encode(reading->object, reading->record, reading->object->type_new, 0, &message);
	assert_true(message.header.nlmsg_len <= sizeof message);
	decoder_init(&decoder, reading->object);
	assert_int_equal(decoder_read_rows(&decoder, &message.header, &arena, record, &maybe), 0);
	given = fields_given(reading->object, record);
	assert_false(given.word[0] & ~maybe.word[0]);
	assert_false(given.word[1] & ~maybe.word[1]);
	if (reading->object == &rule_object)
		((struct rule *)record)->own = ((const struct rule *)reading->record)->own;
	for (int i = 0; i < reading->object->count; i++) {
		const struct field *row = &reading->object->fields[i];

		if (is_apart(row))
			memcpy(field_value(row, record), field_peek(row, reading->record),
				row->kind->size);
	}
	return record;
}

static void render(
	struct buffer *out, struct writer *writer, const struct object *object, const void *record)
{
	struct view view = {.names = names, .complete = true};

	writer_begin(writer);
	fields_render(writer, object, record, &view);
	writer_end(writer);
	writer_free(writer);
	if (out->length && out->data[out->length - 1] == '\n')
		out->data[out->length - 1] = '\0';
	buffer_text(out);
}

/* Returns true if the text contains these words in sequence. */
static bool holds_words(const char *text, const char *words)
{
	size_t length = strlen(words);

	for (const char *at = strstr(text, words); at; at = strstr(at + 1, words))
		if ((at == text || at[-1] == ' ') && (!at[length] || at[length] == ' '))
			return true;
	return false;
}

static void test_sample_comes_back(void **state)
{
	(void)state;
	FOR_EACH_ROW(object, row)
	{
		struct reading reading;
		struct buffer text = {0};
		struct buffer json = {0};
		char key[64];
		void *record;

		if (!is_settable(row))
			continue;
		read_sample(&reading, object, row);
		record = send_back(&reading);
		assert_true(field_given(row, record));
		assert_true(fields_same(object, reading.record, record, 0));
		render(&text, text_writer(&text, SPACING_BETWEEN, false, ""), object, record);
		if (!holds_words(text.data, row->sample))
			fail_msg("%s: \"%s\" is not in \"%s\"", object->name, row->sample,
				text.data);
		render(&json, json_writer(&json, false), object, record);
		snprintf(key, sizeof key, "\"%s\":",
			row->kind == &kind_nested ? "own" : field_label(row, DIALECT_OWN).key);
		if (!strstr(json.data, key))
			fail_msg("%s: no %s in %s", object->name, key, json.data);
		buffer_free(&text);
		buffer_free(&json);
	}
}

/* Reads what was printed: it gives the same record. */
static void test_text_reads_back(void **state)
{
	(void)state;
	FOR_EACH_ROW(object, row)
	{
		struct reading reading;
		struct reading again;
		struct buffer text = {0};

		if (!is_settable(row))
			continue;
		read_sample(&reading, object, row);
		render(&text, text_writer(&text, SPACING_BETWEEN, false, ""), object,
			reading.record);
		assert_int_equal(read_line(&again, object, text.data), 0);
		assert_true(fields_same(object, reading.record, again.record, 0));
		buffer_free(&text);
	}
}

static void test_row_is_complete(void **state)
{
	(void)state;
	FOR_EACH_ROW(object, row)
	{
		assert_non_null(row->word);
		if (row->flags & FIELD_SHORTHAND) {
			assert_null(row->kind);
			assert_true(row->stands_for || row->help);
			continue;
		}
		assert_non_null(row->kind);
		if (!is_settable(row))
			continue;
		if (!row->help || !row->sample)
			fail_msg("%s: \"%s\" needs help and a sample", object->name, row->word);
		else if (row->help[strlen(row->help) - 1] == '.')
			fail_msg("%s: the help of \"%s\" ends with a full stop", object->name,
				row->word);
		assert_true(row->kind->syntax && row->kind->write);
		assert_true(row->kind == &kind_nested || is_apart(row) ||
			    (row->kind->put && row->kind->get));
		assert_true(!(row->flags & FIELD_BARE) || row->kind->bare);
	}
}

static void test_value_lies_in_the_record(void **state)
{
	(void)state;
	for (int i = 0; i < OBJECTS; i++) {
		assert_true(objects[i]->count <= FIELDS_MAX);
		assert_true(objects[i]->size <= RECORD_MAX);
	}
	FOR_EACH_ROW(object, row)
	{
		if (!row->kind)
			continue;
		assert_true(row->offset >= sizeof(struct record));
		assert_true(row->offset + row->kind->size <= object->size);
		assert_true(row->attribute < ATTRIBUTES_MAX && row->nest < ATTRIBUTES_MAX);
		assert_true(row->header < object->header_size);
		for (const struct field *other = object->fields; other < row; other++)
			if (other->kind && row->kind->write && other->kind->write &&
				other->offset + other->kind->size > row->offset &&
				row->offset + row->kind->size > other->offset)
				fail_msg("%s: \"%s\" and \"%s\" share memory", object->name,
					other->word, row->word);
	}
}

/* ---- words ---- */

/* Returns the words of a row that are looked up, of both dialects. */
static int row_words(const struct field *row, const char **word, char *room, size_t size)
{
	const char *reason;
	int count;

	snprintf(room, size, "%s %s %s", row->flags & FIELD_BARE ? "" : row->word,
		row->ip_word ? row->ip_word : "", row->synonyms ? row->synonyms : "");
	count = words_cut(room, word, LIST_MAX, &reason);
	for (int i = 0; row->kind && row->kind->bare; i++) {
		const char *bare = row->kind->bare(row, i, DIALECT_OWN);

		if (!bare)
			break;
		assert_true(count < LIST_MAX);
		word[count++] = bare;
	}
	return count;
}

/* The own record of a rule starts with any of its words that the rule does not have itself. */
static bool may_shadow(const struct field *row, const struct field *claimed)
{
	return row->kind == &kind_nested && claimed != row;
}

static void test_words_find_their_row(void **state)
{
	(void)state;
	FOR_EACH_ROW(object, row)
	{
		const char *word[LIST_MAX];
		char room[512];
		int count;

		if (row->flags & (FIELD_READ_ONLY | FIELD_IP) || (row->kind && !is_settable(row)))
			continue;
		count = row_words(row, word, room, sizeof room);
		for (int i = 0; i < count; i++) {
			bool bare;
			const struct field *found =
				keywords_find(keywords_of(object), word[i], &bare);

			if (found != row && !may_shadow(row, found))
				fail_msg("%s: \"%s\" of row \"%s\" finds row \"%s\"", object->name,
					word[i], row->word, found ? found->word : "none");
		}
	}
}

/* A row that no words set has no words. */
static void test_every_word_can_be_read(void **state)
{
	(void)state;
	for (int i = 0; i < OBJECTS; i++) {
		const struct field *row;
		const char *word;

		for (int at = 0; keywords_word(keyword_sets[i], at, &word, &row); at++)
			if (row->kind && !row->kind->parse)
				fail_msg("%s: \"%s\" is a word", objects[i]->name, word);
	}
}

/* Each synonym means the same as the sample's first word. */
static void test_synonyms_mean_the_same(void **state)
{
	(void)state;
	FOR_EACH_ROW(object, row)
	{
		const char *word[LIST_MAX];
		const char *reason;
		char room[256];
		char line[256];
		struct reading reading;
		struct reading synonym;
		int count;

		if (!is_settable(row) || !row->synonyms)
			continue;
		assert_memory_equal(row->sample, row->word, strlen(row->word));
		read_sample(&reading, object, row);
		snprintf(room, sizeof room, "%s", row->synonyms);
		count = words_cut(room, word, LIST_MAX, &reason);
		for (int i = 0; i < count; i++) {
			char words[128];
			struct field other = *row;

			snprintf(words, sizeof words, "%s%s", word[i],
				row->sample + strlen(row->word));
			other.sample = words;
			sample_line(object, &other, line, sizeof line);
			assert_int_equal(read_line(&synonym, object, line), 0);
			assert_true(fields_same(object, reading.record, synonym.record, 0));
		}
	}
}

static void test_shorthand_stands_for_its_words(void **state)
{
	(void)state;
	FOR_EACH_ROW(object, row)
	{
		const char *base = object == &route_object ? "10.0.0.0/8 gw 192.0.2.1"
		                                           : "from 10.1.0.0/16 class 77";
		char line[128];
		struct reading shorthand;
		struct reading meant;

		if (!(row->flags & FIELD_SHORTHAND) || !row->stands_for)
			continue;
		snprintf(line, sizeof line, "%s %s", base, row->word);
		assert_int_equal(read_line(&shorthand, object, line), 0);
		snprintf(line, sizeof line, "%s %s", base, (const char *)row->stands_for);
		assert_int_equal(read_line(&meant, object, line), 0);
		assert_true(fields_same(object, shorthand.record, meant.record, 0));
	}
}

/* ---- comparing ---- */

static void test_fit_and_same(void **state)
{
	(void)state;
	FOR_EACH_ROW(object, row)
	{
		struct reading reading;
		struct record *wanted = arena_get(&arena, object->size);
		void *without = arena_get(&arena, object->size);

		if (!is_settable(row))
			continue;
		read_sample(&reading, object, row);
		assert_true(fields_fit(object, reading.record, reading.record, 0));
		assert_true(fields_same(object, reading.record, reading.record, 0));
		/* An empty record fits all; one with a row fits only records with that row. */
		assert_true(fields_fit(object, reading.record, wanted, 0));
		memcpy(field_value(row, wanted), field_peek(row, reading.record), row->kind->size);
		assert_true(fields_fit(object, reading.record, wanted, 0));
		memcpy(without, reading.record, object->size);
		memset(field_value(row, without), 0, row->kind->size);
		assert_false(fields_fit(object, without, wanted, 0));
		assert_false(fields_same(object, reading.record, without, 0));
		/* Rows without the requested flags are ignored. */
		if (!(row->flags & FIELD_KEY))
			assert_true(fields_same(object, reading.record, without, FIELD_KEY));
		wanted->family = AF_UNIX;
		assert_false(fields_fit(object, reading.record, wanted, 0));
	}
}

/* Zero equals a value that is not given if the kernel does not report it: tos, metric, mark. */
static void test_zero_is_none(void **state)
{
	static const struct {
		const struct object *object;
		const char *with, *without;
	} pairs[] = {
		{&route_object, "10.0.0.0/8 tos 0 dev eth0", "10.0.0.0/8 dev eth0"},
		{&route_object, "10.0.0.0/8 metric 0 dev eth0", "10.0.0.0/8 dev eth0"},
		{&rule_object, "tos 0 class 77", "class 77"},
		{&rule_object, "fwmark 0/0 class 77", "class 77"},
		{&rule_object, "from default to default class 77", "class 77"},
		{&rule_object, "realms 0 class 77", "class 77"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		const struct object *object = pairs[i].object;
		struct reading with;
		struct reading without;

		assert_int_equal(read_line(&with, object, pairs[i].with), 0);
		assert_int_equal(read_line(&without, object, pairs[i].without), 0);
		assert_true(fields_same(object, with.record, without.record, 0));
		assert_true(fields_same(object, without.record, with.record, 0));
		assert_true(fields_fit(object, without.record, with.record, 0));
	}
}

/* These zeros have a meaning. */
static void test_zero_is_something(void **state)
{
	static const char *const lines[] = {"dscp 0 class 77", "flowlabel 0 class 77",
		"suppress_prefixlength 0 class 77", "suppress_ifgroup 0 class 77"};

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		struct reading with;
		struct reading without;

		assert_int_equal(read_line(&with, &rule_object, lines[i]), 0);
		assert_int_equal(read_line(&without, &rule_object, "class 77"), 0);
		((struct record *)without.record)->family = ((struct record *)with.record)->family;
		assert_false(fields_same(&rule_object, with.record, without.record, 0));
		assert_false(fields_fit(&rule_object, without.record, with.record, 0));
	}
}

/* The kernel ignores mark 0 without a mask. */
static void test_mark_of_zero_is_a_selector(void **state)
{
	struct reading reading;
	struct rule *back;

	(void)state;
	assert_int_equal(read_line(&reading, &rule_object, "fwmark 0 class 77"), 0);
	back = send_back(&reading);
	assert_true(back->mark.given);
	assert_int_equal(back->mark.value, 0);
	assert_int_equal(back->mark.mask, UINT32_MAX);
	assert_int_equal(read_line(&reading, &rule_object, "class 77"), 0);
	assert_false(fields_same(&rule_object, reading.record, back, 0));
}

static void test_prefix_selects(void **state)
{
	static const struct {
		const char *selector;
		bool host, net, all; /* 10.1.2.3, 10.1.0.0/16, default */
	} cases[] = {
		{"10.1.0.0/16", false, true, false},
		{"exact 10.1.0.0/16", false, true, false},
		{"root 10.0.0.0/8", true, true, false},
		{"root 10.1.2.0/24", true, false, false},
		{"root default", true, true, true},
		{"match 10.1.2.3", true, true, true},
		{"match 10.1.9.9", false, true, true},
		{"match 192.0.2.1", false, false, true},
		{"to root 10.1.0.0/17", true, false, false},
		{"root 10.1.128.0/17", false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *lines[] = {
			"10.1.2.3 dev eth0", "10.1.0.0/16 dev eth0", "default dev eth0"};
		bool fits[] = {cases[i].host, cases[i].net, cases[i].all};
		const char *word[4];
		char line[64];
		const char *reason;
		struct words words = {.word = word};
		struct parser parser = {
			.words = &words, .names = names, .family_word = -1, .filter = true};
		struct route wanted = {0};
		struct origin origin;
		struct error error;

		snprintf(line, sizeof line, "%s", cases[i].selector);
		words.count = words_cut(line, word, 4, &reason);
		origin_clear(&origin, &route_object);
		assert_int_equal(
			fields_parse(&parser, keyword_sets[0], 0, &wanted, &origin, &error), 0);
		for (int j = 0; j < 3; j++) {
			struct reading reading;

			assert_int_equal(read_line(&reading, &route_object, lines[j]), 0);
			assert_int_equal(
				fields_fit(&route_object, reading.record, &wanted, 0), fits[j]);
		}
	}
}

/* ---- completion ---- */

struct offers {
	struct buffer words; /* each between blanks */
};

static void note_offer(struct completion *completion, const char *word, const char *help)
{
	struct offers *offers = completion->context;

	(void)help;
	buffer_format(&offers->words, " %s ", word);
}

static void complete(struct offers *offers, const struct object *object, const char *line)
{
	struct completion completion = {.names = names, .context = offers, .offer = note_offer};
	const char *word[WORDS_MAX];
	const char *reason;
	char room[256];
	int count;

	snprintf(room, sizeof room, "%s", line);
	count = words_cut(room, word, WORDS_MAX - 1, &reason);
	if (!*line || line[strlen(line) - 1] == ' ')
		word[count++] = "";
	*offers = (struct offers){0};
	fields_complete(&completion, keywords_of(object), word, count);
	buffer_text(&offers->words);
}

static bool offered(struct offers *offers, const char *word)
{
	char between[64];

	snprintf(between, sizeof between, " %s ", word);
	return strstr(buffer_text(&offers->words), between) != NULL;
}

static void test_completion_offers_what_is_not_given(void **state)
{
	(void)state;
	FOR_EACH_ROW(object, row)
	{
		struct offers offers;
		char line[128];
		const char *word = row->word;

		if (!is_settable(row) || row->flags & FIELD_POSITIONAL)
			continue;
		if (row->flags & FIELD_BARE)
			word = row->kind->bare(row, 0, DIALECT_OWN);
		complete(&offers, object, "");
		assert_true(offered(&offers, word));
		buffer_free(&offers.words);
		snprintf(line, sizeof line, "%.1s", word);
		complete(&offers, object, line);
		assert_true(offered(&offers, word));
		buffer_free(&offers.words);
		if (row->kind->inner || row->kind->repeats)
			continue;
		snprintf(line, sizeof line, "%s ", row->sample);
		complete(&offers, object, line);
		if (offered(&offers, word))
			fail_msg("%s: \"%s\" is offered behind \"%s\"", object->name, word,
				row->sample);
		buffer_free(&offers.words);
	}
}

static void test_completion_offers_values(void **state)
{
	static const struct {
		const struct object *object;
		const char *line, *offered, *not_offered;
	} cases[] = {
		{&route_object, "10.0.0.0/8 dev ", "eth0", "gw"},
		{&route_object, "10.0.0.0/8 dev e", "eth1", "lo"},
		{&route_object, "10.0.0.0/8 class ", "main", "metric"},
		{&route_object, "10.0.0.0/8 table m", "main", "local"},
		{&route_object, "10.0.0.0/8 proto st", "static", "boot"},
		{&route_object, "10.0.0.0/8 scope l", "link", "host"},
		{&route_object, "10.0.0.0/8 re", "reject", "drop"},
		{&route_object, "10.0.0.0/8 nexthop dev ", "eth0", "dev"},
		{&route_object, "10.0.0.0/8 nexthop dev eth0 we", "weight", "dev"},
		{&route_object, "10.0.0.0/8 nexthop dev eth0 ", "nexthop", "iif"},
		{&rule_object, "dev ", "eth0", "from"},
		{&rule_object, "from 10.0.0.0/8 route gw 192.0.2.1 dev ", "eth0", "from"},
		{&rule_object, "gw 192.0.2.1 dev ", "eth0", "from"},
		{&rule_object, "from 10.0.0.0/8 class ", "main", "to"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct offers offers;

		complete(&offers, cases[i].object, cases[i].line);
		if (!offered(&offers, cases[i].offered))
			fail_msg("\"%s\" does not offer \"%s\"", cases[i].line, cases[i].offered);
		if (offered(&offers, cases[i].not_offered))
			fail_msg("\"%s\" offers \"%s\"", cases[i].line, cases[i].not_offered);
		buffer_free(&offers.words);
	}
}

/* ---- blame ---- */

/* Each part of a row's `blame`, as the kernel's message or errno, finds the row's value. */
static void test_each_blame_finds_its_row(void **state)
{
	(void)state;
	FOR_EACH_ROW(object, row)
	{
		struct origin origin;
		char pieces[256];
		char *rest = pieces;

		if (!row->blame)
			continue;
		origin_clear(&origin, object);
		origin.word[row - object->fields] = 3;
		origin.value[row - object->fields] = 4;
		snprintf(pieces, sizeof pieces, "%s", row->blame);
		for (char *piece; (piece = strsep(&rest, "|"));) {
			char sentence[128];

			snprintf(sentence, sizeof sentence, "Something about %s here.", piece);
			assert_int_equal(fields_blame(&origin, NULL, 0, sentence, 0), 4);
		}
		assert_int_equal(fields_blame(&origin, NULL, 0, "Nothing of all this.", 0), -1);
	}
}

/* The offset of any attribute in the message leads to the row that put it there. */
static void test_each_attribute_is_blamed(void **state)
{
	(void)state;
	FOR_EACH_ROW(object, row)
	{
		struct reading reading;
		const struct nlattr *attribute;
		bool found = false;

		if (!is_settable(row) || !row->attribute)
			continue;
		read_sample(&reading, object, row);
		fields_encode(object, reading.record, object->type_new, 0, &message);
		mnl_attr_for_each(attribute, &message.header, object->header_size)
		{
			const struct nlattr *inner;
			uint32_t offset =
				(uint32_t)((const char *)attribute - (const char *)&message);

			if (mnl_attr_get_type(attribute) !=
				(row->nest ? row->nest : row->attribute))
				continue;
			if (row->nest) {
				inner = mnl_attr_get_payload(attribute);
				while (mnl_attr_get_type(inner) != row->attribute)
					inner = mnl_attr_next(inner);
				offset = (uint32_t)((const char *)inner - (const char *)&message);
			}
			found = true;
			assert_int_equal(fields_blame(&reading.origin, &message.header, offset,
						 "Nothing of all this.", EINVAL),
				reading.origin.value[row - object->fields]);
		}
		/* A class below 256 is in the header. */
		assert_true(found || row->header);
	}
}

/* Messages of the kernel (net/ipv4/fib_*.c, net/ipv6/route.c, net/core/fib_rules.c). */
static void test_kernel_sentences(void **state)
{
	static const char route[] = "10.0.0.0/8 tos 8 gw 192.0.2.1 dev eth0 class 250 scope link "
				    "src 192.0.2.2 metric 5 onlink mtu 1400";
	static const char rule[] = "pref 100 from 10.1.0.0/16 to 10.2.0.0/16 tos 8 dev eth0 "
				   "oif eth1 goto 200";
	static const struct {
		const struct object *object;
		const char *line, *sentence;
		int number;
		const char *word;
	} cases[] = {
		{&route_object, route, "Nexthop has invalid gateway", ENETUNREACH, "192.0.2.1"},
		{&route_object, route, "Nexthop has invalid gateway.", ENETUNREACH, "192.0.2.1"},
		{&route_object, route, "Gateway can not be a local address", EINVAL, "192.0.2.1"},
		{&route_object, route, "Invalid prefix for given prefix length", EINVAL,
			"10.0.0.0/8"},
		{&route_object, route, "Invalid prefix length", EINVAL, "10.0.0.0/8"},
		{&route_object, route, "Nexthop device is not up", ENETDOWN, "eth0"},
		{&route_object, route, "Device not enslaved to VRF", EINVAL, "eth0"},
		{&route_object, route, "", ENODEV, "eth0"},
		{&route_object, route, "", ENETDOWN, "eth0"},
		{&route_object, route, "", ENETUNREACH, "192.0.2.1"},
		{&route_object, route, "", EHOSTUNREACH, "192.0.2.1"},
		{&route_object, route, "", EEXIST, "10.0.0.0/8"},
		{&route_object, route, "", ESRCH, "10.0.0.0/8"},
		{&route_object, route, "Invalid prefsrc address", EINVAL, "192.0.2.2"},
		{&route_object, route, "Invalid source address", EINVAL, "192.0.2.2"},
		{&route_object, route, "Invalid scope", EINVAL, "link"},
		{&route_object, route, "Invalid dsfield (tos): ECN bits must be 0", EINVAL, "8"},
		{&route_object, route, "Invalid table", EINVAL, "250"},
		{&route_object, "reject 10.0.0.0/8", "Route type is not supported", EINVAL,
			"reject"},
		{&route_object, route, "", EINVAL, NULL},
		{&route_object, route, "Out of cheese", ENOSPC, NULL},
		{&rule_object, rule, "", EEXIST, NULL},
		{&rule_object, rule, "Invalid dsfield (tos): ECN bits must be 0", EINVAL, "8"},
		{&rule_object, rule, "Backward goto not supported", EINVAL, "200"},
		{&rule_object, "class 250", "Invalid table", EINVAL, "250"},
		{&rule_object, rule, "", EINVAL, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reading reading;
		int word;

		assert_int_equal(read_line(&reading, cases[i].object, cases[i].line), 0);
		word = fields_blame(&reading.origin, NULL, 0, cases[i].sentence, cases[i].number);
		if (i && !cases[i].word && cases[i].number == EEXIST) {
			assert_int_not_equal(word, -1); /* pref, from or to: all are the cause */
			continue;
		}
		if ((word < 0) != !cases[i].word ||
			(word >= 0 && strcmp(reading.word[word], cases[i].word)))
			fail_msg("\"%s\" (%d) blames \"%s\", not \"%s\"", cases[i].sentence,
				cases[i].number, word < 0 ? "nothing" : reading.word[word],
				cases[i].word ? cases[i].word : "nothing");
	}
}

/* ---- usage and manual ---- */

/* Without its line breaks: usage is folded to the width of a terminal. */
static void unfold(struct buffer *text)
{
	size_t length = 0;

	for (size_t i = 0; i < text->length; i++) {
		bool blank = text->data[i] == ' ' || text->data[i] == '\n';

		if (blank && length && text->data[length - 1] == ' ')
			continue;
		text->data[length++] = blank ? ' ' : text->data[i];
	}
	text->length = length;
}

static void test_usage_names_every_row(void **state)
{
	(void)state;
	FOR_EACH_ROW(object, row)
	{
		struct buffer usage = {0};
		struct buffer manual = {0};

		if (!is_settable(row))
			continue;
		fields_usage(&usage, object, DIALECT_OWN, 0, 0);
		fields_manual(&manual, object, 0);
		unfold(&usage);
		assert_non_null(strstr(buffer_text(&usage), row->help));
		assert_non_null(strstr(buffer_text(&manual), row->help));
		assert_non_null(strstr(buffer_text(&manual), row->sample));
		buffer_free(&usage);
		buffer_free(&manual);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sample_comes_back),
		cmocka_unit_test(test_text_reads_back),
		cmocka_unit_test(test_row_is_complete),
		cmocka_unit_test(test_value_lies_in_the_record),
		cmocka_unit_test(test_words_find_their_row),
		cmocka_unit_test(test_every_word_can_be_read),
		cmocka_unit_test(test_synonyms_mean_the_same),
		cmocka_unit_test(test_shorthand_stands_for_its_words),
		cmocka_unit_test(test_fit_and_same),
		cmocka_unit_test(test_zero_is_none),
		cmocka_unit_test(test_zero_is_something),
		cmocka_unit_test(test_mark_of_zero_is_a_selector),
		cmocka_unit_test(test_prefix_selects),
		cmocka_unit_test(test_completion_offers_what_is_not_given),
		cmocka_unit_test(test_completion_offers_values),
		cmocka_unit_test(test_each_blame_finds_its_row),
		cmocka_unit_test(test_each_attribute_is_blamed),
		cmocka_unit_test(test_kernel_sentences),
		cmocka_unit_test(test_usage_names_every_row),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, prepare, clean);
}
