/* Reading files of commands, a chunk at a time: a million lines need no more memory than one. */
#include "command/script.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum { CHUNK = 256 * 1024 };

int script_open(struct script *script, const char *name, struct error *error)
{
	*script = (struct script){.name = name};
	if (strcmp(name, "-"))
		script->descriptor = open(name, O_RDONLY | O_CLOEXEC);
	if (script->descriptor >= 0)
		return 0;
	return error_set(error, STATUS_WORDS, "%s: %s", name, strerror(errno));
}

void script_close(struct script *script)
{
	if (script->descriptor > STDIN_FILENO)
		close(script->descriptor);
	buffer_free(&script->text);
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
	do {
		length = read(script->descriptor, buffer_reserve(text, CHUNK), CHUNK);
	} while (length < 0 && errno == EINTR);
	if (length < 0)
		return error_set(error, STATUS_WORDS, "%s: %s", script->name, strerror(errno));
	buffer_advance(text, (size_t)length);
	script->ended = !length;
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
	script->line++;
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
	length = strlen(*line);
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
		length = strlen(rest);
	}
	return 0;
}

int script_next(struct script *script, struct words *words, struct error *error)
{
	const char *reason = NULL;
	int first;
	char *line;

	do {
		first = script->line + 1;
		if (script_logical_line(script, &line, error))
			return -1;
		*words = (struct words){.word = script->word, .file = script->name, .line = first};
		if (!line)
			return 0;
		words->count = words_cut(line, script->word, SCRIPT_WORDS_MAX, &reason);
		if (words->count < 0) {
			words->count = 0;
			return error_at(error, words, -1, "%s", reason);
		}
	} while (!words->count);
	if (!strcmp(words->word[0], "iproute") || !strcmp(words->word[0], "ip")) {
		words->word++;
		words->count--;
	}
	return 0;
}
