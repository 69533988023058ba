/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Runs the lines of tests/golden/NAME.golden through parsing, encoding, decoding and rendering, and
 * compares what comes out with the line, NAME.golden.wire and NAME.golden.json. README.md describes
 * the format. Speaks TAP; with --update it writes the wire and JSON files anew.
 */
#include <glob.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/netlink.h>

#include "../devices.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/json_reader.h"
#include "base/words.h"
#include "field/walk.h"
#include "names/names.h"
#include "ip/word_order.h"
#include "model/route.h"
#include "model/rule.h"
#include "output/json.h"
#include "output/text.h"

enum {
	WORDS_MAX = 64,
	LINE_MAX_BYTES = 4096,
};

static const char separator[] = " ; ";

/* What a run has and keeps count of. */
struct run {
	struct names *names;
	struct keywords *route_words, *rule_words, *ip_route_words, *ip_rule_words;
	struct arena arena;
	bool update;
	int tests, failures;
};

/* One golden file and the two beside it. */
struct golden {
	const char *path;
	const char *name; /* the path without its directories */
	int line;
	FILE *wire, *json; /* being read, or being written with --update; NULL: absent */
};

/* A line, taken apart. */
struct expectation {
	char *words;
	bool ok;
	const char *canonical;
	int status;
	const char *message;
	const char *at;   /* the word at fault; NULL: not said */
	const char *hint; /* NULL: not said */
};

/* What became of a line's words. */
struct outcome {
	const char *verb;
	enum dialect dialect;
	const struct object *object;
	union {
		struct route route;
		struct rule rule;
	} parsed, decoded;
	bool failed;
	struct error error;
	const char *word[WORDS_MAX];
	struct words words;
	struct buffer text, wire, json;
};

/* ---- TAP ---- */

static void tell(struct run *run, const struct golden *golden, const char *words,
	const struct buffer *complaint)
{
	run->tests++;
	if (complaint->length)
		run->failures++;
	printf("%sok %d - %s:%d %s\n", complaint->length ? "not " : "", run->tests, golden->name,
		golden->line, words);
	if (complaint->length)
		fputs(complaint->data, stdout);
}

static void complain(
	struct buffer *complaint, const char *what, const char *wanted, const char *got)
{
	if (wanted && !strcmp(wanted, got))
		return;
	buffer_format(complaint, "# %s\n#   wanted: %s\n#      got: %s\n", what,
		wanted ? wanted : "(no such line)", got);
	buffer_text(complaint);
}

/* ---- words become a record, and the record everything else ---- */

/* `-4`, `-6`, `-m N` before the verb; `-ip`: it is a line of ip's, object first. */
static void read_options(struct parser *parser)
{
	struct words *words = parser->words;

	for (;;) {
		if (words_accept(words, "-4"))
			parser->family = AF_INET;
		else if (words_accept(words, "-6"))
			parser->family = AF_INET6;
		else if (words_accept(words, "-ip"))
			parser->dialect = DIALECT_IP;
		else if (words_accept(words, "-m"))
			parser->fib_model = *words_take(words) - '0';
		else
			return;
	}
}

/* The words of `del` select: no message is made of them. */
static bool is_selection(const struct outcome *outcome)
{
	return !strncmp(outcome->verb, "del", 3);
}

static void parse(struct run *run, struct outcome *outcome)
{
	struct parser parser = {
		.words = &outcome->words,
		.names = run->names,
		.arena = &run->arena,
		.family_word = -1,
	};
	struct origin origin;
	const struct keywords *keywords;

	read_options(&parser);
	outcome->dialect = parser.dialect;
	outcome->verb = words_take(parser.words);
	outcome->object = strstr(outcome->verb, "rule") ? &rule_object : &route_object;
	keywords = outcome->object == &rule_object ? run->rule_words : run->route_words;
	if (parser.dialect == DIALECT_IP) {
		outcome->verb = words_take(parser.words);
		keywords =
			outcome->object == &rule_object ? run->ip_rule_words : run->ip_route_words;
	}
	origin_clear(&origin, outcome->object);
	outcome->failed =
		fields_parse(&parser, keywords, 0, &outcome->parsed, &origin, &outcome->error) ||
		outcome->object->finish(
			&parser, &outcome->parsed, &origin, is_selection(outcome), &outcome->error);
}

union sent {
	struct nlmsghdr header;
	unsigned char bytes[MESSAGE_MAX + 1];
};

/* The bytes between the end of an attribute and the next one: libmnl 1.0.5 sets them, 1.0.4 does
 * not. `others` was made in a memory with other bytes. */
static bool is_padding(const union sent *message, const union sent *others, uint32_t at)
{
	uint32_t start = at;
	uint32_t end = at;

	while (message->bytes[end] != others->bytes[end])
		end++;
	while (start && message->bytes[start - 1] != others->bytes[start - 1])
		start--;
	return at < end && end % NLA_ALIGNTO == 0 && end - start < NLA_ALIGNTO;
}

static void encode(struct run *run, struct outcome *outcome, struct buffer *complaint)
{
	const struct object *object = outcome->object;
	union sent message, others;

	if (is_selection(outcome)) {
		buffer_string(&outcome->wire, "-");
		return;
	}
	memset(&message, 0xa5, sizeof message);
	memset(&others, 0x5a, sizeof others);
	fields_encode(object, &outcome->parsed, object->type_new, 0, &message);
	fields_encode(object, &outcome->parsed, object->type_new, 0, &others);
	/* What is behind them is the same, so that a run of bytes that differ ends. */
	others.bytes[message.header.nlmsg_len] = message.bytes[message.header.nlmsg_len];
	for (uint32_t i = 0; i < message.header.nlmsg_len; i++)
		buffer_format(&outcome->wire, "%02x",
			is_padding(&message, &others, i) ? 0 : message.bytes[i]);
	if (fields_decode(object, &message.header, &run->arena, &outcome->decoded))
		complain(complaint, "its message does not decode", "", "-1");
}

/* A rule's own record is a route by itself, and nftables keeps what it does: they are not in the
 * message. */
static bool is_in_message(const struct outcome *outcome)
{
	if (outcome->object == &route_object)
		return !outcome->parsed.route.nat.given;
	return outcome->object != &rule_object ||
	       (!outcome->parsed.rule.own.given && !rule_has_part(&outcome->parsed.rule));
}

static void render(struct run *run, struct outcome *outcome)
{
	struct view view = {.names = run->names, .complete = true, .family = AF_UNSPEC};
	const void *record = &outcome->decoded;
	struct writer *text;
	struct writer *json;
	enum spacing spacing = SPACING_BETWEEN;
	char prefix[32] = "";

	if (is_selection(outcome) || !is_in_message(outcome))
		record = &outcome->parsed;
	if (outcome->dialect == DIALECT_IP) {
		view.dialect = DIALECT_IP;
		view.oneline = true;
		view.complete = false;
		spacing = outcome->object == &rule_object ? SPACING_BEFORE : SPACING_AFTER;
	} else {
		snprintf(prefix, sizeof prefix, "%s ", outcome->verb);
	}
	text = text_writer(&outcome->text, spacing, false, prefix);
	json = json_writer(&outcome->json, false);
	writer_begin(text);
	fields_render(text, outcome->object, record, &view);
	writer_end(text);
	writer_begin(json);
	fields_render(json, outcome->object, record, &view);
	writer_end(json);
	writer_free(text);
	writer_free(json);
	while (outcome->text.length && strchr(" \n", outcome->text.data[outcome->text.length - 1]))
		outcome->text.length--;
	while (outcome->json.length && outcome->json.data[outcome->json.length - 1] == '\n')
		outcome->json.length--;
}

/* What the JSON says, read again as restore reads it, in canonical words. */
static void read_back(struct run *run, const struct outcome *outcome, struct buffer *text)
{
	struct buffer copy = {0};
	const char *word[WORDS_MAX];
	struct words words = {.word = word};
	struct parser parser = {
		.words = &words,
		.names = run->names,
		.arena = &run->arena,
		.family_word = -1,
	};
	struct view view = {.names = run->names, .complete = true, .family = AF_UNSPEC};
	bool is_rule = outcome->object == &rule_object;
	void *record = arena_get(&run->arena, outcome->object->size);
	struct writer *writer = text_writer(text, SPACING_BETWEEN, false, "");
	struct origin origin;
	struct error error = {0};
	struct json json = {0};

	buffer_add(&copy, outcome->json.data, outcome->json.length);
	buffer_text(&copy);
	json.at = copy.data;
	origin_clear(&origin, outcome->object);
	words.count = json_open(&json) ? -1 : json_next(&json, word, WORDS_MAX);
	if (words.count < 0)
		buffer_string(text, json.reason);
	else if (fields_parse(&parser, is_rule ? run->rule_words : run->route_words, 0, record,
			 &origin, &error) ||
		 outcome->object->finish(&parser, record, &origin, false, &error))
		buffer_string(text, error.message);
	else
		fields_render(writer, outcome->object, record, &view);
	if (text->length && text->data[text->length - 1] == '\n')
		text->length--;
	writer_free(writer);
	json_close(&json);
	buffer_free(&copy);
}

/* ---- comparing ---- */

static const char *error_word(const struct outcome *outcome)
{
	const struct error *error = &outcome->error;

	if (!error->words || error->word < 0)
		return "-";
	if (error->words != &outcome->words)
		return "(of another line)";
	if (error->word == error->words->count)
		return "$";
	return *error->words->word[error->word] ? error->words->word[error->word] : "''";
}

/* `WORD`, or `WORD@INDEX` where the line has it twice. */
static void check_word(
	const struct expectation *expected, const struct outcome *outcome, struct buffer *complaint)
{
	struct buffer got = {0};
	bool indexed = strchr(expected->at, '@');

	buffer_string(&got, error_word(outcome));
	if (indexed)
		buffer_format(&got, "@%d", outcome->error.word);
	complain(complaint, "word at fault", expected->at, buffer_text(&got));
	buffer_free(&got);
}

static void check_error(
	const struct expectation *expected, const struct outcome *outcome, struct buffer *complaint)
{
	char wanted[16];
	char got[16];

	if (!outcome->failed) {
		complain(complaint, "should be refused", expected->message, "it was taken");
		return;
	}
	snprintf(wanted, sizeof wanted, "%d", expected->status);
	snprintf(got, sizeof got, "%d", (int)outcome->error.status);
	complain(complaint, "status", wanted, got);
	complain(complaint, "message", expected->message, outcome->error.message);
	if (expected->at)
		check_word(expected, outcome, complaint);
	complain(complaint, "hint", expected->hint ? expected->hint : "", outcome->error.hint);
}

/* Compares with the next line of a file beside the golden one, or writes it. */
static void check_beside(struct run *run, FILE *file, const char *what, struct buffer *got,
	bool comparable, struct buffer *complaint)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	if (run->update) {
		fprintf(file, "%s\n", buffer_text(got));
		return;
	}
	length = file ? getline(&line, &size, file) : -1;
	if (length > 0 && line[length - 1] == '\n')
		line[length - 1] = '\0';
	if (comparable)
		complain(complaint, what, length < 0 ? NULL : line, buffer_text(got));
	free(line);
}

static void check_ok(struct run *run, const struct golden *golden,
	const struct expectation *expected, struct outcome *outcome, struct buffer *complaint)
{
	bool little_endian = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	struct buffer again = {0};

	if (outcome->failed) {
		complain(complaint, "should be taken", expected->canonical, outcome->error.message);
		complain(complaint, "hint", "", outcome->error.hint);
	} else {
		encode(run, outcome, complaint);
		render(run, outcome);
		complain(complaint, "canonical words", expected->canonical,
			buffer_text(&outcome->text));
	}
	check_beside(run, golden->wire, "message", &outcome->wire, little_endian, complaint);
	check_beside(run, golden->json, "JSON", &outcome->json, true, complaint);
	if (outcome->failed || is_selection(outcome) || outcome->dialect == DIALECT_IP)
		return;
	read_back(run, outcome, &again);
	complain(complaint, "JSON read again", strchr(expected->canonical, ' ') + 1,
		buffer_text(&again));
	buffer_free(&again);
}

static void run_line(
	struct run *run, const struct golden *golden, const struct expectation *expected)
{
	struct outcome outcome = {.words = {.word = outcome.word}};
	struct buffer complaint = {0};
	char cut[LINE_MAX_BYTES];
	const char *reason;

	snprintf(cut, sizeof cut, "%s", expected->words);
	outcome.words.count = words_cut(cut, outcome.word, WORDS_MAX, &reason);
	if (outcome.words.count <= 0) {
		complain(&complaint, "words", "a line of words", reason);
	} else {
		parse(run, &outcome);
		if (expected->ok)
			check_ok(run, golden, expected, &outcome, &complaint);
		else
			check_error(expected, &outcome, &complaint);
	}
	tell(run, golden, expected->words, &complaint);
	buffer_free(&complaint);
	buffer_free(&outcome.text);
	buffer_free(&outcome.wire);
	buffer_free(&outcome.json);
	arena_reset(&run->arena);
}

/* ---- files ---- */

/* Cuts off and returns what stands before the separator; *rest becomes NULL at the end. */
static char *next_part(char **rest)
{
	char *part = *rest;
	char *end = part ? strstr(part, separator) : NULL;

	*rest = end ? end + strlen(separator) : NULL;
	if (end)
		*end = '\0';
	return part;
}

static bool read_expectation(char *line, struct expectation *expected)
{
	char *rest = line;
	const char *verdict;

	*expected = (struct expectation){.words = next_part(&rest)};
	verdict = next_part(&rest);
	if (!verdict || !rest)
		return false;
	expected->ok = !strcmp(verdict, "ok");
	if (expected->ok) {
		expected->canonical = rest;
		return true;
	}
	expected->status = (int)strtol(verdict + strcspn(verdict, " "), NULL, 10);
	expected->message = next_part(&rest);
	expected->at = next_part(&rest);
	expected->hint = rest;
	return !strncmp(verdict, "error ", 6);
}

static FILE *open_beside(const struct run *run, const char *path, const char *suffix)
{
	struct buffer name = {0};
	FILE *file;

	buffer_format(&name, "%s.%s", path, suffix);
	file = fopen(buffer_text(&name), run->update ? "w" : "r");
	if (!file && run->update) {
		perror(buffer_text(&name));
		exit(EXIT_FAILURE);
	}
	buffer_free(&name);
	return file;
}

/* What stands behind the last ok-line belongs to none. */
static void check_end(struct run *run, const struct golden *golden, FILE *file, const char *suffix)
{
	struct buffer complaint = {0};

	if (!run->update && file && fgetc(file) != EOF)
		complain(&complaint, "more lines than the golden file has", suffix, "run --update");
	if (complaint.length)
		tell(run, golden, suffix, &complaint);
	buffer_free(&complaint);
}

static void run_lines(struct run *run, struct golden *golden, FILE *file)
{
	char *line = NULL;
	size_t size = 0;
	ssize_t length;

	while ((length = getline(&line, &size, file)) >= 0) {
		struct expectation expected;
		struct buffer complaint = {0};

		golden->line++;
		while (length && (line[length - 1] == '\n' || line[length - 1] == ' '))
			line[--length] = '\0';
		if (!length || *line == '#')
			continue;
		if (read_expectation(line, &expected)) {
			run_line(run, golden, &expected);
		} else {
			complain(&complaint, "line", "words ; ok ; words", line);
			tell(run, golden, line, &complaint);
			buffer_free(&complaint);
		}
	}
	free(line);
}

static void run_file(struct run *run, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct golden golden = {.path = path, .name = slash ? slash + 1 : path};
	FILE *file = fopen(path, "r");

	if (!file) {
		perror(path);
		exit(EXIT_FAILURE);
	}
	golden.wire = open_beside(run, path, "wire");
	golden.json = open_beside(run, path, "json");
	run_lines(run, &golden, file);
	check_end(run, &golden, golden.wire, "wire");
	check_end(run, &golden, golden.json, "json");
	fclose(file);
	if (golden.wire)
		fclose(golden.wire);
	if (golden.json)
		fclose(golden.json);
}

/* The folder of the golden files: from the source tree, wherever it is built. */
static void find_folder(struct buffer *folder)
{
	const char *top = getenv("top_srcdir");

	buffer_format(folder, "%s/tests/golden", top && *top ? top : ".");
	buffer_text(folder);
}

int main(int argc, char **argv)
{
	struct run run = {.update = argc > 1 && !strcmp(argv[1], "--update")};
	struct buffer folder = {0};
	struct buffer pattern = {0};
	struct buffer etc = {0};
	glob_t files;

	find_folder(&folder);
	buffer_format(&pattern, "%s/*.golden", buffer_text(&folder));
	buffer_format(&etc, "%s/names/etc", buffer_text(&folder));
	buffer_text(&etc);
	run.names = names_new_in(buffer_text(&etc), buffer_text(&etc));
	names_devices(run.names, test_devices());
	run.route_words = keywords_new(&route_object, DIALECT_OWN);
	run.rule_words = keywords_new(&rule_object, DIALECT_OWN);
	run.ip_route_words = keywords_ordered(&route_object, ip_route_order);
	run.ip_rule_words = keywords_ordered(&rule_object, ip_rule_order);
	if (glob(buffer_text(&pattern), 0, NULL, &files)) {
		fprintf(stderr, "no golden files in %s\n", buffer_text(&folder));
		return EXIT_FAILURE;
	}
	for (size_t i = 0; i < files.gl_pathc; i++)
		run_file(&run, files.gl_pathv[i]);
	printf("1..%d\n", run.tests);
	globfree(&files);
	keywords_free(run.route_words);
	keywords_free(run.rule_words);
	keywords_free(run.ip_route_words);
	keywords_free(run.ip_rule_words);
	names_free(run.names);
	arena_free(&run.arena);
	buffer_free(&folder);
	buffer_free(&pattern);
	buffer_free(&etc);
	return run.failures ? EXIT_FAILURE : EXIT_SUCCESS;
}
