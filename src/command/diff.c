/* SPDX-License-Identifier: GPL-2.0-or-later */
/* diff: shows the packets that two policies treat differently. */
#include <string.h>

#include "command/command.h"
#include "command/diff.h"
#include "command/diff_lines.h"
#include "command/packet_changes.h"
#include "command/subject.h"

#define LABEL(name) (&(struct label){.word = (name), .key = (name)})

static bool write_change(const struct packet_change *change, void *context)
{
	struct shown_changes *shown = context;

	if (shown->count == shown->most) {
		shown->more = true;
		return false;
	}
	shown->count++;
	if (shown->writer) {
		writer_open(shown->writer);
		writer_string(shown->writer, LABEL("packets"), TINT_NONE, change->packets);
		writer_string(shown->writer, LABEL("before"), TINT_NONE, change->before);
		writer_string(shown->writer, LABEL("after"), TINT_NONE, change->after);
		writer_string(shown->writer, LABEL("packet"), TINT_NONE, change->packet);
		writer_close(shown->writer);
	} else {
		buffer_format(&shown->session->out, "%s: %s -> %s\n    packet: %s\n",
			change->packets, change->before, change->after, change->packet);
	}
	return !session_flush(shown->session, false);
}

int shown_changes_write(struct shown_changes *shown, struct snapshot *before,
	struct snapshot *after, struct error *error)
{
	if (!shown->most)
		shown->most = CHANGES_SHOWN_MOST;
	return packet_changes(shown->session, before, after, shown->session->options.family,
		write_change, shown, error);
}

void shown_changes_warn(const struct shown_changes *shown, const char *hint)
{
	struct error warning;

	if (!shown->more)
		return;
	error_set(&warning, STATUS_DONE,
		"there are more packets that are treated differently: %zu sets of them are shown",
		shown->count);
	if (hint)
		error_hint(&warning, "%s", hint);
	shown->session->report(&warning);
}

static int run(struct session *session, struct subject *before, struct subject *after, bool lines,
	struct error *error)
{
	struct shown_changes shown = {.session = session};
	int status;

	if (session->options.json) {
		shown.writer = session_writer(session, "");
		writer_begin(shown.writer);
	}
	status = lines ? diff_lines(session, before, after, shown.writer, &shown.count, error)
	               : shown_changes_write(&shown, before->snapshot, after->snapshot, error);
	if (shown.writer) {
		writer_end(shown.writer);
		writer_free(shown.writer);
	}
	shown_changes_warn(&shown, "`diff -lines` shows the lines in which the policies differ");
	if (shown.count)
		session->answer = STATUS_NO;
	return status;
}

/* `-` stands for the kernel. */
static const char *subject_name(const char *word)
{
	return strcmp(word, "-") != 0 ? word : NULL;
}

int command_diff(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct subject before = {0};
	struct subject after = {0};
	bool lines = words_accept(words, "-lines") || words_accept(words, "--lines");
	int status = 0;

	(void)command;
	if (words->count - words->next != 2)
		return error_at(error, words, words->count,
			"diff compares two policies: a FILE, or - for the kernel");
	before.name = subject_name(words_take(words));
	after.name = subject_name(words_take(words));
	before.completes = !after.name;
	after.completes = !before.name;
	if (subject_open(session, &before, error) || subject_open(session, &after, error))
		status = -1;
	if (!status)
		status = run(session, &before, &after, lines, error);
	if (status)
		session_keep_error(session, error);
	subject_close(session, &before);
	subject_close(session, &after);
	return status;
}
