/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps or undoes a change that waits to be confirmed. What cannot be undone while a device is down
 * is left for later. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "command/command.h"
#include "command/pending.h"

static int refuse_removal(const char *path, struct error *error)
{
	return error_set(error, STATUS_REFUSED, "cannot remove %s: %s", path, strerror(errno));
}

int pending_keep(struct pending *pending, struct error *error)
{
	return unlink(pending->path) ? refuse_removal(pending->path, error) : 0;
}

/* Appends the lines with these numbers (int); the first line of the file, its head, is not part of
 * `text`. */
static void pick_lines(const struct buffer *text, const struct vector *numbers, struct buffer *out)
{
	const char *line = text->data;
	const char *end = line + text->length;

	for (int number = 2; line < end; number++) {
		const char *next = memchr(line, '\n', (size_t)(end - line));
		size_t length = (size_t)((next ? next + 1 : end) - line);

		for (size_t i = 0; i < numbers->count; i++) {
			if (*(const int *)vector_at(numbers, i) != number)
				continue;
			buffer_add(out, line, length);
			break;
		}
		line += length;
	}
}

/* Keeps the lines that the kernel refused only for now. Returns 0, or -1 with the error. */
static int keep_rest(struct pending *pending, const struct vector *left, struct error *error)
{
	struct buffer text = {0}, rest = {0};
	int status = pending_read_file(pending, &text, error);

	if (!status) {
		pick_lines(&text, left, &rest);
		status = pending_write_rest(&rest, error);
	}
	buffer_free(&text);
	buffer_free(&rest);
	return status;
}

/* Runs the lines. Fills `left` with the numbers of those that may be made later. */
static int run_lines(struct session *session, struct pending *pending, struct vector *left,
	bool *unread, struct error *error)
{
	const char *word[] = {pending->path};
	struct words words = {.word = word, .count = 1};
	struct options given = session->options;
	struct error later;
	int status;

	/* Changes made by others meanwhile must not stop the rest; the number of lines that they
	 * affect does not matter. */
	session->options = (struct options){.ensure = true, .force = true, .json = true};
	session->settled = true;
	session->changed = false;
	session->undoing = left;
	status = command_batch(session, command_find("batch"), &words, error);
	session->undoing = NULL;
	/* A line that names a device is refused if the devices could not be read. */
	*unread = session_check_names(session, status ? &later : error);
	session->options = given;
	return status;
}

/* Says how many of the lines above are left for later. Returns -1. */
static int refuse_rest(size_t left, struct error *error)
{
	error_set(error, STATUS_PARTLY,
		"the change is undone but for the lines above; %zu of them wait%s for a device",
		left, left == 1 ? "s" : "");
	return error_hint(error,
		"when it is there and up: `iproute rollback`; `iproute confirm` gives "
		"them up");
}

int pending_undo(struct session *session, struct pending *pending, struct error *error)
{
	struct vector left = {.size = sizeof(int)};
	size_t count;
	bool unread;
	int status = run_lines(session, pending, &left, &unread, error);

	if (status || unread)
		error->status = STATUS_PARTLY;
	if (unread || (status && !session->changed)) {
		vector_free(&left);
		return error_hint(error,
			"the change is not undone: this is tried again by the next command that "
			"changes something; remove %s to keep the change",
			pending->path);
	}
	count = status ? left.count : 0;
	if (count)
		status = keep_rest(pending, &left, error) ? -1 : refuse_rest(count, error);
	vector_free(&left);
	/* The rest is in its place. */
	if ((count && pending->rest) || !unlink(pending->path) || status)
		return status;
	refuse_removal(pending->path, error);
	error->status = STATUS_PARTLY;
	return error_hint(error, "the change is undone; remove the file, or it is undone again");
}

static int settle(struct session *session, struct error *error)
{
	struct pending pending;
	unsigned int left;
	int status = pending_find(&pending, error);

	if (!status && pending.descriptor >= 0) {
		left = pending_left(&pending);
		if (left) {
			error_set(error, STATUS_GUARDED,
				"a change waits to be confirmed, for %u s: nothing else is changed "
				"until then",
				left);
			status = error_hint(error, "`iproute confirm` keeps it, `iproute rollback` "
						   "undoes it at once");
		} else {
			status = pending_undo(session, &pending, error);
		}
	}
	pending_close(&pending);
	return status;
}

int pending_settle(struct session *session, struct error *error)
{
	if (session->options.dry_run || session->settled)
		return 0;
	if (session_lock(session, error))
		return -1;
	session->settled = true;
	return settle(session, error);
}
