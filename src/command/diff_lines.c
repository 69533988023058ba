/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shows the lines in which two policies differ. */
#include "command/diff_lines.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/rtnetlink.h>

#include "base/memory.h"
#include "command/reason.h"
#include "names/names.h"
#include "state/own.h"

#define LABEL(name) (&(struct label){.word = (name), .key = (name)})

struct line_diff {
	struct session *session;
	struct writer *writer; /* NULL: text */
	size_t *shown;
};

struct lines {
	struct vector text; /* char * */
	const struct view *view;
	struct vector private; /* uint64_t: the private classes of the family's rules, sorted */
};

static void add_line(struct lines *lines, const char *verb, struct buffer *words)
{
	struct buffer line = {0};
	char *copy;

	buffer_format(&line, "%s %s", verb, buffer_text(words));
	copy = memory_string(buffer_text(&line));
	lines->text.size = sizeof copy;
	vector_push(&lines->text, &copy);
	buffer_free(&line);
	buffer_free(words);
}

static bool add_route_line(const struct route *route, void *context)
{
	struct lines *lines = context;
	uint64_t class = route->class.value;
	struct buffer words = {0};

	/* The line of a rule shows its own record. Another program may use such a number. */
	if (route->protocol.value == RTPROT_KERNEL || own_is_marker(route) ||
		vector_find(&lines->private, &class, compare_uint64))
		return true;
	reason_node(&words, route, lines->view);
	if (route->class.value != CLASS_MAIN)
		buffer_format(&words, " class %u", route->class.value);
	add_line(lines, "add", &words);
	return true;
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int collect_lines(
	struct subject *subject, uint8_t family, struct lines *lines, struct error *error)
{
	const struct vector *rules = snapshot_rules(subject->snapshot, family);
	struct scope scope = {.family = family};

	lines->private.size = sizeof(uint64_t);
	lines->private.count = 0;
	for (size_t i = 0; i < rules->count; i++) {
		const struct rule *rule = vector_at(rules, i);
		uint64_t class = rule->class.value;
		struct buffer words = {0};

		if (rule->own.given || rule->marked.given)
			vector_push(&lines->private, &class);
		buffer_format(&words, "pref %u ", rule->preference.value);
		reason_rule(&words, rule, lines->view);
		add_line(lines, "addrule", &words);
	}
	vector_sort(&lines->private, compare_uint64);
	return snapshot_each_route(subject->snapshot, &scope, add_route_line, lines, error);
}

static void show_line(struct line_diff *diff, char sign, const char *line)
{
	(*diff->shown)++;
	if (diff->writer) {
		writer_open(diff->writer);
		writer_string(
			diff->writer, LABEL(sign == '+' ? "added" : "removed"), TINT_NONE, line);
		writer_close(diff->writer);
	} else {
		buffer_format(&diff->session->out, "%c %s\n", sign, line);
	}
}

static char *line_at(const struct lines *lines, size_t index)
{
	return index < lines->text.count ? *(char **)vector_at(&lines->text, index) : NULL;
}

/* Both lists are sorted. */
static void show_lines(struct line_diff *diff, const struct lines *a, const struct lines *b)
{
	size_t i = 0;
	size_t j = 0;

	while (line_at(a, i) || line_at(b, j)) {
		int order = !line_at(a, i)   ? 1
		            : !line_at(b, j) ? -1
		                             : strcmp(line_at(a, i), line_at(b, j));

		if (order < 0)
			show_line(diff, '-', line_at(a, i));
		else if (order > 0)
			show_line(diff, '+', line_at(b, j));
		i += order <= 0;
		j += order >= 0;
	}
}

static void free_lines(struct lines *lines)
{
	for (size_t i = 0; i < lines->text.count; i++)
		free(line_at(lines, i));
	vector_free(&lines->text);
	vector_free(&lines->private);
}

static int read_lines(
	struct line_diff *diff, struct subject *subject, struct lines *lines, struct error *error)
{
	uint8_t family = diff->session->options.family;

	/* Uses the device names of the policy whose lines are written. */
	names_devices(diff->session->names, snapshot_device_names(subject->snapshot));
	if (family != AF_INET6 && collect_lines(subject, AF_INET, lines, error))
		return -1;
	if (family != AF_INET && collect_lines(subject, AF_INET6, lines, error))
		return -1;
	vector_sort(&lines->text, compare_lines);
	return 0;
}

int diff_lines(struct session *session, struct subject *before, struct subject *after,
	struct writer *writer, size_t *shown, struct error *error)
{
	struct line_diff diff = {session, writer, shown};
	struct view view = session_view(session);
	struct lines old = {.view = &view};
	struct lines new = {.view = &view};
	int status = read_lines(&diff, before, &old, error) || read_lines(&diff, after, &new, error)
	                     ? -1
	                     : 0;

	if (!status)
		show_lines(&diff, &old, &new);
	free_lines(&old);
	free_lines(&new);
	return status;
}
