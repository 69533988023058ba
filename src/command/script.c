/* Reading files of commands, a chunk at a time: a million lines need no more memory than one. */
#include "command/script.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	CHUNK = 256 * 1024,
	PLACES_APART = 64 * 1024, /* bytes */
};

/* Where a line begins. */
struct script_place {
	uint64_t offset;
	int line; /* number of the line before it */
};

static int refuse_file(const struct script *script, struct error *error)
{
	return error_set(error, STATUS_WORDS, "%s: %s", script->name, strerror(errno));
}

/* What cannot be read twice (a pipe) is kept, compactly, outside of the program's own memory. */
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

int script_open(struct script *script, const char *name, struct error *error)
{
	*script = (struct script){
		.name = name,
		.spool = -1,
		.places = {.size = sizeof(struct script_place)},
	};
	if (strcmp(name, "-"))
		script->descriptor = open(name, O_RDONLY | O_CLOEXEC);
	if (script->descriptor < 0)
		return refuse_file(script, error);
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
}

/* The next bytes, at most CHUNK; 0: the end. */
static ssize_t script_read(struct script *script, void *memory)
{
	ssize_t length;
	ssize_t kept = 0;

	do {
		length = script->spool == script->descriptor
		                 ? pread(script->spool, memory, CHUNK, (off_t)script->offset)
		                 : read(script->descriptor, memory, CHUNK);
	} while (length < 0 && errno == EINTR);
	if (length <= 0 || script->spool == script->descriptor)
		return length;
	while (kept < length) {
		ssize_t written =
			write(script->spool, (char *)memory + kept, (size_t)(length - kept));

		if (written < 0)
			return -1;
		kept += written;
	}
	return length;
}

static void note_place(struct script *script)
{
	struct script_place place = {script->offset - script->text.length, script->begun - 1};
	const struct script_place *last =
		script->places.count ? vector_at(&script->places, script->places.count - 1) : NULL;

	if (!last || place.offset - last->offset >= PLACES_APART)
		vector_push(&script->places, &place);
}

/* Drops what is read already, and reads one chunk more. */
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
	return 0;
}

/* The next line as it stands in the file, without its newline; NULL: the end. */
static int script_line(struct script *script, char **line, struct error *error)
{
	struct buffer *text = &script->text;
	size_t searched = 0;
	char *end;

	for (;;) {
		char *start = text->data + script->next;
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
	if (!script->line++)
		snprintf(script->head, sizeof script->head, "%s", *line);
	if (**line)
		memccpy(script->tail, *line, '\0', sizeof script->tail - 1);
	return 0;
}

/* A line that ends in a backslash goes on in the next: it is joined to it in place. */
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
		/* Read on from the beginning of the whole, so that filling keeps it. */
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

/* JSON begins with a bracket, which no verb does; it is read whole. */
static int script_start(struct script *script, struct error *error)
{
	size_t blanks = 0;

	script->started = true;
	script->begun = 1;
	do {
		if (script_fill(script, error))
			return -1;
		buffer_text(&script->text);
		blanks = strspn(script->text.data, " \t\r\n");
	} while (!script->ended && blanks == script->text.length);
	script->is_json = script->text.data[blanks] == '[';
	while (script->is_json && !script->ended)
		if (script_fill(script, error))
			return -1;
	if (!script->is_json)
		return 0;
	buffer_text(&script->text);
	script->json.at = script->text.data;
	if (!json_open(&script->json))
		return 0;
	return error_set(error, STATUS_WORDS, "%s: %s", script->name, script->json.reason);
}

/* Elements are counted as lines: that is what `save` writes. */
static int script_element(struct script *script, struct words *words, struct error *error)
{
	script->begun = ++script->line;
	*words = (struct words){
		.word = script->word,
		.file = script->name,
		.line = script->line,
	};
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

/* The last known place before a line. */
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
