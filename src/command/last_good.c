/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Keeps a copy of the last policy that was applied, and falls back to it. */
#include "command/last_good.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/replacement.h"
#include "base/streams.h"

static const char head[] = "# The last policy that iproute applied: it is used when that file is "
			   "refused. Written by iproute.\n";

/* Escapes it as in a policy file, where a dollar starts a name. */
static void add_word(struct buffer *out, struct buffer *spare, const char *word)
{
	buffer_reset(spare);
	for (; *word; word++) {
		if (*word == '$')
			buffer_char(spare, '$');
		buffer_char(spare, *word);
	}
	word_quote(out, buffer_text(spare));
}

static void add_words(struct buffer *out, const char *const *word, int count)
{
	struct buffer spare = {0};

	for (int i = 0; i < count; i++) {
		if (i)
			buffer_char(out, ' ');
		add_word(out, &spare, word[i]);
	}
	buffer_char(out, '\n');
	buffer_free(&spare);
}

/* A file that declares nothing may name the owner. */
static void begin(struct plan *plan)
{
	const char *const owner[] = {"owner", plan->owner_name};

	if (plan->copy.length)
		return;
	buffer_string(&plan->copy, head);
	add_words(&plan->copy, owner, 2);
}

void last_good_note(struct plan *plan)
{
	if (!plan->session->options.last_good)
		return;
	begin(plan);
	add_words(&plan->copy, plan->words.word, plan->words.count);
}

/* Returns true if the file has this content already: avoids a write at each start. */
static bool is_there(const char *path, const struct buffer *text)
{
	int descriptor = open(path, O_RDONLY | O_CLOEXEC);
	struct buffer there = {0};
	size_t size = text->length + 1;
	size_t length = 0;
	ssize_t part = descriptor < 0 ? -1 : 1;
	bool same;

	while (part > 0 && length < size) {
		part = read(descriptor, buffer_reserve(&there, size - length), size - length);
		if (part > 0) {
			buffer_advance(&there, (size_t)part);
			length += (size_t)part;
		}
	}
	same = !part && length == text->length && !memcmp(there.data, text->data, length);
	if (descriptor >= 0)
		close(descriptor);
	buffer_free(&there);
	return same;
}

static int write_copy(const char *path, const struct buffer *text, struct error *error)
{
	struct replacement file;

	if (replacement_open(&file, path, error))
		return -1;
	if (!stream_write(file.descriptor, text->data, text->length))
		return replacement_commit(&file, error);
	error_set(error, STATUS_REFUSED, "cannot write %s: %s", path, strerror(errno));
	replacement_abandon(&file);
	return -1;
}

/* The lines of a policy that are no declarations. */
static bool is_aside(const char *verb)
{
	return !strcmp(verb, "expect") || !strcmp(verb, "link") || !strcmp(verb, "addr") ||
	       !strcmp(verb, "save");
}

bool last_good_declares(const char *path)
{
	struct policy_lines lines;
	struct words words;
	struct error ignored;
	bool found = false;
	int status = policy_lines_open(&lines, path, &ignored);

	while (!status && !found) {
		status = policy_lines_next(&lines, &words, &ignored);
		if (status || !words.count)
			break;
		found = !is_aside(words.word[0]);
	}
	policy_lines_close(&lines);
	return found;
}

void last_good_keep(struct plan *plan)
{
	const char *path = plan->session->options.last_good;
	struct error warning;

	/* A change that waits to be confirmed may still be undone. */
	if (!path || plan->session->options.dry_run || plan->session->options.confirm)
		return;
	begin(plan);
	if (is_there(path, &plan->copy) || !write_copy(path, &plan->copy, &warning))
		return;
	warning.status = STATUS_DONE;
	error_hint(&warning, "the policy is in force, but an older one would be used if its file "
			     "were refused");
	plan->session->report(&warning);
}

int last_good_apply(struct session *session, const struct command *command,
	int (*run)(struct plan *plan, struct error *error), struct error *error)
{
	const char *path = session->options.last_good;
	const char *word[] = {path, NULL};
	struct words words = {.word = word, .count = 1};
	struct error warning;
	struct stat copy;
	struct tm time;
	char date[32] = "";

	if (stat(path, &copy))
		return -1;
	if (localtime_r(&copy.st_mtime, &time))
		strftime(date, sizeof date, "%Y-%m-%d %H:%M", &time);
	session->report(error);
	error_set(&warning, STATUS_DONE,
		"the policy is refused: %s, the last one that was applied (%s), takes its place",
		path, date);
	session->report(&warning);
	/* The copy stays as it is. */
	session->options.last_good = NULL;
	session->answer = STATUS_NO;
	return plan_run(session, command, &words, run, error);
}
