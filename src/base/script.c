/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads files of commands in chunks: a million lines need no more memory than one. */
#include "base/script.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/missing_file.h"
#include "base/streams.h"

enum {
	CHUNK = 256 * 1024,
	PLACES_APART = 64 * 1024, /* bytes */
};

/* Where a line starts. */
struct script_place {
	uint64_t offset;
	int line; /* number of the line before it */
};

static int refuse_file(const struct script *script, struct error *error)
{
	return error_set(error, STATUS_WORDS, "%s: %s",
		strcmp(script->name, "-") ? script->name : "standard input", strerror(errno));
}

/* Keeps an input that can't be read twice (a pipe) outside of the program's own memory. */
static int script_prepare_spool(struct script *script, struct error *error)
{
	struct stat status;

	script->spool = script->descriptor;
	if (fstat(script->descriptor, &status))
		return refuse_file(script, error);
	if (S_ISREG(status.st_mode)) {
		off_t offset = lseek(script->descriptor, 0, SEEK_CUR);

		script->offset = offset > 0 ? (uint64_t)offset : 0;
		return 0;
	}
	script->spool = memfd_create("lines", MFD_CLOEXEC);
	return script->spool < 0 ? refuse_file(script, error) : 0;
}

/* Skips the byte order mark that editors put before UTF-8. */
static void skip_mark(struct script *script)
{
	static const char mark[] = "\xef\xbb\xbf";

	if (script->text.length >= strlen(mark) && !memcmp(script->text.data, mark, strlen(mark)))
		script->next = strlen(mark);
}

int script_open(struct script *script, const char *name, struct error *error)
{
	*script = (struct script){
		.name = name,
		.spool = -1,
		.places = {.size = sizeof(struct script_place)},
	};
	if (strcmp(name, "-"))
		script->descriptor = open(name, O_RDONLY | O_CLOEXEC);
	if (script->descriptor < 0) {
		refuse_file(script, error);
		return errno == ENOENT ? missing_file_hint(name, 0, error) : -1;
	}
	return script_prepare_spool(script, error);
}

void script_close(struct script *script)
{
	if (!script->borrowed && script->spool >= 0 && script->spool != script->descriptor)
		close(script->spool);
	if (!script->borrowed && script->descriptor > STDIN_FILENO)
		close(script->descriptor);
	buffer_free(&script->text);
	vector_free(&script->places);
	json_close(&script->json);
	free(script->word);
}

/* Reads the next bytes, at most CHUNK. Returns 0 at the end. */
static ssize_t script_read(struct script *script, void *memory)
{
	ssize_t length;

	if (script->spool != script->descriptor) {
		length = stream_read(script->descriptor, memory, CHUNK);
		if (length > 0 && stream_write(script->spool, memory, (size_t)length))
			return -1;
		return length;
	}
	do {
		length = pread(script->spool, memory, CHUNK, (off_t)script->offset);
	} while (length < 0 && errno == EINTR);
	return length;
}

int script_read_ahead(struct script *script, struct error *error)
{
	void *memory = buffer_reserve(&script->text, CHUNK);
	ssize_t length = script->spool != script->descriptor;

	while (length > 0)
		length = script_read(script, memory);
	script->descriptor = script->spool;
	return length < 0 ? refuse_file(script, error) : 0;
}

static void note_place(struct script *script)
{
	struct script_place place = {script->offset - script->text.length, script->begun - 1};
	const struct script_place *last =
		script->places.count ? vector_at(&script->places, script->places.count - 1) : NULL;

	if (!last || place.offset - last->offset >= PLACES_APART)
		vector_push(&script->places, &place);
}

/* Drops the lines read already and reads one chunk more. */
static int script_fill(struct script *script, struct error *error)
{
	struct buffer *text = &script->text;
	ssize_t length;

	if (script->next) {
		memmove(text->data, text->data + script->next, text->length - script->next);
		text->length -= script->next;
		script->next = 0;
	}
	note_place(script);
	length = script_read(script, buffer_reserve(text, CHUNK));
	script->ended = length <= 0;
	if (length < 0)
		return refuse_file(script, error);
	script->offset += (uint64_t)length;
	buffer_advance(text, (size_t)length);
	if (script->offset == text->length && !script->line)
		skip_mark(script);
	return 0;
}

static void copy_note(char note[SCRIPT_NOTE_MAX], const char *line, size_t length)
{
	if (length >= SCRIPT_NOTE_MAX)
		length = SCRIPT_NOTE_MAX - 1;
	memcpy(note, line, length);
	note[length] = '\0';
}

/* Notes a line up to `end` as the first or last one, which identify the file. If lines end with CR
 * LF, moves the CR before a backslash at the end, which joins lines; there it is a blank. */
static void note_line(struct script *script, const char *line, char *end)
{
	if (end - line >= 2 && end[-1] == '\r' && end[-2] == '\\')
		memcpy(end - 2, "\r\\", 2);
	while (end > line && (end[-1] == '\r' || end[-1] == ' ' || end[-1] == '\t'))
		end--;
	if (!script->line++)
		copy_note(script->head, line, (size_t)(end - line));
	if (end > line)
		copy_note(script->tail, line, (size_t)(end - line));
}

/* Reads the next physical line, without its newline; NULL at the end. */
static int script_line(struct script *script, char **line, struct error *error)
{
	struct buffer *text = &script->text;
	size_t searched = 0;
	char *end;

	buffer_reserve(text, 1);
	for (;;) {
		const char *start = text->data + script->next;
		size_t length = text->length - script->next;

		end = length > searched ? memchr(start + searched, '\n', length - searched) : NULL;
		if (end || script->ended)
			break;
		searched = length;
		if (script_fill(script, error))
			return -1;
	}
	*line = NULL;
	if (!end && script->next == text->length)
		return 0;
	if (!end) {
		buffer_char(text, '\n');
		end = text->data + text->length - 1;
	}
	*line = text->data + script->next;
	*end = '\0';
	script->next = (size_t)(end - text->data) + 1;
	note_line(script, *line, end);
	return 0;
}

/* Joins a line that ends with a backslash to the next one, in place. */
static int script_logical_line(struct script *script, char **line, struct error *error)
{
	size_t start;
	size_t length;
	char *rest;

	if (script_line(script, line, error))
		return -1;
	if (!*line)
		return 0;
	length = script->next - 1 - (size_t)(*line - script->text.data);
	while (length && (*line)[length - 1] == '\\') {
		start = script->next - 1 - length;
		script->text.data[script->next - 2] = ' ';
		script->text.data[script->next - 1] = ' ';
		/* Starts again at the first of the joined lines, so that filling keeps them. */
		script->next = start;
		script->line--;
		if (script_line(script, &rest, error))
			return -1;
		script->line++;
		if (!rest)
			break;
		*line = rest;
		length = script->next - 1 - (size_t)(rest - script->text.data);
	}
	return 0;
}

static int script_cut(struct script *script, char *line, struct words *words, struct error *error)
{
	size_t length = script->next - 1 - (size_t)(line - script->text.data);
	const char *reason = "there is a NUL byte in the line";

	words->count = strlen(line) < length
	                       ? -1
	                       : words_cut(line, script->word, SCRIPT_WORDS_MAX, &reason);
	if (words->count < 0) {
		words->count = 0;
		return error_at(error, words, -1, "%s", reason);
	}
	if (words->count && (!strcmp(words->word[0], "iproute") || !strcmp(words->word[0], "ip"))) {
		words->word++;
		words->count--;
	}
	return 0;
}

/* JSON starts with a bracket, unlike any verb; it is read completely. */
static int script_start(struct script *script, struct error *error)
{
	size_t blanks = 0;

	script->started = true;
	script->begun = 1;
	do {
		if (script_fill(script, error))
			return -1;
		buffer_text(&script->text);
		blanks = script->next + strspn(script->text.data + script->next, " \t\r\n");
	} while (!script->ended && blanks == script->text.length);
	script->is_json = script->text.data[blanks] == '[';
	while (script->is_json && !script->ended)
		if (script_fill(script, error))
			return -1;
	if (!script->is_json)
		return 0;
	if (strlen(buffer_text(&script->text)) < script->text.length)
		return error_set(
			error, STATUS_WORDS, "%s: there is a NUL byte in the file", script->name);
	script->json.at = script->text.data + script->next;
	if (!json_open(&script->json))
		return 0;
	return error_set(error, STATUS_WORDS, "%s: %s", script->name, script->json.reason);
}

/* Counts elements as lines, since `save` writes one per line. */
static int script_element(struct script *script, struct words *words, struct error *error)
{
	script->begun = ++script->line;
	*words = (struct words){
		.word = script->word,
		.file = script->name,
		.line = script->line,
	};
	/* After invalid JSON nothing can be read. */
	if (script->json.reason)
		return 0;
	words->count = json_next(&script->json, script->word, SCRIPT_WORDS_MAX);
	if (words->count >= 0)
		return 0;
	words->count = 0;
	words->line = script->json.line;
	return error_at(error, words, -1, "%s", script->json.reason);
}

int script_next(struct script *script, struct words *words, struct error *error)
{
	char *line;

	if (!script->word)
		script->word = memory_resize(NULL, SCRIPT_WORDS_MAX * sizeof *script->word);
	if (!script->started && script_start(script, error))
		return -1;
	if (script->is_json)
		return script_element(script, words, error);
	do {
		script->begun = script->line + 1;
		*words = (struct words){
			.word = script->word,
			.file = script->name,
			.line = script->begun,
		};
		if (script_logical_line(script, &line, error))
			return -1;
		if (!line)
			return 0;
		if (script_cut(script, line, words, error))
			return -1;
	} while (!words->count);
	return 0;
}

struct script script_again(const struct script *first)
{
	return (struct script){
		.name = first->name,
		.descriptor = first->spool,
		.spool = first->spool,
		.borrowed = true,
		.places = {.size = sizeof(struct script_place)},
	};
}

/* Returns the last known place before a line. */
static struct script_place place_before(const struct script *script, int line)
{
	const struct script_place *places = script->places.items;
	size_t low = 0;
	size_t high = script->places.count;

	while (low + 1 < high) {
		size_t middle = (low + high) / 2;

		if (places[middle].line < line)
			low = middle;
		else
			high = middle;
	}
	return places[low];
}

static int script_find_element(
	struct script *again, int line, struct words *words, struct error *error)
{
	if (again->line >= line) {
		again->started = again->ended = false;
		again->offset = 0;
		again->line = 0;
		buffer_reset(&again->text);
	}
	do {
		if (script_next(again, words, error))
			return -1;
	} while (again->line < line && words->count);
	return 0;
}

int script_find(struct script *again, const struct script *first, int line, struct words *words,
	struct error *error)
{
	struct script_place place = place_before(first, line);
	char *skipped = NULL;

	if (first->is_json)
		return script_find_element(again, line, words, error);
	again->started = true;
	if (again->line >= line || again->line < place.line || !again->text.data) {
		again->offset = place.offset;
		again->line = place.line;
		again->next = 0;
		again->ended = false;
		buffer_reset(&again->text);
	}
	while (again->line < line - 1) {
		again->begun = again->line + 1;
		if (script_line(again, &skipped, error))
			return -1;
		if (!skipped)
			break;
	}
	return script_next(again, words, error);
}
