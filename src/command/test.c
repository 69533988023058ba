/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test: proves the `expect` lines of files on a policy, for every packet that they select. */
#include <string.h>

#include "command/command.h"
#include "command/expectation.h"
#include "command/explanation.h"

struct testing {
	struct session *session;
	struct subject *subject;
	struct policy_sets *sets;
	struct policy_set policies[2]; /* IPv4, IPv6; built when needed */
	bool built[2];
	unsigned number;
	size_t failed;
	struct writer *writer; /* NULL: text */
	enum { SHOW_ALL, SHOW_BROKEN, SHOW_NONE } shows;
	bool warns;            /* of lines whose input device does not exist */
	bool asks;             /* ask the kernel about each line that holds */
	struct buffer broken;  /* FILE:LINE and words of the first line that fails */
	struct buffer answers; /* those of the model and of the kernel, if they differ there */
};

static int policy_of(struct testing *testing, uint8_t family, const struct policy_set **policy,
	struct error *error)
{
	int index = family == AF_INET6;

	*policy = &testing->policies[index];
	if (testing->built[index])
		return 0;
	testing->built[index] = true;
	return policy_set_build(testing->sets, testing->subject->snapshot, family, false,
		&testing->policies[index], error);
}

static void join_words(const struct words *words, struct buffer *out)
{
	for (int i = 1; i < words->count; i++)
		buffer_format(out, "%s%s", i > 1 ? " " : "", words->word[i]);
}

static int show_witness(struct testing *testing, const struct packet *witness, struct error *error)
{
	struct explanation explanation;
	int status =
		explanation_make(testing->session, testing->subject, witness, &explanation, error);

	if (!status)
		explanation_text(testing->session, &explanation,
			testing->shows == SHOW_ALL ? "# " : "    ", &testing->session->out);
	explanation_free(&explanation);
	return status;
}

static bool is_shown(const struct testing *testing, bool holds)
{
	return testing->shows == SHOW_ALL || (testing->shows == SHOW_BROKEN && !holds);
}

static void write_line(struct testing *testing, const char *line, bool holds)
{
	struct label label = {.word = "expect", .key = "expect"};
	struct label ok = {.word = "ok", .key = "ok"};

	writer_open(testing->writer);
	writer_string(testing->writer, &label, TINT_NONE, line);
	writer_literal(testing->writer, &ok, holds ? "true" : "false", NULL);
	writer_close(testing->writer);
}

/* `missing`: the input device, if it does not exist. */
static void put_line(struct testing *testing, const struct words *words, const char *line,
	bool holds, const char *missing)
{
	struct buffer *out = &testing->session->out;

	if (testing->shows == SHOW_ALL)
		buffer_format(out, "%sok %u - ", holds ? "" : "not ", testing->number);
	buffer_format(out, "%s:%d: %s", words->file, words->line, line);
	if (missing)
		buffer_format(out, " # SKIP there is no device \"%s\"", missing);
	buffer_char(out, '\n');
}

static void warn_of_missing(struct testing *testing, const struct words *words, const char *missing)
{
	struct error warning;
	int word = words->count - 1;

	while (word > 0 && strcmp(words->word[word], missing) != 0)
		word--;
	error_at(&warning, words, word, "there is no device \"%s\"", missing);
	error_hint(&warning, "no packet comes in by it: the line proves nothing");
	warning.status = STATUS_DONE;
	testing->session->report(&warning);
}

static int report(struct testing *testing, const struct words *words, bool holds,
	const struct packet *witness, const char *missing, struct error *error)
{
	struct buffer line = {0};
	int status = 0;

	join_words(words, &line);
	testing->number++;
	if (!holds && !testing->failed++)
		buffer_format(&testing->broken, "%s:%d: expect %s", words->file, words->line,
			buffer_text(&line));
	if (is_shown(testing, holds) && testing->writer)
		write_line(testing, buffer_text(&line), holds);
	else if (is_shown(testing, holds))
		put_line(testing, words, buffer_text(&line), holds, missing);
	if (missing && testing->warns)
		warn_of_missing(testing, words, missing);
	if (is_shown(testing, holds) && !testing->writer && !holds)
		status = show_witness(testing, witness, error);
	buffer_free(&line);
	return status;
}

static int try_line(struct testing *testing, struct words *words, struct error *error)
{
	struct expectation expectation;
	const struct policy_set *policy;
	struct judgement judgement;

	if (expectation_read(testing->session, words, testing->sets, &expectation, error) ||
		policy_of(testing, expectation.packets.family, &policy, error) ||
		expectation_judge(
			testing->session, &expectation, testing->sets, policy, &judgement, error))
		return -1;
	if (testing->asks && !testing->failed && judgement.holds && judgement.any &&
		expectation_ask(testing->session, testing->subject, &expectation,
			&judgement.witness, &judgement.holds, &testing->answers, error))
		return -1;
	return report(testing, words, judgement.holds, &judgement.witness,
		expectation_missing_device(&expectation, testing->subject->snapshot), error);
}

static int try_file(struct testing *testing, const char *name, struct error *error)
{
	struct policy_lines lines;
	struct words words;
	int status = policy_lines_open(&lines, name, error);

	while (!status) {
		status = policy_lines_next(&lines, &words, error);
		if (status || !words.count)
			break;
		if (!strcmp(words.word[0], "expect")) {
			words.next = 1;
			status = try_line(testing, &words, error);
		}
	}
	if (status)
		session_keep_error(testing->session, error);
	policy_lines_close(&lines);
	return status;
}

/* Sets *found if the file contains a policy besides its expectations: then that one is tested. */
static int find_policy(struct session *session, const char *name, bool *found, struct error *error)
{
	struct policy_lines lines;
	struct words words;
	int status = policy_lines_open(&lines, name, error);

	*found = false;
	while (!status && !*found) {
		status = policy_lines_next(&lines, &words, error);
		if (status || !words.count)
			break;
		*found = strcmp(words.word[0], "expect") != 0;
	}
	if (status)
		session_keep_error(session, error);
	policy_lines_close(&lines);
	return status;
}

static int try_all(struct testing *testing, const struct words *files, struct error *error)
{
	for (int i = files->next; i < files->count; i++)
		if (try_file(testing, files->word[i], error))
			return -1;
	if (!testing->writer)
		buffer_format(&testing->session->out, "1..%u\n", testing->number);
	if (testing->failed)
		testing->session->answer = STATUS_NO;
	return 0;
}

static void testing_free(struct testing *testing)
{
	for (int i = 0; i < 2; i++)
		policy_set_free(&testing->policies[i]);
	policy_sets_free(testing->sets);
	buffer_free(&testing->broken);
	buffer_free(&testing->answers);
}

static int run(struct session *session, struct subject *subject, struct error *error)
{
	struct testing testing = {
		.session = session, .subject = subject, .sets = policy_sets_new()};
	int status;

	if (session->options.json) {
		testing.warns = true;
		testing.writer = session_writer(session, "");
		writer_begin(testing.writer);
	}
	status = try_all(&testing, &subject->words, error);
	if (testing.writer) {
		writer_end(testing.writer);
		writer_free(testing.writer);
	}
	testing_free(&testing);
	return status;
}

static int try_lines(struct testing *testing, const struct vector *lines, struct error *error)
{
	for (size_t i = 0; i < lines->count; i++) {
		struct words *words = vector_at(lines, i);

		words->next = 1;
		if (try_line(testing, words, error))
			return -1;
	}
	return 0;
}

int expectations_prove(struct session *session, struct subject *subject, const struct vector *lines,
	bool warns, bool *disagrees, struct error *error)
{
	struct testing testing = {.session = session,
		.subject = subject,
		.sets = policy_sets_new(),
		.shows = SHOW_NONE,
		.warns = warns,
		.asks = !subject->name && !subject->unsent};
	int status = try_lines(&testing, lines, error);

	*disagrees = testing.answers.length != 0;
	if (!status && *disagrees)
		status = error_set(error, STATUS_NO,
			"%s does not hold: the kernel does not do what the model says: %s",
			buffer_text(&testing.broken), buffer_text(&testing.answers));
	else if (!status && testing.failed)
		status = error_set(
			error, STATUS_NO, "%s does not hold", buffer_text(&testing.broken));
	testing_free(&testing);
	return status;
}

int expectations_show_broken(struct session *session, struct subject *subject,
	const struct vector *lines, struct writer *writer, size_t *shown, struct error *error)
{
	struct testing testing = {.session = session,
		.subject = subject,
		.sets = policy_sets_new(),
		.shows = SHOW_BROKEN,
		.warns = true,
		.writer = writer};
	int status = try_lines(&testing, lines, error);

	*shown += testing.failed;
	testing_free(&testing);
	return status;
}

int command_test(struct session *session, const struct command *command, struct words *words,
	struct error *error)
{
	struct subject subject = {0};
	bool holds_policy = false;
	int status = subject_words(session, words, &subject, error);

	(void)command;
	if (!status && !words_peek(&subject.words))
		status = error_at(error, &subject.words, subject.words.count, "which FILE?");
	if (!status && !subject.name)
		status = find_policy(session, words_peek(&subject.words), &holds_policy, error);
	if (holds_policy)
		subject.name = words_peek(&subject.words);
	if (status) {
		session_keep_error(session, error);
		return status;
	}
	return subject_run(session, &subject, run, error);
}
